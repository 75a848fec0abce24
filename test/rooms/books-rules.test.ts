import { describe, expect, test } from 'vitest'
import { csvRows, writeCsv } from '../../src/kernel/csv.ts'
import { decimal, type Money, parseMoney, split } from '../../src/kernel/money.ts'
import { earn, type Part, reversal } from '../../src/ledger/rules.ts'
import { after, journalRows, trialTotals } from '../../src/ledger/rules-books.ts'
import { effect, lineOf, statementRows } from '../../src/ledger/rules-statement.ts'
import { vatNote } from '../../src/ledger/rules-vat.ts'

/** Numbers that are the same in every run. */
function numbers(seed: number): (most: number) => number {
  let state = seed
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % most
  }
}

describe('not a cent is lost', () => {
  test('100,000 splits give exactly what was split', () => {
    const next = numbers(7)
    for (let i = 0; i < 100_000; i++) {
      const minor = (i % 3 === 0 ? -1n : 1n) * BigInt(next(2 ** 31))
      const weights = Array.from({ length: 1 + next(6) }, () => BigInt(next(1_000)))
      if (weights.every((weight) => weight === BigInt(0))) weights[0] = BigInt(1)
      const sum = split({ minor, currency: 'EUR' }, weights).reduce((all, part) => all + part.minor, BigInt(0))
      if (sum !== minor) expect.unreachable(`${minor} split by ${weights.join(' ')} is ${sum}`)
    }
  })

  test.each([
    ['JPY', '12345'],
    ['EUR', '123.45'],
    ['KWD', '12.345'],
  ])('at every basis point, in %s: what refunds take and what stays is what was booked', (currency, paid) => {
    const base = parseMoney(paid, currency)
    expect(decimal(base)).toBe(paid)
    const money = (minor: bigint): Money => ({ minor, currency })
    const [third, tenth] = [base.minor / 3n, base.minor / 10n]
    for (let rateBps = 0; rateBps <= 10_000; rateBps++) {
      const part: Omit<Part, 'minor'> = { base: base.minor, rateBps, fixedMinor: null, why: '', of: null }
      const { earned, parts } = earn([part], currency)
      let reversed = 0n
      for (const left of [base.minor - third, base.minor - third - tenth, 0n]) {
        reversed += reversal(earned, parts, { part: left, of: base.minor }, money(reversed)).minor
        const stays = earn([{ ...part, base: left }], currency).earned.minor
        if (earned.minor - reversed !== stays) expect.unreachable(`${rateBps} bps of ${paid} ${currency}, ${left} left`)
      }
      expect(reversed).toBe(earned.minor)
    }
  })
})

test('everything that is paid beside sales has a name on a statement', () => {
  const frame = { family: new Set(['c']), sold: new Map(), zone: 'Europe/Berlin', locale: 'en', currency: 'EUR' }
  const named = (key: string, back = false) => {
    const [from, to] = back ? ['creator:c:payable', 'program:bonus'] : ['program:bonus', 'creator:c:payable']
    return statementRows([{ id: 't', key, from, to, minor: 5n, at: new Date(0), because: {} }], frame)[0]?.what
  }
  expect(['performance:sub:5', 'incentive:rule:season:c', 'reward:wish'].map((key) => named(key))).toEqual([
    'Bonus for results',
    'Bonus',
    'Reward',
  ])
  expect(['fee-back:sub:0', 'waived:wish:c'].map((key) => named(key, true))).toEqual(['Content fee, undone', 'Given up'])
})

test('a trial balance counts creators together and each currency by itself', () => {
  const trial = [
    { account: 'creator:a:pending', currency: 'EUR', minor: 5n },
    { account: 'creator:b:pending', currency: 'EUR', minor: 7n },
    { account: 'creator:b:pending', currency: 'USD', minor: 1n },
    { account: 'program:commission', currency: 'EUR', minor: -12n },
  ]
  expect(trialTotals(trial)).toEqual([
    { account: 'creators:pending', currency: 'EUR', minor: 12n },
    { account: 'program:commission', currency: 'EUR', minor: -12n },
    { account: 'creators:pending', currency: 'USD', minor: 1n },
  ])
})

test('a journal has two rows for each entry and sums for each currency, in its own decimals', () => {
  const moves = [
    { day: '2026-11-01', from: 'program:commission', to: 'creators:pending', currency: 'JPY', minor: 500n, count: 2 },
    { day: '2026-11-02', from: 'program:odd', to: 'creators:payable', currency: 'KWD', minor: 1_234n, count: 1 },
  ]
  expect(csvRows(writeCsv(journalRows(moves, { 'creators:pending': '1700' }))).map(({ cells }) => cells)).toEqual([
    ['2026-11-01', '1', 'program:commission', 'Commission expense', '500', '', 'JPY', '2'],
    ['2026-11-01', '1', '1700', 'Creators, pending', '', '500', 'JPY', '2'],
    ['2026-11-02', '2', 'program:odd', 'program:odd', '1.234', '', 'KWD', '1'],
    ['2026-11-02', '2', 'creators:payable', 'Creators, payable', '', '1.234', 'KWD', '1'],
    ['', '', '', 'Total', '500', '500', 'JPY', ''],
    ['', '', '', 'Total', '1.234', '1.234', 'KWD', ''],
  ])
  expect([after('2026-11'), after('2026-12')]).toEqual(['2026-12', '2027-01'])
})

test.each([
  ['DE', 'x', 'SE', 'y', 'Reverse charge: VAT is due from the recipient (Articles 44'],
  ['DE', 'x', 'SE', '', 'the VAT id of one party is missing'],
  ['DE', 'x', 'US', '', 'comes from outside the EU'],
  ['DE', 'x', 'DE', 'y', 'agree on it beside this invoice'],
  ['GB', '', 'DE', 'y', 'VAT Act 1994'],
  ['US', '', 'DE', 'y', 'Outside the scope of EU VAT'],
  ['US', '', 'GB', '', 'Outside the scope of UK VAT'],
  ['US', '', 'US', '', 'agree on it beside'],
  ['CH', '', 'US', '', 'Swiss VAT Act'],
  ['US', '', 'BR', '', 'No VAT is shown.'],
  ['', '', 'DE', '', 'No VAT is shown.'],
])('%s%s pays %s%s: %s', (payer, payerVat, payee, payeeVat, note) => {
  expect(vatNote({ country: payer, vatId: payerVat }, { country: payee, vatId: payeeVat })).toContain(note)
})

test('only what reaches or leaves a creator counts in a statement, whoever they were before', () => {
  const family = new Set(['a', 'b'])
  const moved = (from: string, to: string) => effect({ from, to, minor: 5n }, family)
  expect(moved('program:commission', 'creator:a:pending')).toBe(5n)
  expect(moved('creator:a:payable', 'program:commission')).toBe(-5n)
  expect(moved('creator:a:pending', 'creator:a:payable')).toBe(0n)
  expect(moved('creator:a:payable', 'creator:b:payable')).toBe(0n)
  expect(moved('creator:b:paying', 'creator:b:paid')).toBe(-5n)
  expect(moved('creator:c:pending', 'creator:c:payable')).toBe(0n)
  expect([lineOf('commission:l'), lineOf('refund:r:l'), lineOf('forfeit:c:l'), lineOf('bonus:x')]).toEqual([
    'l',
    'l',
    'l',
    undefined,
  ])
})
