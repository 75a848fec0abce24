import { afterAll, beforeAll, expect, test } from 'vitest'
import { finance, payable } from '../../rooms/payees.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-12-10T12:00:00Z' })
})
afterAll(() => w.close())

test('a payment arrives with the reference of the bank, store credit with a gift code that its creator alone reads', async () => {
  const [fay, gus] = [await finance(w, 'Fay'), await finance(w, 'Gus')]
  const mia = await payable(w, 'Mia', 5_000)
  const ben = await payable(w, 'Ben', 3_000, { method: 'credit', iban: '' })
  w.at('2026-12-15T12:00:00Z')
  await fay.run('payout prepare')
  const { id: batch } = await w.within((ctx) => ctx.db.batch.findFirstOrThrow())
  await gus.ask('payout confirm', { batch })
  await gus.press('Confirm and release')
  const refOf = (creatorId: string) =>
    w.within(async (ctx) => (await ctx.db.payment.findFirstOrThrow({ where: { creatorId } })).reference)
  const [mias, bens] = [await refOf(mia.creatorId), await refOf(ben.creatorId)]
  expect(await fay.suggest('payout settle', 'payment', mias.slice(0, 5))).toContainEqual({ label: `${mias} Mia`, value: mias })
  expect(await fay.run('payout settle', { payment: 'P-NOBODY0001' })).toContain('There is no payment with this reference.')
  expect(await fay.run('payout settle', { payment: mias, code: 'GIFT-1' })).toContain('This payment is no store credit.')
  expect(await fay.run('payout settle', { payment: mias.toLowerCase(), reference: 'bank 77' })).toMatch(
    new RegExp(`^${mias} has arrived`),
  )
  expect(await mia.sees()).toMatch(/You were paid\nAmount +€50\.00/)
  expect(await mia.run('earnings')).toMatch(/Paid +€50\.00/)

  expect(await fay.run('payout settle', { payment: bens })).toContain('Store credit arrives with a gift code.')
  expect(await fay.run('payout settle', { payment: bens, code: 'GLOW-GIFT-30' })).not.toContain('GLOW-GIFT-30')
  expect(await ben.sees()).not.toContain('GLOW-GIFT-30')
  const { id: gift } = await w.within((ctx) => ctx.db.payment.findFirstOrThrow({ where: { reference: bens } }))
  expect(await ben.run('payout gift', { payment: gift })).toContain('GLOW-GIFT-30')
  const kept = await w.within(async ({ db }) =>
    JSON.stringify([
      await db.paymentEvent.findMany(),
      await db.audit.findMany(),
      (await db.payment.findMany()).map((one) => one.providerRef),
    ]),
  )
  expect(kept).not.toContain('GLOW-GIFT-30')
  expect(await fay.run('payout show', { batch })).toMatch(/State +done/)
})
