import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the tiers, and the way to set them', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('tier list')).toContain('There are no tiers')
  const root = await w.admin('Root')
  await root.ask('tier set', { steps: 'Silver 10 12 %', measure: 'orders', window: 'lifetime' })
  await root.press('Confirm')
  expect(await ana.run('tier list')).toMatch(/Silver +from 10 orders, 12 %, held by 0/)
})
