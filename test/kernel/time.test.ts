import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../src/kernel/refusal.ts'
import {
  addDays,
  days,
  hours,
  inQuietHours,
  instantOf,
  isoWeek,
  isZone,
  localDay,
  localParts,
  minutes,
  monthOf,
  monthRange,
  nextLocal,
  nextOutsideQuiet,
  parseRhythm,
  type Rhythm,
  sayAgo,
  sayDay,
  sayMoment,
  sayRhythm,
  startOfDay,
  startOfMonth,
  startOfWeek,
  weekRange,
} from '../../src/kernel/time.ts'

const at = (iso: string) => new Date(iso)

/** The next `n` rings after `from`, each asked with the one before. */
function rings(rhythm: Rhythm, zone: string, from: Date, n: number): Date[] {
  const found: Date[] = []
  for (let after = from; found.length < n; after = found.at(-1)!) found.push(nextLocal(rhythm, zone, after))
  return found
}

const iso = (list: Date[]) => list.map((d) => d.toISOString().slice(0, 16))

describe('reading the wall', () => {
  test('one instant is different days in different places', () => {
    const d = at('2026-11-21T23:30:00Z')
    expect([localDay(d, 'UTC'), localDay(d, 'Asia/Tokyo'), localDay(d, 'America/Los_Angeles')]).toEqual([
      '2026-11-21',
      '2026-11-22',
      '2026-11-21',
    ])
    expect(localParts(d, 'Asia/Kathmandu')).toEqual({ year: 2026, month: 11, day: 22, hour: 5, minute: 15, weekday: 7 })
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
    expect(iso([startOfWeek(d, 'America/Santiago'), startOfMonth(d, 'America/Santiago')])).toEqual([
      '2026-08-31T04:00',
      '2026-09-01T04:00',
    ])
    const week = weekRange(d, 'America/Santiago')
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
    expect(found.map((d) => localParts(d, zone).hour)).toEqual([0, 0, 1, 0, 0])
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
    const parts = found.map((d) => localParts(d, 'America/Toronto'))
    expect(parts.map((p) => `${p.day} ${p.hour}:${p.minute}`)).toEqual(['29 23:45', '31 0:45', '31 23:45', '1 23:45'])
    expect(nextLocal({ every: 'day', at: '23:45' }, 'America/Toronto', minutes(found[1]!, -1))).toEqual(found[1])
  })
})

test('a month clamps its day to the last', () => {
  const found = rings({ every: 'month', at: '09:00', day: 31 }, 'UTC', at('2027-12-31T10:00:00Z'), 4)
  expect(iso(found)).toEqual(['2028-01-31T09:00', '2028-02-29T09:00', '2028-03-31T09:00', '2028-04-30T09:00'])
  expect(iso(rings({ every: 'month', at: '09:00' }, 'UTC', at('2026-12-01T09:00:00Z'), 1))).toEqual(['2027-01-01T09:00'])
})

