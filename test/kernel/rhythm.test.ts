import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hours, inQuietHours, instantOf, nextOutsideQuiet, type Rhythm, sayRhythm } from '../../src/kernel/time.ts'
import { at, iso } from './rings.ts'

test.each<[string, Rhythm]>([
  ['every day at 09:00', { every: 'day', at: '09:00' }],
  ['every Monday at 09:00', { every: 'week', at: '09:00', weekday: 1 }],
  ['every Sunday at 23:59', { every: 'week', at: '23:59', weekday: 7 }],
  ['every Monday at 08:00', { every: 'week', at: '08:00' }],
  ['every month on day 15 at 09:00', { every: 'month', at: '09:00', day: 15 }],
  ['every month on the last day at 18:30', { every: 'month', at: '18:30', day: 31 }],
  ['every month on day 1 at 07:00', { every: 'month', at: '07:00' }],
])('%s', (words, rhythm) => expect(sayRhythm(rhythm)).toBe(words))

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
