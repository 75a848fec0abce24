import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a delivery that cannot be read is shown with its reason, and the worklist counts it', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('parked')).toMatch(/Nothing is parked/)
  expect((await w.hook('generic', { type: 'order.created', data: { id: '9' } })).statusCode).toBe(202)
  expect(await ana.run('parked')).toMatch(/from generic[\s\S]*data\./)
  expect(await ana.run('home')).toMatch(/1 parked delivery/)
})
