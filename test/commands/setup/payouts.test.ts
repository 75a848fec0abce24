import { afterAll, beforeAll, expect, test } from 'vitest'
import { ibans } from '../../rooms/payees.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('minimum, ways, payer and closed countries, each said back; mistakes name their field', async () => {
  const root = await w.admin('Root')
  expect(await root.run('setup payouts')).toMatch(
    /^Payouts\nPayday +day 15 of the month\nLeast that is paid out +€20\.00[\s\S]*there are no SEPA files/,
  )
  const text = await root.run('setup payouts', {
    minimum: '10',
    methods: 'bank, paypal',
    payer: 'Glow GmbH',
    iban: ibans[4]!,
    closed: 'kp, ir',
  })
  expect(text).toMatch(
    /^Saved\n[\s\S]*€10\.00\nWays of payment +Bank transfer, PayPal\nPaid from +Glow GmbH, IBAN that ends in 3201\nNobody is paid in +IR, KP/,
  )
  expect(text).not.toContain(ibans[4])
  expect(await root.run('setup payouts', { closed: 'ours' })).toContain('BY, CU, IR, KP, RU, SY')
  expect(await root.run('setup payouts', { methods: 'cash' })).toContain('“cash” is no way of payment.')
  expect(await root.run('setup payouts', { iban: 'AT611904300234573202' })).toContain('This IBAN has a mistake')
  expect(await root.run('setup payouts', { minimum: 'ten' })).toContain('is not an amount of money')
  expect(await (await w.manager('Ana')).run('setup payouts')).toContain('Not allowed')
})
