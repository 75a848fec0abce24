import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Audience,
  audienceOf,
  checkFits,
  checkKnown,
  type Fitting,
  fits,
  sayAudience,
} from '../../src/campaigns/rules-audience.ts'
import { bonusFor, bonusOf, checkBonus, sayBonus } from '../../src/campaigns/rules-bonus.ts'
import { checkPublish } from '../../src/campaigns/rules-campaign.ts'
import {
  parseCountries,
  parseDeadline,
  parseHashtags,
  parseKinds,
  parseLinks,
  parseNames,
  parseSeatsAndFee,
  parseTags,
  rightsWords,
} from '../../src/campaigns/rules-plan.ts'
import { endAfter, nextRepeat } from '../../src/campaigns/rules-repeat.ts'
import { dueFor, freeSeats, nextReminder } from '../../src/campaigns/rules-seats.ts'
import { days } from '../../src/kernel/time.ts'
import { presets } from '../../src/rights/presets.ts'

const now = new Date('2026-11-20T12:00:00Z')
const at = (instant: string) => new Date(instant)

describe('the bonus for views', () => {
  const bonus = { measure: 'views' as const, perThousandMinor: '250', capMinor: '4000' }
  test.each([
    [0, 0n],
    [1_000, 250n],
    [1_002, 250n],
    // Half to even: 250.5 is 250, 251.5 is 252.
    [2, 0n],
    [6, 2n],
    [1_006, 252n],
    [16_000, 4_000n],
    [9_999_999_999, 4_000n],
  ])('%i views earn %s', (views, earned) => expect(bonusFor(bonus, { views })).toBe(earned))

  test('views that are not known earn nothing yet, and never less for more of them', () => {
    expect(bonusFor(bonus, { views: null })).toBeNull()
    fc.assert(
      fc.property(fc.nat(50_000_000), fc.nat(50_000_000), (a, b) => {
        const [less, more] = [bonusFor(bonus, { views: Math.min(a, b) })!, bonusFor(bonus, { views: Math.max(a, b) })!]
        expect(less <= more && more <= 4_000n).toBe(true)
      }),
    )
  })

  test('is said, kept and refused in words', () => {
    expect(sayBonus(bonus, 'EUR')).toBe('€2.50 for every 1,000 views, €40.00 at most')
    expect(bonusOf({ bonus: null })).toBeNull()
    expect(bonusOf({ bonus: checkBonus(250n, 4_000n) })).toEqual(bonus)
    expect(() => checkBonus(250n, 249n)).toThrow('less than what a thousand views pay')
  })
})

describe('for whom a mission is', () => {
  const mia: Fitting = { tier: 'Gold', tags: ['VIP'], niche: 'beauty', country: 'DE', platforms: ['tiktok', 'slack'] }
  const only = (change: Partial<Audience>) => audienceOf({ audience: change })
  test.each([
    [{}, true],
    [{ tiers: ['gold', 'Silver'] }, true],
    [{ tiers: ['Silver'] }, false],
    [{ tags: ['vip'] }, true],
    [{ niches: ['beauty'], countries: ['AT', 'DE'] }, true],
    [{ niches: ['beauty'], countries: ['AT'] }, false],
    [{ platforms: ['instagram'] }, false],
    [{ platforms: ['TikTok'] }, true],
  ])('%o fits: %s', (change, yes) => expect(fits(only(change), mia)).toBe(yes))

  test('the refusal names whom it is for', () => {
    const mission = { title: 'Gold rush', audience: { tiers: ['Platinum'], countries: ['AT', 'CH'] } }
    expect(sayAudience(audienceOf(mission))).toBe('Platinum · AT, CH')
    expect(() => checkFits(mission, mia)).toThrow('The mission “Gold rush” is for others this time: Platinum · AT, CH.')
    expect(checkKnown(['BEAUTY'], ['beauty', 'food'], 'niches')).toEqual(['beauty'])
    expect(() => checkKnown(['cars'], ['beauty'], 'niches')).toThrow('“cars” is not known here.')
  })
})

