import { afterAll, beforeAll, expect, test } from 'vitest'
import { finance, payable } from '../../rooms/payees.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-12-10T12:00:00Z' })
})
afterAll(() => w.close())

test('all batches with the way to the next; one with its payments and what can be done now', async () => {
  const fay = await finance(w, 'Fay')
  expect(await fay.run('payout show')).toBe(
    'Payouts\nPayday           Nov 15, 2026\nCan be paid now  0 creators\n[Prepare payouts]',
  )
  await payable(w, 'Mia', 5_000)
  await payable(w, 'Ben', 3_000, { method: 'paypal', iban: '', email: 'ben@example.com' })
  w.at('2026-12-15T12:00:00Z')
  await fay.run('payout prepare')
  await fay.ask('payout show')
  const { text } = await fay.press('Show newest')
  expect(text).toMatch(/^Payouts for Dec 15, 2026\nState +to be confirmed\nPrepared +by Fay/)
  expect(text).toMatch(/Bank transfer +1 +€50\.00\nPayPal +1 +€30\.00/)
  expect(text).toMatch(/Ben +€30\.00 +PayPal b…@example\.com +P-[0-9A-Z]{10} +to be confirmed; paid for the first time/)
  expect(text).toContain('[Review batch] [Cancel batch]')
  expect(await fay.suggest('payout show', 'batch')).toMatchObject([{ label: 'Dec 15, 2026, prepared' }])
})
