import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, expectTypeOf, test } from 'vitest'
import { type Id, isId, type Kind, newId, prefixes } from '../../src/kernel/id.ts'

const now = new Date('2026-11-21T09:00:00.123Z')
const random = () => randomBytes(10)
const kinds = Object.keys(prefixes) as Kind[]

test('every kind has its own three-letter prefix', () => {
  expect(new Set(Object.values(prefixes)).size).toBe(kinds.length)
  for (const prefix of Object.values(prefixes)) expect(prefix).toMatch(/^[a-z]{3}$/)
})

test('an id is the prefix, the time and the randomness, in at most 30 characters', () => {
  expect(newId('creator', new Date(1469918176385), () => new Uint8Array(10))).toBe('crt_01ARYZ6S410000000000000000')
  expect(newId('order', new Date(0), () => new Uint8Array(12).fill(255))).toBe('ord_0000000000ZZZZZZZZZZZZZZZZ')
  for (const kind of kinds) {
    const id = newId(kind, now, random)
    expect(id).toHaveLength(30)
    expect(isId(kind, id)).toBe(true)
    expect(kinds.filter((other) => isId(other, id))).toEqual([kind])
  }
})

test('ids of one millisecond are all different', () => {
  const many = Array.from({ length: 20_000 }, () => newId('click', now, random))
  expect(new Set(many).size).toBe(many.length)
})

test('ids sort as their times do', () => {
  const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
  fc.assert(
    fc.property(time, time, (a, b) => {
      fc.pre(a < b)
      expect(newId('fact', new Date(a), random) < newId('fact', new Date(b), random)).toBe(true)
    }),
  )
})

test('what is not quite an id is none', () => {
  const id = newId('creator', now, random)
  const wrong = [
    '',
    'crt_',
    id.slice(0, -1),
    `${id}0`,
    id.toLowerCase(),
    `crt_8${id.slice(5)}`,
    `${id.slice(0, -1)}U`,
    ` ${id}`,
    `${id}\n`,
  ]
  for (const s of [...wrong, `zzz_${id.slice(4)}`, `crt-${id.slice(4)}`, null, 7, {}]) expect(isId('creator', s)).toBe(false)
  expect(isId('order', id)).toBe(false)
})

test('too little randomness and an impossible time are refused', () => {
  expect(() => newId('order', now, () => new Uint8Array(9))).toThrow(RangeError)
  expect(() => newId('order', new Date(Number.NaN), random)).toThrow(RangeError)
  expect(() => newId('order', new Date(-1), random)).toThrow(RangeError)
})

test('two kinds of id are two types', () => {
  expectTypeOf<Id<'creator'>>().not.toExtend<Id<'order'>>()
  expectTypeOf(newId('creator', now, random)).toEqualTypeOf<Id<'creator'>>()
})
