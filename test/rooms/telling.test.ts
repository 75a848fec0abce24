import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'
import { enlist, type Member } from './shop.ts'

let w: World
let mia: Member
beforeAll(async () => {
  w = await world()
  mia = await enlist(w, 'Mia')
})
afterAll(() => w.close())

const bought = async (id: string) => {
  w.at(minutes(w.now, 1))
  const data = { id, number: `#${id}`, at: w.now, currency: 'EUR', total: '80.00', codes: [mia.code] }
  await w.hook('generic', { type: 'order.created', data })
  await w.tick()
}
const posts = () =>
  w.door.messages.filter(({ card }) => card.title.startsWith('You sold')).map(({ card, edits }) => [card.title, edits])

test('the first sale at once with its arithmetic, later ones of the day in one card that grows; a refund edits it', async () => {
  await bought('1')
  expect(await mia.sees()).toMatch(/You sold: your first sale!\nOrder #1 earns you €8\.00/)
  for (const id of ['2', '3']) await bought(id)
  expect(posts()).toEqual([
    ['You sold: your first sale!', 0],
    ['You sold more on Nov 20, 2026', 1],
  ])
  const said = await mia.sees()
  expect(said).toMatch(/Order #3 earns you €8\.00\.\n€80\.00 × 10 % = €8\.00\nOrder #2 earns you €8\.00/)
  w.at(minutes(w.now, 1))
  await w.hook('generic', { type: 'order.refunded', data: { id: 'r', order_id: '2', at: w.now, currency: 'EUR', base: '40.00' } })
  await w.tick()
  expect(await mia.sees()).toMatch(/Order #3 earns you €8\.00\.[\s\S]*Order #2 earns you €4\.00\.\n.*less €4\.00 refunded/)
  // The next day begins anew, and what is no first sale is still told at once.
  w.at('2026-11-21T12:00:00Z')
  await bought('4')
  expect(posts().at(-1)).toEqual(['You sold', 0])
})
