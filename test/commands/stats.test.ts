import { afterAll, beforeAll, expect, test } from 'vitest'
import { click, enlist, order, tell } from '../rooms/shop.ts'
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

test('orders by a code alone have no click, and are no conversion of those who clicked; managers read the same', async () => {
  const ben = await enlist(w, 'Ben')
  const cid = await click(w, ben, new Date('2026-11-20T10:00:00Z'))
  await click(w, ben, new Date('2026-11-20T10:30:00Z'))
  await tell(w, order('1', { cid }), order('2', { codes: [ben.code] }), order('3', { codes: [ben.code] }))
  const text = await ben.run('stats')
  expect(text).toMatch(/Orders +3/)
  expect(text).toMatch(/CVR +50\.0 %/)
  expect(await (await w.manager('Ana')).run('kpi', { of: ben.creatorId })).toMatch(/CVR +50\.0 %/)
})
