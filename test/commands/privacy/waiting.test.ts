import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('managers see who waits, since when and for what', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('privacy waiting')).toContain('Nobody waits to be forgotten')
  const mia = await w.creator('Mia')
  await mia.run('privacy delete', { sure: 'yes' })
  expect(await ana.run('privacy waiting')).toMatch(/Mia +[^\n]*No money is open\./)
  expect(await mia.run('privacy waiting')).toContain('is for managers')
})

test('who waits for a chargeback waits for the bank, and no list of cases is named as the way out', async () => {
  const leo = await enlist(w, 'Leo')
  await tell(w, order('c1', { codes: [leo.code] }))
  await tell(w, { type: 'order.disputed', orderId: 'c1', disputeId: 'dp', outcome: 'open', at: '2026-11-20T11:30:00Z' })
  await leo.run('privacy delete', { sure: 'yes' })
  const bea = await w.manager('Bea')
  expect(await bea.run('privacy waiting')).toMatch(
    /Leo +[^\n]*It waits until the shopper’s bank has decided a chargeback of theirs\./,
  )
})
