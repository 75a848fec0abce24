import fc from 'fast-check'
import { expect, test } from 'vitest'
import { naming, parse } from '../../src/platforms/discord/codec.ts'
import { pressId } from '../../src/platforms/press.ts'

const sub = 'sub_01JD0000000000000000000SUB'
const long = { submission: sub, mission: 'mis_01JD0000000000000000000MIS', creator: 'crt_01JD0000000000000000000CRT' }

test('a press is its run and what it gives', () => {
  const { name, presses } = naming()
  expect(name('help', {})).toBe('help')
  expect(name('review reject', { submission: sub })).toBe(`review reject?submission=${sub}`)
  expect(name('submit', { '?': 'form', note: 'a b|c#d&e=f' })).toBe('submit?%3F=form&note=a+b%7Cc%23d%26e%3Df')
  expect(name('review reject', { submission: sub }, 'reason')).toBe(`review reject?submission=${sub}|reason`)
  expect(presses).toEqual([])
})

test('the same twice on one message is told apart', () => {
  const { name } = naming()
  expect([name('help', {}), name('help', {}), name('help', {}), name('help', {}, 'topic')]).toEqual([
    'help',
    'help#2',
    'help#3',
    'help|topic',
  ])
  expect(parse('help#3')).toEqual({ run: 'help', given: {} })
})

test('what is too long is kept, once, under the same name whatever the order', () => {
  const { name, presses } = naming()
  const id = pressId('review reject', long)
  expect(name('review reject', long)).toBe(`p:${id}`)
  expect(name('review reject', Object.fromEntries(Object.entries(long).reverse()))).toBe(`p:${id}#2`)
  expect(name('review reject', long, 'reason')).toBe(`p:${id}|reason`)
  expect(presses).toEqual([{ id, run: 'review reject', given: long }])
  expect(parse(`p:${id}|reason#2`)).toEqual({ kept: id, option: 'reason' })
  expect(pressId('review reject', { ...long, creator: 'x' })).not.toBe(id)
})

test('an id of exactly 100 characters whose double needs a mark is kept', () => {
  const { name, presses } = naming()
  const given = { a: 'x'.repeat(93) }
  expect(name('help', given)).toHaveLength(100)
  expect(name('help', given)).toMatch(/^p:[\w-]{22}#2$/)
  expect(presses).toHaveLength(1)
})

test('whatever is pressed comes back', () => {
  const run = fc.stringMatching(/^[a-z]{1,12}( [a-z-]{1,12}){0,2}$/)
  const given = fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 20 }), {
    maxKeys: 3,
  })
  const option = fc.option(fc.stringMatching(/^[a-z_]{1,20}$/), { nil: undefined })
  fc.assert(
    fc.property(fc.array(fc.tuple(run, given, option), { maxLength: 6 }), (list) => {
      const { name, presses } = naming()
      const ids = list.map(([r, g, o]) => name(r, g, o))
      expect(new Set(ids).size).toBe(ids.length)
      for (const [i, id] of ids.entries()) {
        expect(id.length).toBeLessThanOrEqual(100)
        const [r, g, o] = list[i]!
        const read = parse(id)!
        const press = 'kept' in read ? presses.find((one) => one.id === read.kept)! : read
        expect(pressId(press.run, press.given)).toBe(pressId(r, g))
        expect(read.option).toBe(o)
      }
    }),
  )
})

test('what is none of ours is nothing, and never throws', () => {
  for (const id of ['', '#2', '|a', 'p:', 'p:short', 'Poll:1', '<@1>', 'a|b|c', '?a=b', '\n']) expect(parse(id)).toBeUndefined()
  expect(parse('help|%E0%A4%A')).toEqual({ run: 'help', given: {}, option: '%E0%A4%A' })
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (id) => void parse(id)))
})
