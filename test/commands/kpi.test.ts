import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('managers see each figure beside the period before; creators do not', async () => {
  const ana = await w.manager('Ana')
  const text = await ana.run('kpi', { period: '7d' })
  for (const name of ['Clicks', 'Net revenue', 'AOV', 'ROAS', 'Approval time']) expect(text).toContain(name)
  expect(text).toContain('n/a')
  const mia = await w.creator('Mia')
  expect(await mia.run('kpi')).toMatch(/is for managers/)
})
