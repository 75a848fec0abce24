// The oracle knows zones only through Intl.DateTimeFormat, so it shares nothing with the code it judges.
import { expect, test } from 'vitest'
import type { Rhythm } from '../../src/kernel/time.ts'
import { rings } from './rings.ts'

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
