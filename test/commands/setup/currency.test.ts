import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('keeps exact rates by day and decides what waited; others are refused', async () => {
  const root = await w.admin('Root')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('usd', { codes: [mia.code], base: { minor: '10000', currency: 'USD' }, components: {} }))
  expect(await root.run('setup currency')).toMatch(/Waiting in USD +1/)
  expect((await root.suggest('setup currency', 'currency')).map((one) => one.label)).toEqual(['USD: 1 order waits'])
  expect(await root.run('setup currency', { currency: 'USD', rate: '0.9', day: '2026-11-19' })).toContain(
    '1 USD is 0.9 EUR from 2026-11-19 on',
  )
  await w.app.runJob('due')
  expect(await mia.sees()).toContain('Order #usd earns you €9.00')
  for (const [currency, rate, day, says] of [
    ['EUR', '1', '', 'The books are in EUR already'],
    ['USD', '0', '', 'not a number above zero'],
    ['USD', '1', '2026-13-01', 'no date of the past'],
    ['USD', '1', '2026-12-01', 'no date of the past'],
  ] as const)
    expect(await root.run('setup currency', { currency, rate, ...(day ? { day } : {}) })).toContain(says)
})
