/** Rates with conditions and tiers; the worked tables of docs/commissions.md. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMoney } from '../../src/kernel/money.ts'
import { earn, raise, standing } from '../../src/ledger/rules.ts'
import { type Item, price, type Rule, type Sale } from '../../src/ledger/rules-rates.ts'
import {
  bar,
  heldBefore,
  nextStep,
  reached,
  type Standing,
  standsUntil,
  type Tiers,
  tierFor,
  windowAt,
} from '../../src/ledger/rules-tiers.ts'

import { root } from '../tidy/sources.ts'

const at = new Date('2026-11-20T11:00:00Z')
const days = (n: number) => new Date(at.getTime() + n * 86_400_000)
const standard = { rateBps: 1_000, why: 'the rate of the program' }
const rule = (name: string, more: Partial<Rule>): Rule => ({
  id: name,
  name,
  tier: null,
  skus: [],
  skuPrefix: null,
  via: null,
  customer: null,
  tag: null,
  offer: null,
  rateBps: null,
  fixedMinor: null,
  from: days(-10),
  to: null,
  ...more,
})
const item = (sku: string, net: number | null, quantity = 1): Item => ({ sku, quantity, net: net === null ? null : BigInt(net) })
const sale = (more: Partial<Sale> = {}): Sale => ({
  at,
  base: 10_000n,
  items: [],
  via: 'code',
  returning: false,
  tier: null,
  offer: null,
  tags: [],
  ...more,
})
const short = (parts: ReturnType<typeof price>) =>
  parts.map(({ base, rateBps, fixedMinor, why, of }) => [Number(base), rateBps ?? Number(fixedMinor), why, of])

describe('rates', () => {
  test.each<[string, Rule, Partial<Sale>, boolean]>([
    ['through a code', rule('a', { rateBps: 1_500, via: 'code' }), {}, true],
    ['through a link only', rule('a', { rateBps: 1_500, via: 'click' }), {}, false],
    ['new customers', rule('a', { rateBps: 1_500, customer: 'new' }), {}, true],
    ['returning customers only', rule('a', { rateBps: 1_500, customer: 'returning' }), {}, false],
    ['a tag', rule('a', { rateBps: 1_500, tag: 'vip' }), { tags: ['vip'] }, true],
    ['a tag they do not have', rule('a', { rateBps: 1_500, tag: 'vip' }), {}, false],
    ['a tier, however it is spelled', rule('a', { rateBps: 1_500, tier: 'gold' }), { tier: 'Gold' }, true],
    ['no longer', rule('a', { rateBps: 1_500, to: at }), {}, false],
    ['not yet', rule('a', { rateBps: 1_500, from: days(1) }), {}, false],
    ['until a moment later', rule('a', { rateBps: 1_500, to: days(0.001) }), {}, true],
    ['less than the standard', rule('a', { rateBps: 500 }), {}, false],
  ])('%s', (_name, one, more, wins) => {
    expect(price(sale(more), [one], [standard])[0]?.why).toBe(wins ? 'the rule “a”' : 'the rate of the program')
  })

  const serum = rule('Serum', { rateBps: 2_000, skuPrefix: 'GLOW-' })
  test('items a rule names are a part of their own, and the parts add up to the base', () => {
    const items = [item('glow-1', 3_000), item('TOOL', 6_000), item('GLOW-2', 1_000)]
    expect(short(price(sale({ items }), [serum], [standard]))).toEqual([
      [4_000, 2_000, 'the rule “Serum”', 'glow-1, GLOW-2'],
      [6_000, 1_000, 'the rate of the program', 'TOOL'],
    ])
  })
  test('what has no SKU is paid as everything else, whatever a rule pays for the items beside it', () => {
    const items = [item('GLOW-1', 2_000), item('', 8_000)]
    expect(short(price(sale({ items }), [serum], [standard]))).toEqual([
      [2_000, 2_000, 'the rule “Serum”', 'GLOW-1'],
      [8_000, 1_000, 'the rate of the program', 'items without a SKU'],
    ])
    const beside = [item('GLOW-1', 2_000), item('TOOL', 3_000), item('', 5_000)]
    expect(
      short(price(sale({ items: beside }), [serum], [standard]))
        .at(-1)
        ?.at(-1),
    ).toBe('TOOL, items without a SKU')
  })
  test('items told in another currency, or that do not add up, only say their shares', () => {
    const items = [item('GLOW-1', 1), item('TOOL', 2)]
    expect(short(price(sale({ items }), [serum], [standard])).map(([base]) => base)).toEqual([3_333, 6_667])
  })
  test('where items do not say what they brought, a rule of SKUs holds only if it names them all', () => {
    const why = (items: Item[]) => price(sale({ items }), [serum], [standard]).map((part) => part.why)
    expect(why([item('GLOW-1', null), item('TOOL', 10)])).toEqual(['the rate of the program'])
    expect(why([item('GLOW-1', null), item('GLOW-2', null)])).toEqual(['the rule “Serum”'])
  })
  test('a fixed amount is for each piece of its SKUs, else for the whole order if that is more than all parts', () => {
    const each = rule('Each', { fixedMinor: 700n, skus: ['TOOL'] })
    expect(short(price(sale({ items: [item('GLOW-1', 4_000), item('TOOL', 6_000, 2)] }), [each], [standard]))).toEqual([
      [4_000, 1_000, 'the rate of the program', 'GLOW-1'],
      [6_000, 1_400, 'the rule “Each”', 'TOOL'],
    ])
    const flat = (minor: bigint) => short(price(sale(), [rule('Flat', { fixedMinor: minor })], [standard]))
    expect(flat(1_001n)).toEqual([[10_000, 1_001, 'the rule “Flat”', null]])
    expect(flat(1_000n)).toEqual([[10_000, 1_000, 'the rate of the program', null]])
    expect(short(price(sale({ base: 0n }), [rule('Flat', { fixedMinor: 900n })], [standard]))[0]?.[2]).toBe(
      'the rate of the program',
    )
  })
  test('whatever rules and items: bases add up, nobody gets less than the standard, and the order of rules does not matter', () => {
    const anyRule = fc
      .record({
        n: fc.nat(99),
        bps: fc.integer({ min: 0, max: 10_000 }),
        fixed: fc.option(fc.bigInt({ min: 0n, max: 5_000n })),
        sku: fc.constantFrom('A', 'B', null),
      })
      .map(({ n, bps, fixed, sku }) =>
        rule(`r${n}`, { rateBps: fixed === null ? bps : null, fixedMinor: fixed, skus: sku ? [sku] : [] }),
      )
    const anyItem = fc.record({
      sku: fc.constantFrom('A', 'B', 'C'),
      net: fc.bigInt({ min: 0n, max: 9_999n }),
      quantity: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(anyRule, { maxLength: 5, selector: (r) => r.id }),
        fc.array(anyItem, { maxLength: 5 }),
        fc.bigInt({ min: 0n, max: 99_999n }),
        (rules, items, base) => {
          const parts = price(sale({ base, items }), rules, [standard])
          expect(parts.reduce((sum, part) => sum + part.base, 0n)).toBe(base)
          const { earned } = earn(parts, 'EUR')
          expect(earned.minor >= earn([{ base, rateBps: 1_000, fixedMinor: null, why: '', of: null }], 'EUR').earned.minor).toBe(
            true,
          )
          expect(earn(price(sale({ base, items }), [...rules].reverse(), [standard]), 'EUR').earned).toEqual(earned)
        },
      ),
      { numRuns: 500 },
    )
  })
})

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
const nobody = { given: null, earned: null, earnedAt: null, earnedUntil: null }

describe('tiers', () => {
  test('the highest step that is reached, and the way to the next', () => {
    expect([49_999n, 50_000n, 99_999n, 100_000n].map((total) => reached(ladder, total)?.name)).toEqual([
      undefined,
      'Silver',
      'Silver',
      'Gold',
    ])
    expect(nextStep(ladder, 60_000n)).toEqual({ step: ladder.steps[0], missing: 40_000n })
    expect(nextStep(ladder, 100_000n)).toBeNull()
    expect([bar(50_000n, 50_000n, 100_000n), bar(75_000n, 50_000n, 100_000n), bar(0n, 50_000n, 100_000n)]).toEqual([
      '░'.repeat(10),
      '█████░░░░░',
      '░'.repeat(10),
    ])
  })
  test('windows: the local month, so many days, for ever', () => {
    const month = windowAt(ladder, new Date('2026-10-31T23:30:00Z'), 'Europe/Berlin')
    expect([month.from, month.to].map((d) => d.toISOString())).toEqual(['2026-10-31T23:00:00.000Z', '2026-11-30T23:00:00.000Z'])
    const rolling = windowAt({ window: 'rolling', days: 30 }, at, 'Europe/Berlin')
    expect(rolling.from).toEqual(days(-30))
    expect(at < rolling.to).toBe(true)
    expect(standsUntil({ window: 'lifetime', days: 30 }, at, 'Europe/Berlin')).toBeNull()
  })
  test('given by hand wins; what was earned stands in its time even when the total fell', () => {
    const gold = { ...nobody, earned: 'Gold', earnedAt: days(-1), earnedUntil: days(1) }
    expect(tierFor(ladder, { ...gold, given: 'Silver' }, 0n, at)?.step?.rateBps).toBe(1_200)
    expect(tierFor(ladder, { ...nobody, given: 'Friend' }, 999_999n, at)).toEqual({ name: 'Friend', step: null })
    expect(tierFor(ladder, gold, 0n, at)?.name).toBe('Gold')
    expect(tierFor(ladder, gold, 0n, days(2))).toBeNull()
    expect(tierFor(ladder, gold, 60_000n, days(-2))?.name).toBe('Silver')
    expect(tierFor(null, gold, 60_000n, at)).toBeNull()
    const before = [{ name: 'Silver', from: days(-9), until: days(0.5) }]
    const times = [days(-10), days(-9), at, days(1)]
    expect(times.map((time) => tierFor(ladder, { ...gold, before }, 0n, time)?.name)).toEqual([
      undefined,
      'Silver',
      'Gold',
      undefined,
    ])
  })
  test('a tier that goes on from day to day is one time, and what was earned before it stays known', () => {
    let standing: Standing = { ...nobody, earned: 'Gold', earnedAt: days(-230), earnedUntil: days(-200) }
    for (let day = -200; day < 0; day++)
      standing = {
        ...nobody,
        earned: 'Silver',
        earnedAt: days(day),
        earnedUntil: days(day + 1),
        before: heldBefore(standing.before ?? [], standing),
      }
    expect(standing.before).toHaveLength(2)
    const names = [-231, -230, -201, -200, -100, -1].map((day) => tierFor(ladder, standing, 0n, days(day))?.name)
    expect(names).toEqual([undefined, 'Gold', 'Gold', 'Silver', 'Silver', 'Silver'])
  })
})

/** The worked tables of docs/commissions.md: every cell is worked out again by the rules themselves. */
describe('the worked tables of docs/commissions.md', () => {
  const docs = readFileSync(`${root}/docs/commissions.md`, 'utf8')
  const rows = (heading: string) =>
    docs
      .split(`### ${heading}\n`)[1]!
      .split('\n#')[0]!
      .split('\n')
      .filter((line) => /^\| \d/.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
  const eur = (typed: string) => parseMoney(typed, 'EUR').minor
  const part = (base: bigint, rateBps: number) => ({ base, rateBps, fixedMinor: null, minor: 0n, why: '', of: null })
  const rateAt = (total: bigint) => tierFor(ladder, nobody, total, at)?.step?.rateBps ?? 1_000
  const bps = (cell: string) => Number(cell.replace(' %', '')) * 100

  test('marginal', () => {
    let [total, sum] = [0n, 0n]
    for (const [, net, before, rate, earns, so] of rows('Marginal')) {
      expect([eur(before!), bps(rate!)]).toEqual([total, rateAt(total)])
      const { minor } = earn([part(eur(net!), rateAt(total))], 'EUR').earned
      total += eur(net!)
      sum += minor
      expect([eur(earns!), eur(so!)]).toEqual([minor, sum])
    }
    expect(sum).toBe(13_500n)
  })
  test('retroactive', () => {
    const lines: { base: bigint; rateBps: number }[] = []
    let [total, sum] = [0n, 0n]
    for (const [, net, counted, rate, earns, topped, so] of rows('Retroactive')) {
      const booked = rateAt(total)
      total += eur(net!)
      lines.push({ base: eur(net!), rateBps: booked })
      const minor = earn([part(eur(net!), booked)], 'EUR').earned.minor
      let added = 0n
      for (const line of lines) {
        const [raised] = raise([part(line.base, line.rateBps)], rateAt(total))
        added += earn([raised!], 'EUR').earned.minor - earn([part(line.base, line.rateBps)], 'EUR').earned.minor
        line.rateBps = raised!.rateBps!
      }
      sum += minor + added
      expect([eur(counted!), bps(rate!), eur(earns!), eur(topped!), eur(so!)]).toEqual([total, rateAt(total), minor, added, sum])
    }
    expect(sum).toBe(18_000n)
    const first = { minor: 6_000n, currency: 'EUR' }
    expect(standing(first, [part(40_000n, 1_500)], { part: 20_000n, of: 40_000n }).minor).toBe(3_000n)
  })
})
