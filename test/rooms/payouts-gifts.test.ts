/** Store credit as a gift card that the connected shop makes. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../src/kernel/time.ts'
import { audit } from '../../src/payouts/audit.ts'
import { filesOf, openPayments } from '../../src/payouts/files.ts'
import { dropShop } from '../../src/programs/connections.ts'
import type { Persona } from '../chat.ts'
import { connectShop } from '../shops/connected.ts'
import { type LocalShopify, openShopify } from '../shops/shopify.ts'
import { type World, world } from '../world.ts'
import { earn, finance, payable } from './payees.ts'
import type { Member } from './shop.ts'

let shopify: LocalShopify
let w: World
let fay: Persona
let gus: Persona
let mia: Member
beforeAll(async () => {
  shopify = await openShopify()
  w = await world({
    now: '2026-12-10T12:00:00Z',
    program: { policy: { payoutMethods: ['bank', 'credit'] } },
    environment: { FETCH_ALLOW: shopify.origin },
  })
  w.app.log.level = 'silent'
  fay = await finance(w, 'Fay')
  gus = await finance(w, 'Gus')
  mia = await payable(w, 'Mia', 0, { method: 'credit', iban: '' })
  await connectShop(w, 'shopify', shopify.origin)
})
afterAll(async () => {
  expect(await w.within(audit)).toEqual([])
  await w.close()
  await shopify.close()
})

const newest = () => w.within((ctx) => ctx.db.payment.findFirstOrThrow({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }))
async function released(month: number): Promise<void> {
  w.at(new Date(Date.UTC(2026, month, 14)))
  await earn(w, mia.creatorId, 5_000)
  w.at(new Date(Date.UTC(2026, month, 15, 12)))
  await fay.run('payout prepare')
  await gus.ask('payout confirm', { batch: (await newest()).batchId })
  await gus.press('Confirm and release')
}

test('a released payment is one gift card, and its code is for the creator alone', async () => {
  await released(11)
  await w.app.runJob('deliver')
  w.at(minutes(w.now, 1))
  await w.app.runJob('deliver')
  const [card] = shopify.giftCards
  const payment = await newest()
  expect(shopify.giftCards).toHaveLength(1)
  expect(card).toMatchObject({ initialValue: '50.00', note: expect.stringContaining(payment.id) })
  expect(card!.code).toMatch(/^[0-9A-Z]{16}$/)
  expect(payment).toMatchObject({ state: 'settled', providerRef: card!.id })
  expect(await mia.sees()).toContain('Your gift code is kept sealed until you ask for it.')
  expect(await mia.run('payout gift', { payment: payment.id })).toMatch(new RegExp(`^Your gift code\\n${card!.code}`))
  expect(await fay.run('payout gift', { payment: payment.id })).not.toContain(card!.code)
  const rows = await w.within(async ({ db }) =>
    JSON.stringify([await db.outbox.findMany({ omit: { seq: true } }), await db.inbox.findMany({ omit: { body: true } })]),
  )
  expect(rows).not.toContain(card!.code)
  for (const seen of [await fay.sees(), await gus.sees(), await gus.sees('managers'), await fay.run('payout show')])
    expect(seen).not.toContain(card!.code)
})

test('whose answer is lost is the same card at the next try', async () => {
  shopify.faults.push({ when: (asked) => asked.body.includes('giftCardCreate'), gives: 'lose the reply' })
  await released(12)
  for (let i = 0; i < 4; i++) {
    await w.app.runJob('deliver')
    w.at(minutes(w.now, 30))
  }
  expect(shopify.giftCards).toHaveLength(2)
  expect(await newest()).toMatchObject({ state: 'settled' })
})

test('settled by hand before, no card is made', async () => {
  await released(13)
  const { reference } = await newest()
  expect(await fay.run('payout settle', { payment: reference, code: 'BYHAND-1234' })).toContain('has arrived')
  await w.app.runJob('deliver')
  expect(shopify.giftCards).toHaveLength(2)
  expect(await mia.run('payout gift', { payment: (await newest()).id })).toContain('BYHAND-1234')
})

test('while the shop is asked nobody marks it as sent or finds it in a file', async () => {
  await released(14)
  const { batchId } = await newest()
  const files = () => w.within(async (ctx) => filesOf(ctx, await openPayments(ctx, batchId)))
  expect(await files()).toEqual([])
  expect(await fay.run('payout sent', { batch: batchId })).toContain('The shop is making the gift cards that are left.')
  await w.app.runJob('deliver')
  expect(shopify.giftCards).toHaveLength(3)
  expect(await newest()).toMatchObject({ state: 'settled' })
})

test('a shop that was disconnected makes nothing any more, so finance does', async () => {
  await released(15)
  await w.within((ctx) => dropShop(ctx, 'shopify'))
  const { batchId } = await newest()
  const files = await w.within(async (ctx) => filesOf(ctx, await openPayments(ctx, batchId)))
  expect(files).toMatchObject([{ name: 'credit', count: 1 }])
  expect(await fay.run('payout sent', { batch: batchId })).toContain('1 payment on the way')
})
