import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutAddress, next, readEntry, reasons } from '../../src/shares/rules.ts'

test.each([
  ['203.0.113.77', '203.0.113.0'],
  ['::ffff:203.0.113.77', '203.0.113.0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
  ['2001:db8::1', '2001:db8::'],
  ['fe80::1%eth0', 'fe80::'],
  ['::1', '::'],
])('the network of %s is %s', (ip, network) => expect(cutAddress(ip)).toBe(network))

test.each([
  ['submitted', 'approve', 'approved'],
  ['rejected', 'approve', 'approved'],
  ['approved', 'reject', 'rejected'],
  ['withdrawn', 'approve', null],
  ['withdrawn', 'reject', null],
  ['open', 'approve', null],
  ['approved', 'withdraw', 'withdrawn'],
] as const)('%s, %s: %s', (state, act, to) => expect(next(act, { state, erasedAt: null })).toBe(to))

test('what is deleted can still be taken back, and not be shown', () => {
  const erased = { state: 'rejected', erasedAt: new Date(0) }
  expect([next('approve', erased), next('withdraw', erased)]).toEqual([null, 'withdrawn'])
})

test('stars change nothing but the stars: no entry is refused for them, and no reason speaks of them', () => {
  const fields = { words: 'x', name: 'Kim', adult: 'yes', rights: 'yes', terms: 'h' }
  for (const rating of ['1', '2', '3', '4', '5', '', '9'])
    expect(readEntry({ ...fields, rating }, { file: false, terms: 'h' }).errors).toEqual({})
  expect(Object.values(reasons).join(' ')).not.toMatch(/positive|negative|star|rating|like/i)
})

test('whatever is typed, an entry without errors has a name that can be read, ticks, and something in it', () => {
  const field = fc.option(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('yes', '3', 'kim@example.com', 'h')), {
    nil: undefined,
  })
  const form = fc.record({
    words: field,
    name: field,
    email: field,
    rating: field,
    later: field,
    answer: field,
    adult: field,
    rights: field,
    terms: field,
  })
  fc.assert(
    fc.property(form, fc.boolean(), (typed, file) => {
      const fields = Object.fromEntries(
        Object.entries(typed).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      )
      const { entry, errors } = readEntry(fields, { file, terms: 'h' })
      if (Object.keys(errors).length > 0) return
      expect(fields.adult === 'yes' && fields.rights === 'yes' && fields.terms === 'h').toBe(true)
      expect(file || entry.later || entry.words !== '' || entry.rating !== null).toBe(true)
      expect(entry.name).not.toMatch(/[\p{Cc}\n]/u)
      expect([...entry.name].length).toBeGreaterThanOrEqual(2)
    }),
  )
})
