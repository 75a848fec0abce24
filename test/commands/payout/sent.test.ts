import { afterAll, beforeAll, expect, test } from 'vitest'
import { finance, payable } from '../../rooms/payees.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-12-10T12:00:00Z' })
})
afterAll(() => w.close())

test('only what was confirmed, all of it or one way of payment; each creator is told once', async () => {
  const [fay, gus] = [await finance(w, 'Fay'), await finance(w, 'Gus')]
  const mia = await payable(w, 'Mia', 5_000)
  const ben = await payable(w, 'Ben', 3_000, { method: 'paypal', iban: '', email: 'ben@example.com' })
  w.at('2026-12-15T12:00:00Z')
  await fay.run('payout prepare')
  const { id: batch } = await w.within((ctx) => ctx.db.batch.findFirstOrThrow())
  expect(await fay.run('payout sent', { batch })).toContain('Nobody has confirmed this batch yet.')
  await gus.ask('payout confirm', { batch })
  await gus.press('Confirm and release')
  expect(await fay.run('payout sent', { batch, method: 'paypal' })).toMatch(/^1 payment on the way\nState +released, to be sent/)
  expect(await ben.sees()).toContain('PayPal shows it within a day.')
  expect(await mia.sees()).not.toContain('on its way')
  expect(await fay.run('payout sent', { batch })).toMatch(/^1 payment on the way\nState +sent/)
  expect(await fay.run('payout sent', { batch })).toContain('nothing in this batch that was not sent yet')
})
