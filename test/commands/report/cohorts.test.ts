import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-09-05T10:00:00Z' })
})
afterAll(() => w.close())

test('of two who came in September one was active in October, none in November', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('report cohorts')).toContain('Nobody was admitted')
  const [mia, zoe] = [await enlist(w, 'Mia'), await enlist(w, 'Zoe')]
  await w.within((ctx) =>
    ctx.db.creator.updateMany({ where: { id: { in: [mia.creatorId, zoe.creatorId] } }, data: { decidedAt: ctx.now } }),
  )
  w.at('2026-10-05T10:00:00Z')
  await tell(w, order('1', { codes: [mia.code], at: '2026-10-04T10:00:00.000Z' }))
  await tell(w, order('2', { codes: [mia.code], at: '2026-10-04T11:00:00.000Z' }))
  w.at('2026-11-20T10:00:00Z')
  expect(await ana.run('report cohorts')).toMatch(/2026-09 +2 +0\.0 % +50\.0 % +0\.0 %/)
})
