import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Money, share } from '../../src/kernel/money.ts'
import { commission, reversal } from '../../src/ledger/rules.ts'

const eur = (minor: bigint | number): Money => ({ minor: BigInt(minor), currency: 'EUR' })

/** Applies refunds one after the other, as the ledger does; returns what each took back. */
function refunds(base: bigint, rateBps: number, parts: readonly bigint[]): bigint[] {
  const booked = commission(eur(base), rateBps)
  let total = 0n
  let reversed = 0n
  return parts.map((part) => {
    total += part
    const { minor } = reversal(booked, eur(base), eur(total), eur(reversed), rateBps)
    reversed += minor
    return minor
  })
}

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
    expect(commission(eur(minor), rateBps).minor).toBe(want)
  })

  test('is never below zero and never above the base', () => {
    fc.assert(
      fc.property(base, rate, (minor, rateBps) => {
        const { minor: earned } = commission(eur(minor), rateBps)
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
      const booked = commission(eur(9_999n), rateBps).minor
      expect(sum(refunds(9_999n, rateBps, [3_331n, 1n, 6_667n]))).toBe(booked)
    }
  })

  test('whatever the parts, what stays is the commission of what is left of the base', () => {
    fc.assert(
      fc.property(base, rate, fc.array(part, { maxLength: 6 }), (minor, rateBps, parts) => {
        const taken = refunds(minor, rateBps, parts)
        const left = minor > sum(parts) ? minor - sum(parts) : 0n
        expect(taken.every((one) => one >= 0n)).toBe(true)
        expect(commission(eur(minor), rateBps).minor - sum(taken)).toBe(share(eur(left), rateBps).minor)
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
    expect(reversal(eur(800), eur(8_000), eur(4_000), eur(800), 1_000)).toEqual(eur(0))
  })

  test('currencies never mix', () => {
    expect(() => reversal(eur(800), { minor: 8_000n, currency: 'USD' }, eur(1), eur(0), 1_000)).toThrow('do not mix')
  })
})
