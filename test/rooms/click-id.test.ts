import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { clickAt, clickIds, openClick, pooled } from '../../src/links/click-id.ts'

const random = pooled(randomBytes)

const key = Buffer.alloc(32, 1)
const at = Date.parse('2026-11-21T12:00:00.123Z')

test('unique, well-formed, opened by their own key only, and they tell their time', () => {
  const make = clickIds(key, random)
  const made = Array.from({ length: 5000 }, (_, i) => make(at + Math.floor(i / 100)))
  expect(new Set(made.map((one) => one.id)).size).toBe(5000)
  for (const [i, { id, cid }] of made.entries()) {
    expect(id).toMatch(/^clk_[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
    expect(cid).toMatch(/^[A-Za-z0-9_-]{1,200}$/)
    expect(openClick(cid, key)).toBe(id)
    expect(clickAt(id).getTime()).toBe(at + Math.floor(i / 100))
  }
  expect(new Set(made.map((one) => one.cid.slice(31))).size).toBe(5000)
  expect(openClick(made[0]!.cid, Buffer.alloc(32, 2))).toBeNull()
})

test('one that was made with a dot still opens', () => {
  const former = 'clk_01KADJ0GVV4G2DKV4SYE3H7R8T'
  const seal = createHmac('sha512', key)
    .update(`${former.slice(0, -1)}3`)
    .digest('hex')
    .slice(2 * 16, 3 * 16)
  expect(openClick(`${former}.${seal}`, key)).toBe(former)
  expect(openClick(`${former}-${seal}`, key)).toBe(former)
  expect(openClick(`${former}_${seal}`, key)).toBeNull()
  expect(openClick(`${former}${seal}`, key)).toBeNull()
})

test('no forgery opens', () => {
  const make = clickIds(key, random)
  const { id, cid } = make(at)
  const other = make(at)
  const seal = cid.slice(31)
  const forged = [
    id,
    `${id}-`,
    `${id}-${'0'.repeat(16)}`,
    `${other.id}-${seal}`,
    `${other.id}.${seal}`,
    `${cid}0`,
    cid.toUpperCase(),
    ` ${cid}`,
    `${cid}\n`,
    cid.replace('clk', 'crt'),
    '',
  ]
  for (const one of forged) expect(openClick(one, key), one).toBeNull()
  for (let i = 0; i < cid.length; i++) {
    for (const digit of '0123456789abcdefABCDEFXYZ_-') {
      const changed = cid.slice(0, i) + digit + cid.slice(i + 1)
      if (changed !== cid) expect(openClick(changed, key), changed).toBeNull()
    }
  }
})
