import { describe, expect, test } from 'vitest'
import { Refusal } from '../../src/kernel/refusal.ts'
import {
  addDays,
  days,
  hours,
  instantOf,
  isoWeek,
  isZone,
  localDay,
  minutes,
  monthOf,
  monthRange,
  nextLocal,
  type Rhythm,
  sayAgo,
  sayDay,
  sayMoment,
  startOfDay,
  weekRange,
} from '../../src/kernel/time.ts'
import { at, iso, rings } from './rings.ts'

/** What the clock on the wall shows, asked of the platform and not of the code under test. */
const clockIn = (d: Date, timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(d)

describe('reading the wall', () => {
  test('one instant is different days in different places', () => {
    const d = at('2026-11-21T23:30:00Z')
    expect([localDay(d, 'UTC'), localDay(d, 'Asia/Tokyo'), localDay(d, 'America/Los_Angeles')]).toEqual([
      '2026-11-21',
      '2026-11-22',
      '2026-11-21',
    ])
    expect([localDay(d, 'Asia/Kathmandu'), clockIn(d, 'Asia/Kathmandu')]).toEqual(['2026-11-22', '05:15'])
    expect(monthOf(at('2026-11-30T23:30:00Z'), 'Europe/Berlin')).toBe('2026-12')
  })

  test('ISO weeks belong to the year of their Thursday', () => {
    expect(['2026-11-21', '2027-01-03', '2027-01-04', '2024-12-30'].map((day) => isoWeek(at(`${day}T12:00Z`), 'UTC'))).toEqual([
      '2026-W47',
      '2026-W53',
      '2027-W01',
      '2025-W01',
    ])
  })

  test('zones are names', () => {
    expect(['Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'].map(isZone)).toEqual([true, true, true, true])
    expect(['', '+02:00', 'Europe/Nowhere', 'Berlin; DROP', 'local'].some(isZone)).toBe(false)
  })

  test('minutes, hours and days are exact lengths', () => {
    const d = at('2026-03-29T00:00:00Z')
    expect(iso([minutes(d, 90), hours(d, -1), days(d, 1)])).toEqual(['2026-03-29T01:30', '2026-03-28T23:00', '2026-03-30T00:00'])
    expect([addDays('2028-02-28', 1), addDays('2026-01-01', -1)]).toEqual(['2028-02-29', '2025-12-31'])
  })
})

describe('ranges', () => {
  test('a month is as long as its clocks make it', () => {
    const march = monthRange('2026-03', 'Europe/Berlin')
    expect(iso([march.from, march.to])).toEqual(['2026-02-28T23:00', '2026-03-31T22:00'])
    const april = monthRange('2026-04', 'Europe/Berlin')
    expect(april.from).toEqual(march.to)
    expect(iso([monthRange('2026-12', 'UTC').to])).toEqual(['2027-01-01T00:00'])
  })

  test('days, weeks and months start at the first instant there is', () => {
    const d = at('2026-09-06T12:00:00Z') // In Santiago this Sunday has no midnight; it starts at 01:00.
    expect(iso([startOfDay(d, 'America/Santiago')])).toEqual(['2026-09-06T04:00'])
    const week = weekRange(d, 'America/Santiago')
    expect(iso([week.from, monthRange('2026-09', 'America/Santiago').from])).toEqual(['2026-08-31T04:00', '2026-09-01T04:00'])
    expect((week.to.getTime() - week.from.getTime()) / 3_600_000).toBe(7 * 24 - 1)
  })

  test('what is not a month, a day or a time is refused', () => {
    for (const month of ['2026-13', '2026-1', '202611', 'x']) expect(() => monthRange(month, 'UTC')).toThrow(Refusal)
    for (const day of ['2026-02-29', '2026-11-31', '21.11.2026', '', '2026-11-21T00:00'])
      expect(() => instantOf(day, '09:00', 'UTC')).toThrow(Refusal)
    for (const clock of ['24:00', '9:00', '09:60', '0900', ''])
      expect(() => instantOf('2026-11-21', clock, 'UTC')).toThrow(Refusal)
  })
})

describe('the law for daylight saving', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:30', 'skipped: 03:30 summer time'],
    ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30', 'twice: the first'],
    ['America/New_York', '2026-03-08', '02:30', '2026-03-08T07:30', 'skipped: 03:30'],
    ['America/New_York', '2026-11-01', '01:30', '2026-11-01T05:30', 'twice: the first'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:45', 'half an hour skipped: 02:45'],
    ['Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45', 'half an hour twice: the first'],
    ['America/Santiago', '2026-09-06', '00:00', '2026-09-06T04:00', 'no midnight: 01:00'],
    ['America/Havana', '2026-03-08', '00:00', '2026-03-08T05:00', 'no midnight: 01:00'],
    ['Asia/Beirut', '2026-03-29', '00:00', '2026-03-28T22:00', 'no midnight: 01:00'],
    ['Africa/Cairo', '2026-04-24', '00:00', '2026-04-23T22:00', 'no midnight: 01:00'],
    ['Pacific/Apia', '2011-12-30', '09:00', '2011-12-30T19:00', 'no such day: 09:00 on the 31st'],
  ])('%s %s %s is %s (%s)', (zone, day, clock, expected) => {
    expect(iso([instantOf(day, clock, zone)])).toEqual([expected])
  })

  test.each([
    ['America/Santiago', '2026-09-06', 7],
    ['America/Havana', '2026-03-08', 7],
    ['Asia/Beirut', '2026-03-29', 7],
    ['Africa/Cairo', '2026-04-24', 5],
  ])('a weekly midnight in %s rings once in the week of %s', (zone, day, weekday) => {
    const rhythm: Rhythm = { every: 'week', at: '00:00', weekday }
    const found = rings(rhythm, zone, days(at(`${day}T12:00:00Z`), -15), 5)
    expect(found.map((d) => localDay(d, zone))).toEqual([-14, -7, 0, 7, 14].map((n) => addDays(day, n)))
    expect(found.map((d) => clockIn(d, zone))).toEqual(['00:00', '00:00', '01:00', '00:00', '00:00'])
    // Asked from anywhere in between, a restart finds the same rings.
    for (let h = 0; h < 14 * 24; h++) {
      const after = hours(found[1]!, h)
      expect(nextLocal(rhythm, zone, after)).toEqual(found.find((d) => d > after))
    }
  })

  test('a day that is missing rings together with the day after, and a week never loses its ring', () => {
    const from = at('2011-12-28T20:00:00Z')
    expect(iso(rings({ every: 'day', at: '09:00' }, 'Pacific/Apia', from, 3))).toEqual([
      '2011-12-29T19:00',
      '2011-12-30T19:00',
      '2011-12-31T19:00',
    ])
    expect(
      rings({ every: 'week', at: '09:00', weekday: 5 }, 'Pacific/Apia', from, 2).map((d) => localDay(d, 'Pacific/Apia')),
    ).toEqual(['2011-12-31', '2012-01-06'])
    expect(iso(rings({ every: 'month', at: '09:00', day: 30 }, 'Pacific/Apia', from, 1))).toEqual(['2011-12-30T19:00'])
  })

  test('an evening that is skipped rings after midnight and still once per day', () => {
    // Toronto put the clocks forward from 23:30 to 00:30 on 30 March 1919.
    const found = rings({ every: 'day', at: '23:45' }, 'America/Toronto', at('1919-03-30T00:00:00Z'), 4)
    const rung = found.map((d) => `${localDay(d, 'America/Toronto').slice(-2)} ${clockIn(d, 'America/Toronto')}`)
    expect(rung).toEqual(['29 23:45', '31 00:45', '31 23:45', '01 23:45'])
    expect(nextLocal({ every: 'day', at: '23:45' }, 'America/Toronto', minutes(found[1]!, -1))).toEqual(found[1])
  })
})

