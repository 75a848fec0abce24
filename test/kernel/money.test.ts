import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  decimal,
  decimals,
  format,
  fromJson,
  isCurrency,
  type Money,
  parseMoney,
  proportion,
  share,
  split,
  subtract,
  sum,
  toJson,
  zero,
} from '../../src/kernel/money.ts'
import { Refusal } from '../../src/kernel/refusal.ts'

const usd = (minor: bigint | number): Money => ({ minor: BigInt(minor), currency: 'USD' })
const minor = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n })
const currency = fc.constantFrom('USD', 'EUR', 'JPY', 'KWD', 'CLF', 'RSD')

describe('adding', () => {
  test('adds, subtracts and sums', () => {
    expect(add(usd(150), usd(-50))).toEqual(usd(100))
    expect(subtract(usd(100), usd(150))).toEqual(usd(-50))
    expect(sum([usd(1), usd(2), usd(3)], 'USD')).toEqual(usd(6))
    expect(sum([], 'JPY')).toEqual(zero('JPY'))
  })

  test('currencies never mix', () => {
    const yen = zero('JPY')
    expect(() => add(usd(1), yen)).toThrow('USD and JPY do not mix')
    expect(() => subtract(usd(1), yen)).toThrow('do not mix')
    expect(() => sum([yen], 'USD')).toThrow('do not mix')
  })
})

describe('shares', () => {
  // [minor, bps, expected]: halves go to the even neighbour, on both sides of zero.
  test.each([
    [5, 1_000, 0],
    [15, 1_000, 2],
    [25, 1_000, 2],
    [35, 1_000, 4],
    [-5, 1_000, 0],
    [-15, 1_000, -2],
    [-25, 1_000, -2],
    [-35, 1_000, -4],
    [14, 1_000, 1],
    [16, 1_000, 2],
    [1, 5_000, 0],
    [3, 5_000, 2],
    [8_000, 1_000, 800],
    [999, 0, 0],
    [999, 10_000, 999],
    [999, 20_000, 1_998],
  ])('%i at %i bps is %i', (amount, bps, expected) => {
    expect(share(usd(amount), bps)).toEqual(usd(expected))
    expect(share(usd(amount), BigInt(bps))).toEqual(usd(expected))
  })

  test('are never more than half a unit off and mirror at zero, at every rate', () => {
    const m = usd(12_345_678_901_234_567n)
    for (let bps = 0; bps <= 10_000; bps++) {
      const part = share(m, bps).minor
      const off = part * 10_000n - m.minor * BigInt(bps)
      expect(
        off <= 5_000n && off >= -5_000n && (off !== 5_000n || part % 2n === 0n) && (off !== -5_000n || part % 2n === 0n),
      ).toBe(true)
      expect(share(usd(-m.minor), bps).minor).toBe(-part)
    }
  })

  test('of a whole in parts: proportion agrees with share, and its sign follows both', () => {
    fc.assert(
      fc.property(minor, fc.integer({ min: -20_000, max: 20_000 }), (n, bps) => {
        expect(proportion(usd(n), BigInt(bps), 10_000n)).toEqual(share(usd(n), bps))
        expect(proportion(usd(n), BigInt(-bps), -10_000n)).toEqual(share(usd(n), bps))
      }),
    )
    expect(proportion(usd(100), 1n, 3n)).toEqual(usd(33))
    expect(proportion(usd(1), 1n, 2n)).toEqual(usd(0))
    expect(proportion(usd(3), 1n, 2n)).toEqual(usd(2))
  })

  test('a fraction of a basis point and a whole of zero are bugs', () => {
    expect(() => share(usd(1), 0.5)).toThrow('Invariant')
    expect(() => share(usd(1), Number.NaN)).toThrow('Invariant')
    expect(() => proportion(usd(1), 1n, 0n)).toThrow('Invariant')
  })
})

