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
  expect(await read()).toMatch(
    /Earned +€50\.00[\s\S]*most on 20 Nov, €50\.00\.[\s\S]*Earned, 30 days +€50\.00[\s\S]*Payable +€50\.00/,
  )
})

test('an order by a code is no conversion of who clicked on the link of another creator', async () => {
  const [link, code] = [await enlist(w, 'Link'), await enlist(w, 'Coder')]
  await click(w, code, new Date('2026-11-20T09:00:00Z'))
  for (const hour of [6, 7, 8]) {
    const cid = await click(w, link, new Date(`2026-11-20T0${hour}:00:00Z`))
    await tell(w, order(`both-${hour}`, { cid, codes: [code.code] }))
  }
  const cid = await click(w, code, new Date('2026-11-20T10:00:00Z'))
  await tell(w, order('own', { cid, codes: [code.code] }))
  // Two came by their link, and of their four orders one came that way.
  expect(await code.run('stats')).toMatch(/Clicks +2\nOrders +4\nCVR +50\.0 %/)
  const kpi = await (await w.manager('Counter')).run('kpi', { of: code.creatorId })
  expect(kpi).toMatch(/CVR +50\.0 % .* 1 \/ 2 /)
  expect(kpi).toMatch(/Code share +75\.0 % .* 3 \/ 4 /)
  expect(await link.run('stats')).toMatch(/Clicks +3\nOrders +0\nCVR +0\.0 %/)
})
