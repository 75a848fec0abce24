import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Money, share } from '../../src/kernel/money.ts'
import { earn, type Part, partsOf, partsToJson, raise, reversal, standing } from '../../src/ledger/rules.ts'

const eur = (minor: bigint | number): Money => ({ minor: BigInt(minor), currency: 'EUR' })

/** A line of one part, as it is booked. */
const lineAt = (base: bigint, rateBps: number) =>
  earn([{ base, rateBps, fixedMinor: null, why: 'the rate of the program', of: null }], 'EUR')
const partAt = (base: bigint, rateBps: number): Part => lineAt(base, rateBps).parts[0]!
const commission = (base: bigint, rateBps: number): bigint => lineAt(base, rateBps).earned.minor

/** Applies refunds one after the other, as the ledger does; returns what each took back. */
function refundsOf(booked: bigint, parts: Part[], base: bigint, given: readonly bigint[]): bigint[] {
  let total = 0n
  let reversed = 0n
  return given.map((one) => {
    total += one
    const left = total > base ? 0n : base - total
    const { minor } = reversal(eur(booked), parts, { part: left, of: base }, eur(reversed))
    reversed += minor
    return minor
  })
}

const refunds = (base: bigint, rateBps: number, given: readonly bigint[]): bigint[] =>
  refundsOf(commission(base, rateBps), lineAt(base, rateBps).parts, base, given)

const sum = (parts: readonly bigint[]) => parts.reduce((a, b) => a + b, 0n)
const base = fc.bigInt({ min: 0n, max: 10n ** 15n })
const rate = fc.integer({ min: 0, max: 10_000 })
const part = fc.bigInt({ min: 0n, max: 10n ** 15n })

describe('commission', () => {
  test.each([
    [8_000, 1_000, 800n],
    [5, 1_000, 0n],
    [15, 1_000, 2n],
    [25, 1_000, 2n],
    [999, 333, 33n],
    [0, 1_000, 0n],
    [-500, 1_000, 0n],
    [100, 10_000, 100n],
  ])('of a base of %i at %i basis points is %i: half goes to the even cent', (minor, rateBps, want) => {
    expect(commission(BigInt(minor), rateBps)).toBe(want)
  })

  test('is never below zero and never above the base', () => {
    fc.assert(
      fc.property(base, rate, (minor, rateBps) => {
        const earned = commission(minor, rateBps)
        return earned >= 0n && earned <= minor
      }),
    )
  })
})

describe('reversal', () => {
  test('half of 80.00 at 10 % takes 4.00, the rest 4.00, a third refund nothing', () => {
    expect(refunds(8_000n, 1_000, [4_000n, 4_000n, 1_000n])).toEqual([400n, 400n, 0n])
  })

  test.each([
    ['three thirds of 100.00 at 3.33 %', 10_000n, 333, [3_333n, 3_333n, 3_334n], [111n, 111n, 111n]],
    ['a cent at a time', 10n, 1_500, [...Array(10).fill(1n)], [1n, 0n, 0n, 0n, 0n, 0n, 1n, 0n, 0n, 0n]],
    ['more than the base', 8_000n, 1_000, [20_000n], [800n]],
    ['a refund of nothing', 8_000n, 1_000, [0n], [0n]],
    ['an order worth nothing', 0n, 1_000, [500n], [0n]],
    ['a base below zero', -500n, 1_000, [500n], [0n]],
  ])('%s', (_name, minor, rateBps, parts, want) => {
    expect(refunds(minor as bigint, rateBps as number, parts as bigint[])).toEqual(want)
  })

  test('three partial refunds of the whole end at exactly zero, at every rate', () => {
    for (let rateBps = 0; rateBps <= 10_000; rateBps++) {
      const booked = commission(9_999n, rateBps)
      expect(sum(refunds(9_999n, rateBps, [3_331n, 1n, 6_667n]))).toBe(booked)
    }
  })

  test('whatever the parts, what stays is the commission of what is left of the base', () => {
    fc.assert(
      fc.property(base, rate, fc.array(part, { maxLength: 6 }), (minor, rateBps, parts) => {
        const taken = refunds(minor, rateBps, parts)
        const left = minor > sum(parts) ? minor - sum(parts) : 0n
        expect(taken.every((one) => one >= 0n)).toBe(true)
        expect(commission(minor, rateBps) - sum(taken)).toBe(share(eur(left), rateBps).minor)
      }),
      { numRuns: 1_000 },
    )
  })

  test('the order of refunds does not matter', () => {
    const shuffled = fc
      .array(part, { minLength: 2, maxLength: 6 })
      .chain((parts) =>
        fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length, maxLength: parts.length })),
      )
    fc.assert(
      fc.property(base, rate, shuffled, (minor, rateBps, [one, other]) => {
        expect(sum(refunds(minor, rateBps, one))).toBe(sum(refunds(minor, rateBps, other)))
      }),
      { numRuns: 1_000 },
    )
  })

  test('a refund heard late, after a larger total was already taken back, takes nothing', () => {
    expect(reversal(eur(800), [partAt(8_000n, 1_000)], { part: 4_000n, of: 8_000n }, eur(800))).toEqual(eur(0))
  })

  test('currencies never mix', () => {
    const dollars = { minor: 0n, currency: 'USD' }
    expect(() => reversal(eur(800), [partAt(8_000n, 1_000)], { part: 1n, of: 2n }, dollars)).toThrow('do not mix')
  })
})

