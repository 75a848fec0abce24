import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../../src/campaigns/plans.ts'
import { spend } from '../../../src/campaigns/service.ts'
import { minutes } from '../../../src/kernel/time.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a full mission is found, raised, and open again', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  const plan = { title: 'Autumn glow', brief: 'Show the serum in the morning.', feeMinor: 50_00n, budgetMinor: 50_00n }
  const { id } = await w.within((ctx) => addMission(ctx, plan))
  await w.within((ctx) => spend(ctx, id, { minor: 50_00n, currency: 'EUR' }))
  expect(await mia.sees('missions')).toContain('The budget is used up.')
  expect(await ana.suggest('campaign raise', 'mission', 'glow')).toEqual([{ label: 'Autumn glow', value: id }])
  expect(await ana.run('campaign raise', { mission: id, budget: '50' })).toContain('is already €50.00')
  expect(await ana.run('campaign raise', { mission: id, budget: '100' })).toContain('€50.00 is left: enough for 1 more')
  w.at(minutes(w.now, 1))
  expect(await mia.sees('missions')).toContain('[Hand in]')
  expect(await mia.run('campaign raise', { mission: id, budget: '900' })).toContain('is for managers')
})