describe('splits', () => {
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 12 })
    .filter((ws) => ws.some((w) => w > 0n))

  test('add up exactly, and no part is a whole unit from its fair share', () => {
    fc.assert(
      fc.property(minor, weights, (n, ws) => {
        const parts = split(usd(n), ws)
        expect(sum(parts, 'USD')).toEqual(usd(n))
        const total = ws.reduce((a, b) => a + b, 0n)
        for (const [i, part] of parts.entries()) {
          const off = part.minor * total - n * ws[i]!
          expect(off < total && off > -total).toBe(true)
          if (ws[i] === 0n) expect(part.minor).toBe(0n)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('give what is left over to the largest remainder, then to the earlier part', () => {
    expect(split(usd(100), [1n, 1n, 1n]).map((m) => m.minor)).toEqual([34n, 33n, 33n])
    expect(split(usd(-100), [1n, 1n, 1n]).map((m) => m.minor)).toEqual([-34n, -33n, -33n])
    expect(split(usd(10), [1n, 5n, 1n]).map((m) => m.minor)).toEqual([2n, 7n, 1n])
    expect(split(usd(1), [0n, 0n, 3n]).map((m) => m.minor)).toEqual([0n, 0n, 1n])
    expect(split(usd(0), [2n, 1n]).map((m) => m.minor)).toEqual([0n, 0n])
  })

  test('need weights', () => {
    for (const ws of [[], [0n], [1n, -1n], [-1n]]) expect(() => split(usd(1), ws)).toThrow('Invariant')
  })
})

describe('reading', () => {
  test.each([
    ['12.34', 'USD', 1_234n],
    ['-10.00', 'USD', -1_000n],
    ['100', 'USD', 10_000n],
    ['0.5', 'USD', 50n],
    ['-0.05', 'USD', -5n],
    ['-0', 'USD', 0n],
    ['12.3400', 'USD', 1_234n],
    ['007.10', 'USD', 710n],
    [' 3.99 ', 'USD', 399n],
    ['500', 'JPY', 500n],
    ['500.00', 'JPY', 500n],
    ['1.234', 'KWD', 1_234n],
    ['9007199254740993', 'JPY', 9_007_199_254_740_993n],
    ['9999999999999999.99', 'USD', 999_999_999_999_999_999n],
    ['1.50', 'usd', 150n],
  ])('%s %s', (text, code, expected) => {
    expect(parseMoney(text, code)).toEqual({ minor: expected, currency: code.toUpperCase() })
  })

  const nonsense = [
    '',
    ' ',
    '12,34',
    '1,234.00',
    '1e5',
    '1E308',
    '+5',
    '.5',
    '5.',
    '--5',
    '$5',
    '5 USD',
    '0x1F',
    'NaN',
    'Infinity',
    '1_000',
    '١٢',
  ]
  test.each([
    ...nonsense,
    '12345678901234567890',
    '99999999999999999.99',
    '99999999999999999',
    `1.${'0'.repeat(18)}`,
    '1'.repeat(100_000),
  ])('refuses %j', (text) => {
    expect(() => parseMoney(text, 'USD')).toThrow(Refusal)
  })

  test('names the value that it refuses, and how to write it', () => {
    expect(() => parseMoney('12,34', 'USD')).toThrow('"12,34" is not an amount of money.')
    expect(() => parseMoney('12.345', 'USD')).toThrow('"12.345" has too many decimals: USD has at most 2 decimals.')
    expect(() => parseMoney('1.5', 'JPY')).toThrow('JPY has no decimals')
    expect(() => parseMoney('1', 'XQQ')).toThrow('"XQQ" is not a currency.')
    try {
      parseMoney('x'.repeat(500), 'KWD')
      expect.unreachable()
    } catch (e) {
      expect(e).toMatchObject({ code: 'invalid', fix: 'Write it like 125.000.' })
      expect((e as Refusal).sentence.length).toBeLessThan(80)
    }
  })

  test('gives back what decimal() wrote', () => {
    fc.assert(
      fc.property(minor, currency, (n, code) => {
        expect(parseMoney(decimal({ minor: n, currency: code }), code).minor).toBe(n)
      }),
    )
  })
})

describe('showing', () => {
  test.each([
    [123_450n, 'USD', 'en', '$1,234.50'],
    [-5n, 'USD', 'en', '-$0.05'],
    [500n, 'JPY', 'en', '¥500'],
    [1_234n, 'KWD', 'en', 'KWD 1.234'],
    [123_450n, 'EUR', 'de', '1.234,50 €'],
    [999_999_999_999_999_999n, 'USD', 'en', '$9,999,999,999,999,999.99'],
    [10_050n, 'RSD', 'en', 'RSD 100.50'],
  ])('%s %s in %s', (n, code, locale, expected) => {
    expect(format({ minor: n, currency: code }, locale).replace(/\u00a0/g, ' ')).toBe(expected)
  })

  test('never loses or invents a digit', () => {
    fc.assert(
      fc.property(minor, currency, (n, code) => {
        expect(format({ minor: n, currency: code }).replace(/[^\d-]/g, '')).toBe(
          decimal({ minor: n, currency: code }).replace('.', ''),
        )
      }),
    )
  })

  test('JSON carries every digit', () => {
    expect(JSON.stringify(toJson(usd(2n ** 60n)))).toBe('{"minor":"1152921504606846976","currency":"USD"}')
    fc.assert(
      fc.property(minor, (n) => {
        expect(fromJson(JSON.parse(JSON.stringify(toJson(usd(n)))))).toEqual(usd(n))
      }),
    )
  })
})

test('decimals follow ISO 4217', () => {
  expect(
    ['USD', 'EUR', 'JPY', 'KRW', 'VND', 'CLP', 'ISK', 'KWD', 'BHD', 'OMR', 'JOD', 'TND', 'IQD', 'CLF', 'RSD'].map(decimals),
  ).toEqual([2, 2, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 4, 2])
  expect([isCurrency('EUR'), isCurrency('eur'), isCurrency('EURO'), isCurrency('')]).toEqual([true, false, false, false])
})