describe('what a manager types', () => {
  test.each([
    ['14', '2026-12-04T22:59:00Z', null],
    ['14 days', '2026-12-04T22:59:00Z', null],
    ['2026-11-20', '2026-11-20T22:59:00Z', null],
    ['none', null, null],
    ['30 days after joining', null, 30],
  ])('the deadline %s', (typed, closes, daysToJoin) => {
    expect(parseDeadline(typed, now, 'Europe/Berlin')).toEqual({ closesAt: closes && at(closes), daysToJoin })
  })
  test.each(['2026-11-19', 'soon', '0', '900 days', '2026-02-31', '2031-01-01'])('%s is no deadline', (typed) => {
    expect(() => parseDeadline(typed, now, 'Europe/Berlin')).toThrow()
  })

  test.each([
    ['10 x 50.00', 10, 5_000n],
    ['10×50', 10, 5_000n],
    ['3 seats at €20', 3, 2_000n],
    ['any x 0', null, 0n],
    ['ANY X 12.5', null, 1_250n],
    ['10 x €50', 10, 5_000n],
    ['10 x 50 eur each', 10, 5_000n],
  ])('%s', (typed, seats, feeMinor) => expect(parseSeatsAndFee(typed, 'EUR')).toEqual({ seats, feeMinor }))
  test.each(['10', '0 x 5', '10 x', 'x 50', '10 x 50,00', '10 x -5', '10 x 0.001', '10 x $50', '10 x 50 USD', '10 x 5k'])(
    '%s is not seats and fee',
    (typed) => {
      expect(() => parseSeatsAndFee(typed, 'EUR')).toThrow()
    },
  )

  test('lists keep each thing once in its own form; a dash empties them', () => {
    expect(parseHashtags('glow #glow, ##Morgen')).toEqual(['#glow', '#Morgen'])
    expect(parseTags('glow.skin @mia')).toEqual(['@glow.skin', '@mia'])
    expect(parseLinks('https://shop.example.com/serum')).toEqual(['https://shop.example.com/serum'])
    expect(parseKinds('Short video, review')).toEqual(['short_video', 'review'])
    expect(parseCountries('de at', 'countries')).toEqual(['DE', 'AT'])
    expect(parseNames('Gold, Silver ,Gold')).toEqual(['Gold', 'Silver'])
    for (const parse of [parseHashtags, parseTags, parseLinks, parseKinds, parseNames]) expect(parse('-')).toEqual([])
    expect(() => parseHashtags('#a;#b!')).toThrow('“#b!” does not belong here.')
    expect(() => parseLinks('http://shop.example.com')).toThrow('does not belong here')
    expect(() => parseKinds('song')).toThrow('is no kind of content')
    expect(() => parseCountries('Germany', 'countries')).toThrow('does not belong here')
  })

  test('rights are said in the words of their presets', () => {
    expect(rightsWords).toEqual(Object.fromEntries(Object.values(presets).map(({ id, says }) => [id, says])))
  })
})

describe('seats', () => {
  const mission = { feeMinor: 50n, budgetMinor: 500n, spentMinor: 0n, seats: 3 }
  test('are free as long as there are some and the budget pays', () => {
    expect([0, 2, 3, 4].map((n) => freeSeats(mission, n))).toEqual([3, 1, 0, 0])
    expect(freeSeats({ ...mission, seats: null }, 900)).toBe(Number.POSITIVE_INFINITY)
    expect(freeSeats({ ...mission, spentMinor: 451n }, 0)).toBe(0)
    expect(freeSeats({ ...mission, feeMinor: 0n, budgetMinor: 0n }, 0)).toBe(3)
  })

  test('end with the mission or with the own window', () => {
    const closesAt = at('2026-12-01T00:00:00Z')
    expect(dueFor({ closesAt, daysToJoin: null }, now)).toEqual(closesAt)
    expect(dueFor({ closesAt, daysToJoin: 5 }, now)).toEqual(days(now, 5))
    expect(dueFor({ closesAt, daysToJoin: 30 }, now)).toEqual(closesAt)
    expect(dueFor({ closesAt: null, daysToJoin: 30 }, now)).toEqual(days(now, 30))
    expect(dueFor({ closesAt: null, daysToJoin: null }, now)).toBeNull()
  })

  const policy = { remindAt: '09:00', remindHours: [48, 24] }
  test.each([
    ['Europe/Berlin', '2026-12-03T08:00:00Z', '2026-12-04T08:00:00Z'],
    ['America/New_York', '2026-12-03T14:00:00Z', '2026-12-04T14:00:00Z'],
    ['Asia/Tokyo', '2026-12-03T00:00:00Z', '2026-12-04T00:00:00Z'],
  ])('are called to mind at nine in %s, the day before and in the last 24 hours', (zone, first, last) => {
    const dueAt = at('2026-12-04T22:59:00Z')
    expect(nextReminder(dueAt, zone, now, policy)).toEqual(at(first))
    expect(nextReminder(dueAt, zone, at(first), policy)).toEqual(at(last))
    expect(nextReminder(dueAt, zone, at(last), policy)).toBeNull()
    expect(nextReminder(null, zone, now, policy)).toBeNull()
  })
})

describe('a mission that comes again', () => {
  test('opens at its local time, over a change of the clocks too, and lasts as long', () => {
    const first = { opensAt: at('2027-03-22T09:00:00Z'), closesAt: at('2027-03-26T22:59:00Z'), repeat: 'week' }
    const next = nextRepeat(first, 'Europe/Berlin', first.opensAt)
    expect(next).toEqual(at('2027-03-29T08:00:00Z'))
    expect(endAfter(first, next, 'Europe/Berlin')).toEqual(at('2027-04-02T21:59:00Z'))
    const month = { opensAt: at('2027-01-31T11:00:00Z'), closesAt: null, repeat: 'month' }
    expect(nextRepeat(month, 'Europe/Berlin', month.opensAt)).toEqual(at('2027-02-28T11:00:00Z'))
    expect(endAfter(month, now, 'Europe/Berlin')).toBeNull()
  })
})

test('a draft is published once, with time left and money for one fee', () => {
  const draft = {
    id: 'mis_1',
    title: 'Glow',
    state: 'draft',
    feeMinor: 5n,
    budgetMinor: 5n,
    spentMinor: 0n,
    seats: null,
    opensAt: now,
  }
  const check = (change: object) => () => checkPublish({ ...draft, closesAt: null, ...change }, now)
  expect(check({})).not.toThrow()
  expect(check({ state: 'open' })).toThrow('is published already')
  expect(check({ closesAt: now })).toThrow('The deadline of “Glow” is over.')
  expect(check({ budgetMinor: 4n })).toThrow('has no budget for it')
})
