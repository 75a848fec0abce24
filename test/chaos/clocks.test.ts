/** Days and years that are rare, and limits beside a clock that jumps. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, instantOf, localDay } from '../../src/kernel/time.ts'
import { openPace } from '../../src/pace.ts'
import { type World, world } from '../world.ts'
import { figure } from './figure.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('leap days and the years after 2038', async () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
  expect(addDays('2100-02-28', 1)).toBe('2100-03-01')
  expect(addDays('2038-01-19', 1)).toBe('2038-01-20')
  const late = new Date('2038-01-19T03:14:08Z')
  expect(localDay(late, 'Asia/Tokyo')).toBe('2038-01-19')
  expect(instantOf('2041-06-01', '09:00', 'UTC').toISOString()).toBe('2041-06-01T09:00:00.000Z')
  // Rows and ids of that time come back as they were.
  w.at(late)
  const mia = await w.creator('Mia')
  const row = await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: mia.creatorId! } }))
  expect(row.createdAt).toEqual(late)
})

test('a limit is kept while the clock jumps', async () => {
  const pace = openPace(w.app.database.pool)
  const real = Date.now
  const sent: number[] = []
  try {
    for (let n = 0; n < 60; n++) {
      // An hour on, a day back, ten years on: the limit counts by the database's clock and by monotonic time.
      const jump = [0, 3_600_000, -86_400_000, 315_360_000_000][n % 4]!
      Date.now = () => real() + jump
      const back = await pace('jump', { everyMs: 0, burst: 20, perSecond: 20 })
      sent.push(performance.now())
      back()
    }
  } finally {
    Date.now = real
  }
  const most = Math.max(...sent.map((at) => sent.filter((other) => other >= at && other < at + 1_000).length))
  expect(most).toBeLessThanOrEqual(20)
  figure('F14', 'most in a sliding second of a limit of 20, while the clock jumps 60 times', most)
})
