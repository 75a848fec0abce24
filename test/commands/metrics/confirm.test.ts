import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('nobody confirms what is not there, and creators confirm nothing', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  expect(await ana.run('metrics confirm', { metric: 'mtr_01J00000000000000000000000' })).toContain('no longer here')
  expect(await mia.run('metrics confirm', { metric: 'mtr_01J00000000000000000000000' })).toContain('is for managers')
})
