import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Candidate,
  type CreditedOrder,
  type CreditPolicy,
  credit,
  earliest,
  type TouchKind,
  uncreditedWords,
} from '../../src/orders/rules.ts'

const at = new Date('2026-11-20T12:00:00Z')
const daysBefore = (days: number) => new Date(at.getTime() - days * 86_400_000)
const policy: CreditPolicy = {
  attributionDays: 30,
  creditOrder: ['code', 'click', 'customer'],
  repeat: { rule: 'always', months: 12 },
}
const order: CreditedOrder = {
  at,
  test: false,
  unconverted: null,
  firstBought: null,
  firstCredited: null,
  zone: 'Europe/Berlin',
}
const touch = (kind: TouchKind, creatorId: string, more: Partial<Candidate> = {}): Candidate => ({
  kind,
  creatorId,
  what: `${kind} of ${creatorId}`,
  at: kind === 'code' ? at : daysBefore(1),
  creatorState: 'approved',
  own: false,
  ...more,
})
const code = touch('code', 'ben')
const click = touch('click', 'mia')
const customer = touch('customer', 'zoe')

describe('exactly one wins', () => {
  test.each<[string, Candidate[], Partial<CreditPolicy>, string, string]>([
    ['a code before a click', [click, code], {}, 'ben', 'code'],
    ['a click before a known customer', [customer, click], {}, 'mia', 'click'],
    ['a known customer when there is nothing else', [customer], {}, 'zoe', 'customer'],
    ['the setting decides', [code, click, customer], { creditOrder: ['click', 'code', 'customer'] }, 'mia', 'click'],
    ['a setting that knows customers only', [code, click, customer], { creditOrder: ['customer'] }, 'zoe', 'customer'],
    ['the last click', [touch('click', 'old', { at: daysBefore(3) }), click], {}, 'mia', 'click'],
    ['the first known order', [customer, touch('customer', 'first', { at: daysBefore(9) })], {}, 'first', 'customer'],
    ['the code that stands first', [code, touch('code', 'second')], {}, 'ben', 'code'],
    ['the next when the first may not earn', [touch('code', 'ben', { creatorState: 'banned' }), click], {}, 'mia', 'click'],
  ])('%s', (_name, candidates, more, winner, rule) => {
    const verdict = credit(candidates, { ...policy, ...more }, order)
    expect(verdict.winner?.creatorId).toBe(winner)
    expect(verdict.rule).toBe(rule)
    expect(verdict.touches).toHaveLength(candidates.length)
    expect(verdict.touches.filter((one) => one.won)).toHaveLength(1)
  })

  test('losers keep the reason, and it names nobody', () => {
    const { touches } = credit([code, click, customer, touch('click', 'old', { at: daysBefore(3) })], policy, order)
    expect(touches.map(({ creatorId, won, reason }) => [creatorId, won, reason])).toEqual([
      ['ben', true, 'the code was used on the order'],
      ['mia', false, 'a code counts before a click in this program'],
      ['old', false, 'a code counts before a click in this program'],
      ['zoe', false, 'a code counts before a known customer in this program'],
    ])
    expect(credit([click, touch('click', 'old', { at: daysBefore(3) })], policy, order).touches[1]?.reason).toBe(
      'a later click counts',
    )
  })
})

describe('nobody', () => {
  test.each<[string, Candidate[], Partial<CreditedOrder>, string, string]>([
    ['no touch', [], {}, 'no touch', ''],
    [
      'a banned creator',
      [touch('code', 'ben', { creatorState: 'banned' })],
      {},
      'banned',
      'the creator was banned from the program',
    ],
    ['a creator who left', [touch('click', 'ben', { creatorState: 'left' })], {}, 'left', 'the creator has left the program'],
    ['a paused creator', [touch('click', 'ben', { creatorState: 'paused' })], {}, 'paused', 'the creator was paused then'],
    ['an applicant', [touch('click', 'ben', { creatorState: 'applied' })], {}, 'not approved', 'the creator is not approved'],
    [
      'an unknown state',
      [touch('click', 'ben', { creatorState: 'toString' })],
      {},
      'not approved',
      'the creator is not approved',
    ],
    ['a test order', [code], { test: true }, 'test', 'a test order earns nothing'],
    [
      'another currency',
      [code],
      { unconverted: { from: 'USD', to: 'EUR' } },
      'currency',
      'the order is in USD, the program books EUR, and it waits for a rate',
    ],
    ['a code that had ended', [touch('code', 'ben', { endedAt: at })], {}, 'ended', 'the code had ended before the order'],
    [
      'an old click',
      [touch('click', 'mia', { at: daysBefore(30.01) })],
      {},
      'too old',
      'it was more than 30 days before the order',
    ],
    [
      'a click after the order',
      [touch('click', 'mia', { at: daysBefore(-0.01) })],
      {},
      'after the order',
      'it came after the order',
    ],
  ])('%s', (_name, candidates, more, rule, reason) => {
    const verdict = credit(candidates, policy, { ...order, ...more })
    expect(verdict.winner).toBeNull()
    expect(verdict.rule).toBe(rule)
    expect(verdict.touches.map((one) => one.reason)).toEqual(reason ? [reason] : [])
    expect(uncreditedWords[verdict.rule]).toBeTruthy()
  })

  test('an own purchase is credited and marked, for a person decides about it', () => {
    const verdict = credit([touch('code', 'ben', { own: true }), click], policy, order)
    expect(verdict.winner).toMatchObject({ creatorId: 'ben', own: true })
    expect(credit([touch('code', 'ben')], policy, order).winner).toMatchObject({ own: false })
  })

  test('the edges of the window count: thirty days to the instant, and a shop clock ten minutes behind', () => {
    expect(credit([touch('click', 'mia', { at: daysBefore(30) })], policy, order).rule).toBe('click')
    expect(credit([touch('click', 'mia', { at: new Date(at.getTime() + 600_000) })], policy, order).rule).toBe('click')
    expect(credit([touch('code', 'ben', { endedAt: new Date(at.getTime() + 1) })], policy, order).rule).toBe('code')
  })
})

