import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../src/kernel/time.ts'
import { AT_ONCE, due as points } from '../../src/rewards/points.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('however much was earned at once, a transaction books so many points, and the job goes on until all are booked', async () => {
  const mia = await w.creator('Mia')
  const earned = AT_ONCE + 1
  await w.within(
    ({ db, now, program }) => db.$executeRaw`
      INSERT INTO "Submission" (id, "programId", "creatorId", state, caption, "submittedAt", "decidedAt", "toldAt", "createdAt")
      SELECT 'sub_' || n, ${program.id}, ${mia.creatorId}, 'approved', '', t, t, t, t
      FROM generate_series(1, ${earned}::int) n, LATERAL (SELECT ${days(now, -1)}::timestamptz AS t) day`,
  )
  expect(await w.within(points)).toBe(AT_ONCE)
  await w.app.runJob('recognition')
  expect(await w.within((ctx) => ctx.db.pointEntry.count())).toBe(earned)
  expect(await w.within(points)).toBe(0)
})
