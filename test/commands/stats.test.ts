import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../src/campaigns/plans.ts'
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

test('the fee of an approval that can still be undone is not given away', async () => {
  const mission = await w.within((ctx) =>
    addMission(ctx, { title: 'Autumn glow', brief: 'Show the serum in the morning.', feeMinor: 5_000n, budgetMinor: 50_000n }),
  )
  const [ana, lea] = [await w.manager('Judge'), await w.creator('Lea')]
  await lea.run('submit', { url: 'https://site.example/lea', mission: mission.id, caption: '#ad' })
  await ana.press('Approve')
  w.at(new Date(w.now.getTime() + 60_000))
  const read = async () => [await lea.run('stats'), await lea.run('home'), await lea.run('earnings')].join('\n')
  expect(await read()).toMatch(
    /Earned +€0\.00[\s\S]*Earned a day: nothing yet[\s\S]*Earned, 30 days +€0\.00[\s\S]*Payable +€0\.00/,
  )
  expect(await (await w.manager('Other')).run('kpi', { of: lea.creatorId })).toMatch(/Cost +€50\.00/)
  await ana.press('Tell now')
  expect(await read()).toMatch(/Earned +€50\.00[\s\S]*most on 20 Nov, 50\.[\s\S]*Earned, 30 days +€50\.00[\s\S]*Payable +€50\.00/)
})
