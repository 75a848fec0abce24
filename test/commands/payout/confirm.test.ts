import { afterAll, beforeAll, expect, test } from 'vitest'
import { dashboard } from '../../../src/http/dashboard.ts'
import { payee } from '../../../src/http/payee.ts'
import { payouts } from '../../../src/http/payouts.ts'
import { Browser } from '../../browser.ts'
import { buttonsOf, type Persona } from '../../chat.ts'
import { earn, finance, german, payable } from '../../rooms/payees.ts'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
let fay: Persona
let gus: Persona
beforeAll(async () => {
  w = await world({ now: '2026-12-10T12:00:00Z', mounts: (app) => [dashboard(app), payee(app), payouts(app)] })
  fay = await finance(w, 'Fay')
  gus = await finance(w, 'Gus')
})
afterAll(() => w.close())

test('a creator sees what is missing, fills the page, is prepared, confirmed by another, sent and told; it comes back and is mended', async () => {
  const mia = await enlist(w, 'Mia')
  await earn(w, mia.creatorId, 5_000)
  const before = await mia.run('earnings')
  expect(before).toMatch(
    /Expected then +€50\.00, once nothing is missing:\n• We do not know yet where to send your money\.\n\[Enter details\]/,
  )

  const { card } = await mia.press('Enter details')
  const button = buttonsOf(card!).find((one) => 'url' in one)!
  const page = new Browser((await w.serve()).server)
  await page.post('url' in button ? new URL(button.url).pathname : '', {})
  const token = /name="token" value="([^"]+)"/.exec(page.page.html)![1]!
  const fields = Object.entries(german('Mia Lind')).map(([name, value]) => [`o.${name}`, value])
  await page.post('/details/form', { token, ...Object.fromEntries(fields) })
  expect(page.page.status).toBe(200)
  expect(await mia.run('earnings')).toMatch(/Next payday +Dec 15, 2026.*\nExpected then +€50\.00, if nothing is refunded before/)

  w.at('2026-12-15T08:30:00Z')
  await fay.run('payout prepare')
  expect(await mia.run('earnings')).toMatch(/In payment +€50\.00 being prepared\n/)
  const batch = (await w.within((ctx) => ctx.db.batch.findFirstOrThrow())).id
  expect(await fay.run('payout confirm', { batch })).toMatch(
    /You prepared this batch, so somebody else confirms it\.\s+Ask Gus\./,
  )

  const looked = await gus.press('Review batch')
  expect(looked.text).toMatch(
    /What differs: 1 of 1 payment[\s\S]*Mia +€50\.00 +IBAN DE that ends in 3000 +paid for the first time[\s\S]*Bank transfer +1 +€50\.00/,
  )
  const confirmed = await gus.press('Confirm and release')
  expect(confirmed.text).toMatch(/^Confirmed: ready to be sent/)
  // A double click is one press; a second press later is refused.
  const release = buttonsOf(looked.card!).find((one) => one.label === 'Confirm and release')!
  expect(await gus.run('payout confirm', 'given' in release ? release.given! : {})).toContain('This batch is confirmed by now.')

  await fay.run('payout sent', { batch })
  expect(await mia.run('earnings')).toMatch(/In payment +€50\.00 on its way to you/)
  const { reference } = await w.within((ctx) => ctx.db.payment.findFirstOrThrow())
  expect(await mia.sees()).toMatch(
    new RegExp(
      `Your payout is on its way\\nAmount +€50\\.00\\nTo +Bank transfer: IBAN DE that ends in 3000\\nReference +${reference}`,
    ),
  )

  await fay.run('payout fail', { payment: reference, reason: 'The bank does not know this account.' })
  expect(await mia.sees()).toMatch(
    /Your payout did not arrive\n€50\.00 came back: The bank does not know this account\.[\s\S]*\[Check details\]/,
  )
  const back = await mia.run('earnings')
  expect(back).toMatch(/Payable +€50\.00/)
  expect(back).toMatch(new RegExp(`${reference} .*came back`))
  expect(await fay.run('payout fail', { payment: reference, reason: 'twice' })).toContain(
    `Payment ${reference} is failed by now.`,
  )
})

test('what was changed after the look is not released with it', async () => {
  await payable(w, 'Kim', 9_000)
  w.at('2027-01-15T08:30:00Z')
  await fay.run('payout prepare')
  const batch = (await w.within((ctx) => ctx.db.batch.findFirstOrThrow({ orderBy: { createdAt: 'desc' } }))).id
  await gus.ask('payout confirm', { batch })
  await w.within((ctx) => ctx.db.payment.updateMany({ where: { batchId: batch, minor: 5_000n }, data: { state: 'cancelled' } }))
  expect((await gus.press('Confirm and release')).text).toContain('The batch has changed since you looked at it.')
})

test('batches of another program are refused', async () => {
  const batch = (await w.within((ctx) => ctx.db.batch.findFirstOrThrow())).id
  const other = await w.neighbour()
  await w.app.within(other, async (ctx) => {
    const person = await ctx.db.person.create({ data: { id: ctx.id('person'), name: 'Stranger', createdAt: ctx.now } })
    await ctx.db.identity.create({
      data: {
        id: ctx.id('identity'),
        personId: person.id,
        platform: 'web',
        workspace: other,
        externalId: 'stranger',
        name: 'Stranger',
        createdAt: ctx.now,
      },
    })
    await ctx.db.membership.create({
      data: {
        id: ctx.id('membership'),
        programId: other,
        personId: person.id,
        name: 'Stranger',
        role: 'admin',
        finance: true,
        createdAt: ctx.now,
      },
    })
  })
  const { Persona: Someone } = await import('../../chat.ts')
  const stranger = new Someone(w.app, w.door, other, 'Stranger')
  for (const run of ['payout show', 'payout confirm', 'payout sent', 'payout files', 'payout cancel'])
    expect(await stranger.run(run, { batch })).toContain('There is no such batch.')
})