test('a month clamps its day to the last', () => {
  const found = rings({ every: 'month', at: '09:00', day: 31 }, 'UTC', at('2027-12-31T10:00:00Z'), 4)
  expect(iso(found)).toEqual(['2028-01-31T09:00', '2028-02-29T09:00', '2028-03-31T09:00', '2028-04-30T09:00'])
  expect(iso(rings({ every: 'month', at: '09:00' }, 'UTC', at('2026-12-01T09:00:00Z'), 1))).toEqual(['2027-01-01T09:00'])
})

test('moments are said with their zone, and distances in words', () => {
  const d = at('2026-11-21T08:00:00Z')
  expect(sayMoment(d, 'America/New_York', 'en')).toBe('Sat, Nov 21, 2026, 3:00 AM EST')
  expect(sayMoment(d, 'Europe/Berlin', 'de')).toBe('Sa., 21. Nov. 2026, 09:00 MEZ')
  expect(sayDay(d, 'Asia/Tokyo', 'en')).toBe('Nov 21, 2026')
  const ago = [-3 * 3_600, 2 * 86_400, -30, -86_400, 7 * 86_400, -400 * 86_400].map((s) =>
    sayAgo(new Date(d.getTime() + s * 1_000), d, 'en'),
  )
  expect(ago).toEqual(['3 hours ago', 'in 2 days', 'now', 'yesterday', 'next week', 'last year'])
})
