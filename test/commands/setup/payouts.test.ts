import { afterAll, beforeAll, expect, test } from 'vitest'
import { balances } from '../../../src/ledger/service.ts'
import { audit } from '../../../src/payouts/audit.ts'
import { policySchema } from '../../../src/programs/rules.ts'
import { finance, ibans, payable } from '../../rooms/payees.ts'
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

test('a country that is closed after payments were prepared holds at once: what nobody sent yet is payable again', async () => {
  const [root, fay, gus] = [await w.admin('Rita'), await finance(w, 'Fay'), await finance(w, 'Gus')]
  await w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: policySchema.parse({}) } }))
  w.at('2026-12-10T12:00:00Z')
  const mia = await payable(w, 'Mia', 5_000)
  await payable(w, 'Zoe', 5_000, { country: 'FR', iban: ibans[2]! })
  w.at('2026-12-15T10:00:00Z')
  await fay.run('payout prepare')
  const { id: batch } = await w.within((ctx) => ctx.db.batch.findFirstOrThrow())
  expect(await root.run('setup payouts', { closed: 'DE' })).toMatch(
    /Nobody is paid in +DE\n1 payment that was prepared before went back to payable\.\n\[/,
  )
  expect((await w.within((ctx) => balances(ctx, mia.creatorId))).payable.minor).toBe(5_000n)
  expect(await gus.run('payout show', { batch })).toContain('taken out; Nobody is paid in this country any more')

  await gus.ask('payout confirm', { batch })
  // Another admin closes it while this one presses.
  const close = (...closedCountries: string[]) =>
    w.within((ctx) =>
      ctx.db.program.update({ where: { id: w.programId }, data: { policy: policySchema.parse({ closedCountries }) } }),
    )
  await close('FR')
  expect((await gus.press('Confirm and release')).text).toMatch(/goes to FR, where nobody is paid any more[\s\S]*payout cancel/)
  await close()
  await gus.ask('payout confirm', { batch })
  await gus.press('Confirm and release')
  await w.within((ctx) => ctx.db.payment.updateMany({ where: { batchId: batch, country: 'FR' }, data: { exportedAt: ctx.now } }))
  expect(await root.run('setup payouts', { closed: 'FR, DE' })).toContain('For 1 payment to such a country it was too late')
  await w.creator('Kim')
  // Beside a change that is only asked about, what holds at once is said all the same.
  const asked = await root.run('setup payouts', { closed: 'FR, DE, IR', minimum: '60' })
  expect(asked).toMatch(
    /^Please confirm the change\nWhat else you gave is saved and holds at once\.\nFor 1 payment to such a country it was too late[\s\S]*\[Confirm\]/,
  )
  expect((await root.press('Confirm')).text).not.toContain('saved and holds')
  expect(await fay.run('payout sent', { batch })).toContain('1 payment on the way')
  expect(await w.within(audit)).toEqual([])
})

test.each([
  ['setup payouts', 'minimum'],
  ['setup commission', 'lead'],
  ['setup commission', 'bonus_alone'],
])('an amount below zero is refused in words by /%s for %s, and Fix asks for it again', async (run, field) => {
  const ivy = await w.admin('Ivy')
  const { text } = await ivy.ask(run, { [field]: '-1' })
  expect(text).toContain('This amount is below zero.')
  const { form } = await ivy.press('Fix')
  expect(form!.fields.find(({ name }) => name === field)).toBeDefined()
})
