/** Refunds as they are told, other currencies, and changes of terms. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Tiers } from '../../src/ledger/rules-tiers.ts'
import { type Told, tally } from '../../src/orders/rules-refunds.ts'
import { policySchema, termsText } from '../../src/programs/rules.ts'
import { asOf, changed, matured, worse } from '../../src/programs/rules-commission.ts'
import {
  parseCreditOrder,
  parseLimit,
  parseMilestones,
  parseReferral,
  parseSteps,
} from '../../src/programs/rules-commission-form.ts'
import { convert, parseRate } from '../../src/programs/rules-fx.ts'

const at = new Date('2026-11-20T11:00:00Z')
const days = (n: number) => new Date(at.getTime() + n * 86_400_000)

const ladder: Tiers = {
  measure: 'revenue',
  window: 'month',
  days: 30,
  mode: 'marginal',
  steps: [
    { name: 'Gold', from: '100000', rateBps: 1_500 },
    { name: 'Silver', from: '50000', rateBps: 1_200 },
  ],
}

describe('refunds as shops tell them', () => {
  const told = (externalId: string, base: number, more: Partial<Told> = {}): Told => ({
    externalId,
    at: days(Number(externalId)),
    base: BigInt(base),
    whole: null,
    cumulative: false,
    ...more,
  })
  test.each<[string, Told[], number, boolean]>([
    ['parts of the base', [told('1', 2_500), told('2', 1_111)], 8_000 - 3_611, false],
    ['a share of all that was paid', [told('1', 5_950, { whole: 11_900n })], 4_000, false],
    [
      'thirds of the whole leave exactly nothing',
      ['1', '2', '3'].map((id) => told(id, id === '3' ? 3_334 : 3_333, { whole: 10_000n })),
      0,
      false,
    ],
    ['sums so far', [told('1', 1_000, { cumulative: true }), told('2', 3_000, { cumulative: true })], 5_000, false],
    [
      'a sum so far of the whole order beside those of its payments, as it was told before',
      [told('1', 1_000, { cumulative: true }), told('2', 3_000, { cumulative: true, payment: 'ch_1' })],
      5_000,
      false,
    ],
    ['a sum so far that is older than what is known', [told('1', 3_000), told('2', 1_000, { cumulative: true })], 5_000, false],
    ['more than there was', [told('1', 9_000)], 0, true],
    ['more than the whole', [told('1', 12_000, { whole: 11_900n })], 0, true],
  ])('%s', (_name, refunds, left, over) => {
    expect(tally(8_000n, refunds)).toMatchObject({ left: BigInt(left), over })
    expect(tally(8_000n, refunds.toReversed()).left).toBe(BigInt(left))
  })
  test('heard in any order they leave the same, each takes zero or more, and together what is gone', () => {
    const one = fc.record({
      base: fc.integer({ min: 0, max: 9_000 }),
      whole: fc.option(fc.constantFrom(9_000n, 11_900n, 7n)),
      cumulative: fc.boolean(),
      day: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), fc.bigInt({ min: -50n, max: 8_000n }), (all, base) => {
        const refunds = all.map(({ base: minor, day, ...rest }, i) => ({ ...told(`${i}`, minor, rest), at: days(day) }))
        const { left, taken } = tally(base, refunds)
        expect(tally(base, refunds.toReversed())).toEqual(tally(base, refunds))
        expect([...taken.values()].every((minor) => minor >= 0n)).toBe(true)
        expect(left + [...taken.values()].reduce((a, b) => a + b, 0n)).toBe(base < 0n ? 0n : base)
        // Known later, nothing is left that was gone before.
        expect(refunds.every((_, i) => tally(base, refunds.slice(0, i)).left >= left)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('other currencies', () => {
  test.each([
    [8_000n, 'USD', '0.9213', 'EUR', 7_370n],
    [1n, 'USD', '0.5', 'EUR', 0n],
    [3n, 'USD', '0.5', 'EUR', 2n],
    [8_000n, 'JPY', '0.0061', 'EUR', 4_880n],
    [8_000n, 'EUR', '163.5', 'JPY', 13_080n],
    [1_234n, 'KWD', '3.01', 'EUR', 371n],
    [-8_000n, 'USD', '0.9213', 'EUR', -7_370n],
  ])('%d %s at %s in %s is %d', (minor, from, rate, to, want) => {
    expect(convert({ minor, currency: from }, rate, to)).toEqual({ minor: want, currency: to })
  })
  test.each([
    ['0,92130', '0.9213'],
    ['1', '1'],
    ['007.50', '7.5'],
  ])('%s is the rate %s', (typed, rate) => expect(parseRate(typed)).toBe(rate))
  test.each(['0', '', '-1', '1e3', '0.000', 'abc', '1.12345678901'])('“%s” is no rate', (typed) =>
    expect(() => parseRate(typed)).toThrow('not a number above zero'),
  )
})

describe('changes of terms', () => {
  const policy = policySchema.parse({})
  test('default terms read as they always did, and say more only where more is set', () => {
    expect(termsText('Glow', policy, 1, 'EUR')).not.toMatch(/Tiers|Limits|Customers|Leads|Invitations/)
    const rich = policySchema.parse({
      tiers: ladder,
      caps: { orderMinor: '5000' },
      repeat: { rule: 'months', months: 6 },
      leadMinor: '500',
      referral: { bps: 500, months: 12 },
    })
    const text = termsText('Glow', rich, 1, 'EUR')
    expect(text).toContain("10. Customers. A customer's orders earn for 6 months")
    expect(text).toContain('Silver from €500.00: 12 %')
    expect(text).toContain('Commission is at most €50.00 for one order.')
    expect(text.startsWith(termsText('Glow', policy, 1, 'EUR'))).toBe(true)
  })
  test('what held on a day holds for its sales, however late they are heard; what was announced holds from its day', () => {
    const once = changed(policy, { attributionDays: 10 }, days(0))
    const twice = changed(once, { attributionDays: 5, leadMinor: '100' }, days(5))
    expect([-1, 0, 4, 5].map((n) => asOf(twice, days(n)).attributionDays)).toEqual([30, 10, 10, 5])
    expect(asOf(twice, days(4)).leadMinor).toBe('0')
    const planned = { ...policy, planned: [{ from: days(3).toISOString(), change: { attributionDays: 7 } }] }
    expect([asOf(planned, days(2)).attributionDays, asOf(planned, days(3)).attributionDays]).toEqual([30, 7])
    const grown = matured(planned, days(4))
    expect([grown.attributionDays, grown.planned.length, asOf(grown, days(2)).attributionDays]).toEqual([7, 0, 30])
    expect(matured(planned, days(2))).toBe(planned)
  })
  const rolling = (over: number) => ({ ...ladder, window: 'rolling', days: over })
  test.each<[string, object, object, string[]]>([
    ['another order of rules is worse for nobody', {}, { creditOrder: ['click', 'code', 'customer'] }, []],
    ['a kind that no longer counts is', {}, { creditOrder: ['code', 'click'] }, ['creditOrder']],
    ['a shorter window', {}, { attributionDays: 29 }, ['attributionDays']],
    ['a new limit', {}, { caps: { orderMinor: '1' } }, ['caps']],
    ['a raised limit', { caps: { orderMinor: '1' } }, { caps: { orderMinor: '2' } }, []],
    ['first orders only', {}, { repeat: { rule: 'first' } }, ['repeat']],
    ['lifetime', {}, { repeat: { rule: 'lifetime' } }, []],
    ['tiers where there were none', {}, { tiers: ladder }, []],
    [
      'a tier that begins later',
      { tiers: ladder },
      { tiers: { ...ladder, steps: [{ name: 'Gold', from: '100001', rateBps: 1_500 }] } },
      ['tiers'],
    ],
    ['no more tiers', { tiers: ladder }, {}, ['tiers']],
    ['tiers that are counted otherwise', { tiers: ladder }, { tiers: { ...ladder, measure: 'orders' } }, ['tiers']],
    ['tiers over another time', { tiers: ladder }, { tiers: { ...ladder, window: 'lifetime' } }, ['tiers']],
    ['tiers over fewer days', { tiers: rolling(30) }, { tiers: rolling(29) }, ['tiers']],
    ['tiers over more days', { tiers: rolling(30) }, { tiers: rolling(31) }, []],
    [
      'fewer days of a calendar month, which has its own',
      { tiers: { ...ladder, days: 30 } },
      { tiers: { ...ladder, days: 29 } },
      [],
    ],
    ['a smaller lead', { leadMinor: '9' }, { leadMinor: '8' }, ['leadMinor']],
    ['a shorter notice', {}, { noticeDays: 3 }, ['noticeDays']],
  ])('%s', (_name, before, after, keys) => expect(worse(policySchema.parse(before), policySchema.parse(after))).toEqual(keys))

  test('what admins type', () => {
    expect(parseSteps('Gold 1000 15 %; Silver 500 12', 'revenue', 'EUR')).toEqual([
      { name: 'Silver', from: '50000', rateBps: 1_200 },
      { name: 'Gold', from: '100000', rateBps: 1_500 },
    ])
    expect(parseSteps('Top Seller 10 12.5%', 'orders', 'EUR')).toEqual([{ name: 'Top Seller', from: '10', rateBps: 1_250 }])
    expect(
      parseMilestones('first = 10; 10 orders = 50; revenue 1000 = 100', 'EUR').map((one) => [one.name, one.at, one.bonusMinor]),
    ).toEqual([
      ['first', '1', '1000'],
      ['orders-10', '10', '5000'],
      ['revenue-100000', '100000', '10000'],
    ])
    expect(parseCreditOrder('link, then code')).toEqual(['click', 'code'])
    expect([parseLimit('none', 'EUR', 'x'), parseLimit('50', 'EUR', 'x')]).toEqual([null, '5000'])
    expect(parseReferral('5 % for 6 months')).toEqual({ bps: 500, months: 6 })
    for (const bad of ['', 'Silver', 'Silver 12 %', 'Silver x 12 %', 'Silver 500 101 %'])
      expect(() => parseSteps(bad, 'revenue', 'EUR')).toThrow()
    for (const bad of ['first', 'first = 0', '0 orders = 5', 'friends = 5']) expect(() => parseMilestones(bad, 'EUR')).toThrow()
    for (const bad of ['', 'code, code', 'luck']) expect(() => parseCreditOrder(bad)).toThrow('each once at most')
    for (const bad of ['0 %', '200 %', 'much']) expect(() => parseReferral(bad)).toThrow('for some months')
  })
})
