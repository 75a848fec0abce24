import { describe, expect, test } from 'vitest'
import { parseDeadline, parseSeatsAndFee } from '../../src/campaigns/rules-plan.ts'
import { typedMoney } from '../../src/kernel/money.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'
import { parseMilestones } from '../../src/programs/rules-commission-form.ts'

describe('an amount that half of the world reads as thousands', () => {
  test.each([
    ['1.500', 'EUR'],
    ['10.000', 'EUR'],
    ['1.500.000', 'EUR'],
    ['10.000', 'JPY'],
    ['1.0000', 'KWD'],
    ['1.500,00', 'EUR'],
    ['１５', 'EUR'],
  ])('%s is never a thousandth of what was meant in %s', (typed, currency) => {
    expect(() => typedMoney(typed, currency)).toThrow(Refusal)
  })

  test.each([
    ['1500', 'EUR', 150_000n],
    ['12.5', 'EUR', 1_250n],
    [' 12.50 ', 'EUR', 1_250n],
    ['1.500', 'KWD', 1_500n],
  ])('%s %s is what it says', (typed, currency, minor) => {
    expect(typedMoney(typed, currency)).toEqual({ minor, currency })
  })

  test('in the words of a mission and of a commission as well', () => {
    expect(() => parseSeatsAndFee('10 x 1.500', 'EUR')).toThrow(Refusal)
    expect(() => parseMilestones('first = 1.000', 'EUR')).toThrow(Refusal)
  })
})

describe('a whole number', () => {
  const { check } = option.integer('How many', { min: 0, max: 10_000 })

  test.each(['10.000', '1.0', '0x10', '1e3', ' ', '1 000', '1,000'])('is not %j', (typed) => {
    const read = check.safeParse(typed)
    expect(read.error?.issues[0]?.message).toBe('must be a whole number')
  })

  test.each([
    ['12', 12],
    [' 12 ', 12],
    [12, 12],
  ])('is %j', (typed, whole) => {
    expect(check.safeParse(typed).data).toBe(whole)
  })
})

test('a deadline on a day that no calendar has is refused in words', () => {
  for (const day of ['2026-02-30', '2026-13-01', '2027-00-10'])
    expect(() => parseDeadline(day, new Date('2026-01-20T12:00:00Z'), 'Europe/Berlin')).toThrow(Refusal)
})

test('an id that was copied with the blanks around it is that id', () => {
  const id = 'crt_01KARPSZJXCJWS4J52NBR3F5JB'
  expect(option.id('creator', 'Which creator').check.safeParse(` ${id}\n`).data).toBe(id)
  expect(option.id('creator', 'Which creator').check.safeParse('Mia').error?.issues[0]?.message).toContain('picked from the list')
})

test.each([undefined, ''])('an id that may be left out is nothing for %j', (typed) => {
  const { check } = optional(option.id('creator', 'Which creator'))
  expect(check.safeParse(typed)).toMatchObject({ success: true, data: undefined })
})