/** Shares and fixed amounts over bases of every size, as a line of any currency has them. */
const anyPart = fc
  .record({
    base: fc.bigInt({ min: 0n, max: 10n ** 9n }),
    rateBps: rate,
    fixed: fc.option(fc.bigInt({ min: 0n, max: 10n ** 7n }), { freq: 3 }),
  })
  .map(
    ({ base: minor, rateBps, fixed }): Part => ({
      ...partAt(minor, rateBps),
      ...(fixed === null ? {} : { rateBps: null, fixedMinor: fixed }),
    }),
  )
const anyParts = fc.array(anyPart, { minLength: 1, maxLength: 5 }).filter((parts) => parts.some((one) => one.base > 0n))
const wholeOf = (parts: Part[]) => sum(parts.map((one) => one.base))

describe('a line of several parts', () => {
  test('rounds once: 33.33 at 5 % and 66.67 at 12.5 % earn 10.00 together, and the parts add up', () => {
    const { earned, parts } = earn([partAt(3_333n, 500), partAt(6_667n, 1_250)], 'EUR')
    expect(earned.minor).toBe(1_000n)
    expect(parts.map((one) => one.minor)).toEqual([167n, 833n])
  })

  test('the parts always add up to what the line earned, in currencies of any decimals', () => {
    fc.assert(
      fc.property(anyParts, fc.constantFrom('EUR', 'JPY', 'KWD'), (given, currency) => {
        const { earned, parts } = earn(given, currency)
        expect(sum(parts.map((one) => one.minor))).toBe(earned.minor)
        expect(earned.currency).toBe(currency)
      }),
    )
  })

  test('any refunds in any order end alike, never below zero, and a whole refund at exactly zero; a limit holds', () => {
    const history = anyParts.chain((parts) => {
      const base = wholeOf(parts)
      const given = fc.array(fc.bigInt({ min: 0n, max: base }), { minLength: 1, maxLength: 5 })
      return given.chain((all) =>
        fc.tuple(
          fc.constant(parts),
          fc.constant(all),
          fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
          fc.option(fc.bigInt({ min: 0n, max: 10n ** 8n })),
        ),
      )
    })
    fc.assert(
      fc.property(history, ([parts, one, other, cap]) => {
        const { earned } = earn(parts, 'EUR')
        const booked = cap !== null && cap < earned.minor ? cap : earned.minor
        const base = wholeOf(parts)
        const taken = refundsOf(booked, parts, base, one)
        expect(taken.every((minor) => minor >= 0n)).toBe(true)
        expect(sum(taken)).toBe(sum(refundsOf(booked, parts, base, other)))
        const left = base > sum(one) ? base - sum(one) : 0n
        expect(booked - sum(taken)).toBe(standing(eur(booked), parts, { part: left, of: base }).minor)
        expect(sum(refundsOf(booked, parts, base, [...one, base]))).toBe(booked)
      }),
      { numRuns: 1_000 },
    )
  })

  test('rounding each part by itself would let the order of refunds decide; this does not', () => {
    const parts = [partAt(1n, 10_000), partAt(1n, 10_000), partAt(5n, 0)]
    for (const given of [[1n, 1n, 1n], [2n, 1n], [1n, 2n], [3n]]) expect(sum(refundsOf(2n, parts, 7n, given))).toBe(1n)
  })

  test('at every basis point a fixed part and a share end at zero, in one, two and three steps', () => {
    for (let rateBps = 0; rateBps <= 10_000; rateBps++) {
      const parts = [partAt(9_999n, rateBps), { ...partAt(1_001n, 0), rateBps: null, fixedMinor: 77n }]
      const booked = earn(parts, 'EUR').earned.minor
      for (const given of [[11_000n], [1n, 10_999n], [3_333n, 3_333n, 4_334n]])
        expect(sum(refundsOf(booked, parts, 11_000n, given))).toBe(booked)
    }
  })

  test('a lead is there or gone', () => {
    const parts = [{ ...partAt(0n, 0), rateBps: null, fixedMinor: 500n }]
    expect(standing(eur(500), parts, { part: 1n, of: 1n }).minor).toBe(500n)
    expect(standing(eur(500), parts, { part: 0n, of: 1n }).minor).toBe(0n)
  })

  test('a tier raises every part that earns less, and the line keeps what it was', () => {
    const parts = [partAt(1_000n, 500), partAt(1_000n, 2_000), { ...partAt(1_000n, 0), rateBps: null, fixedMinor: 90n }]
    expect(raise(parts, 1_000).map((one) => [one.rateBps, one.fixedMinor])).toEqual([
      [1_000, null],
      [2_000, null],
      [1_000, null],
    ])
    const kept = { base: 3_000n, rateBps: 0, minor: 340n, because: {}, parts: partsToJson(parts), raisedBps: null }
    expect(partsOf(JSON.parse(JSON.stringify(kept, (_key, value) => (typeof value === 'bigint' ? `${value}` : value))))).toEqual(
      parts,
    )
  })
})
