import { expect, test } from 'vitest'
import { instantOf, type Rhythm } from '../../src/kernel/time.ts'
import { planNudges } from '../../src/messages/nudges.ts'
import { planAll } from '../../src/messages/plan.ts'
import { ringsIn } from '../../src/messages/rules.ts'
import { crowd, plannedRows } from '../messages.ts'
import { world } from '../world.ts'

test('100,000 digests are planned by one statement, and planned again not one is new', async () => {
  const w = await world({ now: '2026-11-22T12:00:00Z' })
  await crowd(w, 100_000)
  const plan = () => w.within((ctx) => planAll(ctx, planNudges))
  await w.app.runJob('messages')
  expect(await plannedRows(w)).toBe(100_000)
  const begun = performance.now()
  expect(await plan()).toBe(0)
  console.log(`planned 100,000 again in ${Math.round(performance.now() - begun)} ms, nothing new`)
  expect(await plannedRows(w)).toBe(100_000)
  await w.close()
}, 300_000)

/** Days on which the clocks of a zone change, by what Intl says of its noons. */
function changes(zone: string): number[] {
  const wall = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const found: number[] = []
  const day = 86_400_000
  let before = ''
  for (let at = Date.UTC(2024, 0, 1, 12); at < Date.UTC(2031, 0, 1); at += day) {
    const now = wall.format(at)
    if (before !== '' && now !== before) found.push(at)
    before = now
  }
  return found
}

test('every zone × every change of its clocks from 2024 to 2030 × rhythm × clock: one ring for each local period, however it is planned', () => {
  let checked = 0
  for (const zone of Intl.supportedValuesOf('timeZone'))
    for (const at of changes(zone))
      for (const clock of ['00:00', '01:30', '02:30', '03:00'])
        for (const every of ['day', 'week', 'month'] as const) {
          const date = new Date(at).getUTCDate()
          const rhythm: Rhythm = {
            every,
            at: clock,
            ...(every === 'month' ? { day: date } : {}),
            ...(every === 'week' ? { weekday: new Date(at).getUTCDay() || 7 } : {}),
          }
          const seen = new Map<string, Set<number>>()
          for (let now = at - 3 * 86_400_000; now <= at + 3 * 86_400_000; now += 6 * 3_600_000)
            for (const { period, due } of ringsIn(rhythm, zone, new Date(now), 8, 26))
              seen.set(period, (seen.get(period) ?? new Set()).add(due.getTime()))
          const name = `${zone} ${new Date(at).toISOString()} ${every} ${clock}`
          expect(
            [...seen.values()].every((set) => set.size === 1),
            name,
          ).toBe(true)
          expect(seen.size, name).toBeGreaterThanOrEqual(every === 'day' ? 6 : 1)
          checked++
        }
  console.log(`${checked} changes × rhythm × clock, first at ${instantOf('2024-01-01', '00:00', 'UTC').toISOString()}`)
  expect(checked).toBeGreaterThan(10_000)
}, 1_200_000)
