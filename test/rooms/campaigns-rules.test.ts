import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byClosing, checkBudget, checkOpen, left, type MissionTerms, spentAfter, stateAt } from '../../src/campaigns/rules.ts'

const now = new Date('2026-11-20T12:00:00Z')
const mission = (change: Partial<MissionTerms> = {}): MissionTerms & { title: string } => ({
  title: 'Autumn glow',
  state: 'open',
  feeMinor: 50_00n,
  budgetMinor: 500_00n,
  spentMinor: 0n,
  opensAt: new Date('2026-11-01T00:00:00Z'),
  closesAt: new Date('2026-12-01T00:00:00Z'),
  ...change,
})

describe('where a mission stands', () => {
  test.each([
    ['open', {}],
    ['open', { closesAt: null }],
    ['open', { spentMinor: 450_00n }],
    ['open', { feeMinor: 0n, budgetMinor: 0n }],
    ['full', { spentMinor: 450_01n }],
    ['full', { spentMinor: 500_00n }],
    ['closed', { closesAt: now }],
    ['closed', { state: 'closed' }],
    ['closed', { state: 'closed', spentMinor: 500_00n }],
    ['draft', { opensAt: new Date('2026-11-20T12:00:00.001Z') }],
    ['open', { opensAt: now }],
  ] as const)('%s with %o', (state, change) => {
    expect(stateAt(mission(change), now)).toBe(state)
  })

  test('only an open one takes content, and the refusal says why', () => {
    expect(() => checkOpen(mission(), now)).not.toThrow()
    expect(() => checkOpen(mission({ closesAt: now }), now)).toThrow('The mission “Autumn glow” is closed.')
    expect(() => checkOpen(mission({ spentMinor: 500_00n }), now)).toThrow('The mission “Autumn glow” has used up its budget.')
    expect(() => checkOpen(mission({ opensAt: new Date('2026-11-21T00:00:00Z') }), now)).toThrow('has not opened yet')
  })
})

test('the budget pays exactly as often as it holds the fee', () => {
  fc.assert(
    fc.property(fc.bigInt(100n, 10_000n), fc.bigInt(0n, 200_000n), (fee, budget) => {
      let spent = 0n
      let paid = 0n
      for (let after = spentAfter({ budgetMinor: budget, spentMinor: 0n }, fee); after !== null; paid += 1n) {
        spent = after
        after = spentAfter({ budgetMinor: budget, spentMinor: spent }, fee)
      }
      expect(paid).toBe(budget / fee)
      expect(left({ budgetMinor: budget, spentMinor: spent })).toBe(budget % fee)
    }),
  )
})

test.each([
  [-1n, 10n, 'below zero'],
  [0n, -1n, 'below zero'],
  [50n, 49n, 'does not pay for a single submission'],
])('a fee of %s with a budget of %s is refused', (fee, budget, why) => {
  expect(() => checkBudget(fee, budget)).toThrow(why)
})

test('a budget of one fee, or none at all, is enough', () => {
  expect(() => checkBudget(50n, 50n)).not.toThrow()
  expect(() => checkBudget(0n, 0n)).not.toThrow()
})

test('what closes first comes first, what stays open last', () => {
  const at = (day: number) => new Date(Date.UTC(2026, 10, day))
  const list = [
    { name: 'stays', closesAt: null, createdAt: at(1) },
    { name: 'late', closesAt: at(30), createdAt: at(2) },
    { name: 'soon', closesAt: at(21), createdAt: at(3) },
    { name: 'stays too', closesAt: null, createdAt: at(4) },
  ]
  expect(list.sort(byClosing).map((m) => m.name)).toEqual(['soon', 'late', 'stays', 'stays too'])
})
