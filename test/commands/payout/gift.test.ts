import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a payment of somebody else, or without a code, has none', async () => {
  const mia = await enlist(w, 'Mia')
  expect(await mia.run('payout gift', { payment: 'pay_01ARZ3NDEKTSV4RRFFQ69G5FAV' })).toContain(
    'You have no gift code of this payment.',
  )
  expect(await mia.suggest('payout gift', 'payment')).toEqual([])
  // Whoever has left is paid what is left over, perhaps by a code.
  await mia.run('leave', { sure: 'yes' })
  expect(await mia.run('payout gift', { payment: 'pay_01ARZ3NDEKTSV4RRFFQ69G5FAV' })).toContain(
    'You have no gift code of this payment.',
  )
})
