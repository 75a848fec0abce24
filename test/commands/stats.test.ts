import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a new creator sees zeros for counts and n/a for ratios, with two charts', async () => {
  const mia = await w.creator('Mia')
  const { card, text } = await mia.ask('stats')
  expect(text).toMatch(/Clicks +0/)
  expect(text).toMatch(/CVR +n\/a/)
  expect(card!.blocks.filter((b) => b.block === 'chart')).toHaveLength(2)
})

test('an unknown period names the choices', async () => {
  const zoe = await w.creator('Zoe')
  expect(await zoe.run('stats', { period: 'ever' })).toMatch(/must be one of 7d, 30d, 90d/)
})

test('a manager has no numbers of their own', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('stats')).toMatch(/creator/)
})