describe('for how long a customer counts', () => {
  const repeat = (rule: CreditPolicy['repeat']['rule'], months = 3): CreditPolicy => ({ ...policy, repeat: { rule, months } })
  const returning = (firstBought: Date, firstCredited: Date | null = firstBought) => ({ ...order, firstBought, firstCredited })
  const known = touch('customer', 'zoe', { at: daysBefore(80) })
  test.each<[string, Candidate, CreditPolicy, CreditedOrder, string]>([
    ['always: every order by itself', code, repeat('always'), returning(daysBefore(80)), 'code'],
    ['always: a known customer within the window', known, repeat('always'), returning(daysBefore(80)), 'too old'],
    ['first: a new customer', code, repeat('first'), order, 'code'],
    ['first: a returning one, whoever brought them', code, repeat('first'), returning(daysBefore(1), null), 'returning'],
    ['months: within them, with nothing but having come before', known, repeat('months'), returning(daysBefore(80)), 'customer'],
    ['months: over, with a code too', code, repeat('months'), returning(daysBefore(95)), 'over'],
    ['months: nobody had brought them before', code, repeat('months'), returning(daysBefore(95), null), 'code'],
    [
      'lifetime: for ever',
      touch('customer', 'zoe', { at: daysBefore(900) }),
      repeat('lifetime'),
      returning(daysBefore(900)),
      'customer',
    ],
  ])('%s', (_name, one, terms, sale, rule) => {
    expect(credit([one], terms, sale).rule).toBe(rule)
  })
})

const kind = fc.constantFrom<TouchKind>('code', 'click', 'customer')
const candidate = fc
  .record({
    kind,
    creatorId: fc.constantFrom('ben', 'mia', 'zoe'),
    at: fc.integer({ min: -1, max: 40 }).map(daysBefore),
    creatorState: fc.constantFrom('approved', 'approved', 'paused', 'banned', 'left'),
    own: fc.boolean(),
    n: fc.nat(),
  })
  .map(({ n, ...rest }): Candidate => ({ ...rest, what: `${rest.kind} ${n}` }))

test('one winner at most, every touch kept once with a reason, and only an approved creator in the window wins', () => {
  fc.assert(
    fc.property(
      fc.array(candidate, { maxLength: 8 }),
      fc.shuffledSubarray(['code', 'click', 'customer'] as TouchKind[]),
      (candidates, creditOrder) => {
        const { winner, touches } = credit(candidates, { ...policy, creditOrder }, order)
        expect(touches).toHaveLength(candidates.length)
        expect(touches.filter((one) => one.won).length).toBe(winner ? 1 : 0)
        expect(touches.every((one) => one.reason.length > 0 && !/ben|mia|zoe/.test(one.reason))).toBe(true)
        if (!winner) return
        expect(winner.creatorState).toBe('approved')
        expect(winner.at.getTime()).toBeGreaterThanOrEqual(daysBefore(30).getTime())
        const better = touches.filter(
          (one) => creditOrder.indexOf(one.kind) >= 0 && creditOrder.indexOf(one.kind) < creditOrder.indexOf(winner.kind),
        )
        expect(better.every((one) => one.cause !== 'beaten')).toBe(true)
      },
    ),
    { numRuns: 1_000 },
  )
})

test('clicks and customers win whatever order they were found in', () => {
  const uncoded = candidate.map((one): Candidate => (one.kind === 'code' ? { ...one, kind: 'click' } : one))
  const twice = fc
    .uniqueArray(uncoded, { maxLength: 6, selector: (one) => one.what })
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })))
  fc.assert(
    fc.property(twice, ([one, other]) => {
      expect(credit(one, policy, order).winner).toEqual(credit(other, policy, order).winner)
    }),
    { numRuns: 1_000 },
  )
})

test('the earliest of two instants, whichever was heard first', () => {
  expect(earliest(at, daysBefore(1))).toEqual(daysBefore(1))
  expect(earliest(daysBefore(1), at)).toEqual(daysBefore(1))
  expect(earliest(null, at)).toEqual(at)
  expect(earliest(null, null)).toBeNull()
})
