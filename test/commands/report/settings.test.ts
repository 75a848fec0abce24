import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('ROI is n/a without a margin, and comes with one; discounts are a cost where they are said to be', async () => {
  const root = await w.admin('Root')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code], at: '2026-11-19T10:00:00Z' }))
  w.at('2026-11-20T12:01:00Z')
  expect(await root.run('kpi')).toMatch(/ROI +n\/a/)
  expect(await root.run('report settings')).toContain('not said')
  await root.run('report settings', { margin: '50' })
  // 40.00 of margin less 8.00 of commission, over 8.00.
  expect(await root.run('kpi')).toMatch(/ROI +400\.0 %/)
  await root.run('report settings', { discounts: 'yes' })
  // 20.00 of discount more: (40 − 28) / 28.
  expect(await root.run('kpi')).toMatch(/ROI +42\.9 %/)
  expect(await root.run('report settings', { margin: 'much' })).toContain('The margin is a percentage above 0')
})