describe('rhythms in words', () => {
  test.each<[string, Rhythm]>([
    ['every day at 09:00', { every: 'day', at: '09:00' }],
    ['Every  Monday at 9:00', { every: 'week', at: '09:00', weekday: 1 }],
    ['every sun at 23:59', { every: 'week', at: '23:59', weekday: 7 }],
    ['every week at 08:00', { every: 'week', at: '08:00', weekday: 1 }],
    ['every month on day 15 at 09:00', { every: 'month', at: '09:00', day: 15 }],
    ['every month on the last day at 18:30', { every: 'month', at: '18:30', day: 31 }],
    ['every month at 07:00', { every: 'month', at: '07:00', day: 1 }],
  ])('%s', (text, rhythm) => expect(parseRhythm(text)).toEqual(rhythm))

  test.each([
    '',
    'daily',
    'every moonday at 09:00',
    'every day at 24:00',
    'every month on day 32 at 09:00',
    'every month on day 0 at 09:00',
    'every day on day 3 at 09:00',
    'every Monday',
    `every ${'a'.repeat(50_000)}`,
  ])('refuses %j', (text) => expect(() => parseRhythm(text)).toThrow(Refusal))

  test('are read back as said', () => {
    const clock = fc.tuple(fc.nat(23), fc.nat(59)).map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`)
    const rhythm = fc.oneof(
      fc.record({ every: fc.constant('day' as const), at: clock }),
      fc.record({ every: fc.constant('week' as const), at: clock, weekday: fc.integer({ min: 1, max: 7 }) }),
      fc.record({ every: fc.constant('month' as const), at: clock, day: fc.integer({ min: 1, max: 31 }) }),
    )
    fc.assert(
      fc.property(rhythm, (r) => {
        expect(parseRhythm(sayRhythm(r))).toEqual(r)
      }),
    )
  })
})

describe('quiet hours', () => {
  const night = { from: '22:00', to: '08:00' }
  const berlin = 'Europe/Berlin'

  test('cross midnight and end exactly', () => {
    const quiet = ['21:59', '22:00', '03:00', '07:59', '08:00'].map((clock) =>
      inQuietHours(instantOf('2026-11-21', clock, berlin), berlin, night),
    )
    expect(quiet).toEqual([false, true, true, true, false])
    expect(inQuietHours(at('2026-11-21T12:30:00Z'), 'UTC', { from: '12:00', to: '13:00' })).toBe(true)
    expect(inQuietHours(at('2026-11-21T12:00:00Z'), 'UTC', { from: '12:00', to: '12:00' })).toBe(false)
  })

  test('are waited out, and no longer', () => {
    const noon = at('2026-11-21T12:00:00Z')
    expect(nextOutsideQuiet(noon, berlin, night)).toBe(noon)
    expect(nextOutsideQuiet(instantOf('2026-11-21', '23:30', berlin), berlin, night)).toEqual(
      instantOf('2026-11-22', '08:00', berlin),
    )
    expect(nextOutsideQuiet(instantOf('2026-11-22', '01:00', berlin), berlin, night)).toEqual(
      instantOf('2026-11-22', '08:00', berlin),
    )
    // At 02:10 winter time the first 02:30 has passed; the second one is meant, not tomorrow's.
    const late = { from: '22:00', to: '02:30' }
    expect(iso([nextOutsideQuiet(at('2026-10-25T01:10:00Z'), berlin, late)])).toEqual(['2026-10-25T01:30'])
    expect(iso([nextOutsideQuiet(at('2026-03-29T00:30:00Z'), berlin, late)])).toEqual(['2026-03-29T01:30'])
  })

  test('always end outside, within a day and two hours', () => {
    const start = at('2026-01-01T00:00:00Z').getTime()
    const zone = fc.constantFrom('Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Antarctica/Troll', 'America/St_Johns')
    const clock = fc.constantFrom('00:00', '01:00', '02:30', '03:00', '08:00', '22:00', '23:59')
    fc.assert(
      fc.property(zone, clock, clock, fc.nat(365 * 24 * 60), (z, from, to, n) => {
        const d = new Date(start + n * 60_000)
        const free = nextOutsideQuiet(d, z, { from, to })
        expect(inQuietHours(free, z, { from, to })).toBe(false)
        expect(free >= d && free <= hours(d, 26)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })
})

test('moments are said with their zone, and distances in words', () => {
  const d = at('2026-11-21T08:00:00Z')
  expect(sayMoment(d, 'America/New_York')).toBe('Sat, Nov 21, 2026, 3:00 AM EST')
  expect(sayMoment(d, 'Europe/Berlin', 'de')).toBe('Sa., 21. Nov. 2026, 09:00 MEZ')
  expect(sayDay(d, 'Asia/Tokyo')).toBe('Nov 21, 2026')
  const ago = [-3 * 3_600, 2 * 86_400, -30, -86_400, 7 * 86_400, -400 * 86_400].map((s) =>
    sayAgo(new Date(d.getTime() + s * 1_000), d),
  )
  expect(ago).toEqual(['3 hours ago', 'in 2 days', 'now', 'yesterday', 'next week', 'last year'])
})

// The oracle below knows zones only through Intl.DateTimeFormat, so it shares nothing with the code it judges.
type Shift = { when: number; before: number; after: number }

function offsets(zone: string): (ms: number) => number {
  const wall = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  return (ms) => {
    const [day, month, year, hour, minute, second] = wall.format(ms).match(/\d+/g)!.map(Number)
    return Date.UTC(year!, month! - 1, day!, hour, minute, second) - ms
  }
}

function shiftsOf(zone: string, from: number, to: number): Shift[] {
  const offset = offsets(zone)
  const step = 7 * 86_400_000
  const shifts: Shift[] = []
  for (let a = from; a < to; a += step) {
    const before = offset(a)
    const after = offset(a + step)
    if (before === after) continue
    let low = a
    let high = a + step
    while (high - low > 60_000) {
      const middle = Math.floor((low + high) / 120_000) * 60_000
      if (offset(middle) === before) low = middle
      else high = middle
    }
    shifts.push({ when: high, before, after })
  }
  return shifts
}

/** What the law says about a wall clock time (as if it were UTC) near one shift. */
function lawful(wall: number, shift: Shift): number {
  const early = wall - shift.before
  const late = wall - shift.after
  if (early < shift.when) return early
  return late >= shift.when ? late : early
}

test('every zone, every change of its clocks from 2024 to 2030: no period skipped, none doubled', () => {
  const seen = new Set<string>()
  let rung = 0
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const shifts = shiftsOf(zone, Date.UTC(2024, 0, 1), Date.UTC(2031, 0, 1))
    // Zones whose clocks change at the same instants by the same amount answer alike.
    const key = JSON.stringify(shifts)
    if (seen.has(key)) continue
    seen.add(key)
    for (const shift of shifts) {
      const day = Math.floor((shift.when + shift.before) / 86_400_000) * 86_400_000
      for (const clock of ['00:00', '01:30', '02:30', '03:00']) {
        const [h, m] = clock.split(':').map(Number) as [number, number]
        const expected = (dayOffsets: number[]) =>
          dayOffsets.map((n) => lawful(day + n * 86_400_000 + (h * 60 + m) * 60_000, shift))
        const weekday = new Date(day).getUTCDay() || 7
        const daily = expected([-2, -1, 0, 1, 2])
        const weekly = expected([-7, 0, 7])
        const monthly = expected([0])
        const chain = (r: Rhythm, list: number[]) => rings(r, zone, new Date(list[0]! - 1), list.length).map(Number)
        expect(chain({ every: 'day', at: clock }, daily), `${zone} daily ${clock}`).toEqual(daily)
        expect(chain({ every: 'week', at: clock, weekday }, weekly), `${zone} weekly ${clock}`).toEqual(weekly)
        expect(
          chain({ every: 'month', at: clock, day: new Date(day).getUTCDate() }, monthly),
          `${zone} monthly ${clock}`,
        ).toEqual(monthly)
        rung += daily.length + weekly.length + monthly.length
      }
    }
  }
  expect(seen.size).toBeGreaterThan(20)
  expect(rung).toBeGreaterThan(5_000)
}, 30_000)
