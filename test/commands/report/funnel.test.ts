import { afterAll, beforeAll, expect, test } from 'vitest'
import { click, enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-20T10:00:00Z' })
})
afterAll(() => w.close())

test('clicks, orders, what was kept and what is payable; orders by code stand apart', async () => {
  const mia = await enlist(w, 'Mia')
  const at = new Date('2026-11-19T08:00:00Z')
  const cids = [await click(w, mia, at), await click(w, mia, at), await click(w, mia, at), await click(w, mia, at)]
  await tell(w, order('1', { cid: cids[0]!, at: '2026-11-19T09:00:00.000Z' }))
  await tell(w, order('2', { cid: cids[1]!, at: '2026-11-19T09:30:00.000Z' }))
  await tell(w, order('3', { codes: [mia.code], at: '2026-11-19T10:00:00.000Z' }))
  await tell(w, { type: 'order.cancelled', orderId: '2', at: '2026-11-19T11:00:00.000Z' })
  const ana = await w.manager('Ana')
  const text = await ana.run('report funnel', { of: mia.creatorId })
  expect(text).toMatch(/Unique clicks +4/)
  expect(text).toMatch(/Orders by click +2 +50\.0 % +50\.0 %/)
  expect(text).toMatch(/Approved +1 +50\.0 % +25\.0 %/)
  expect(text).toMatch(/Payable, its hold over +0 +0\.0 %/)
  expect(text).toContain('1 orders, 1 approved')
  w.at('2026-12-10T10:00:00Z')
  await w.tick()
  expect(await ana.run('report funnel')).toMatch(/Payable, its hold over +1 +100\.0 %/)
  expect(await ana.run('report funnel', { of: 'nowhere' })).toMatch(/^Not found/)
  expect(await ana.run('report funnel', { by: 'creator' })).toMatch(/Mia +4 +2 \(50\.0 %\) +1 \(50\.0 %\) +1 \(100\.0 %\) +1/)
  expect(await ana.run('report funnel', { by: 'offer' })).toMatch(/Funnel by offer/)
})
