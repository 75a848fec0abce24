/** One order, one payer: what a network and the shop both report, in any order of arrival. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrderFact, OrderPlaced } from '../../src/kernel/fact.ts'
import { audit as ledgerAudit } from '../../src/ledger/audit.ts'
import { balances } from '../../src/ledger/service.ts'
import { recordMany } from '../../src/orders/bulk.ts'
import { sameOrder } from '../../src/orders/names.ts'
import { giveKey } from '../../src/orders/network-keys.ts'
import { audit as ordersAudit } from '../../src/orders/queries.ts'
import { record } from '../../src/orders/service.ts'
import { type World, world } from '../world.ts'
import { enlist, type Member, order } from './shop.ts'

let w: World
let mia: Member
let ben: Member
beforeAll(async () => {
  w = await world()
  mia = await enlist(w, 'Mia')
  ben = await enlist(w, 'Ben')
  await w.within((ctx) => giveKey(ctx, ben.creatorId, 'impact', '10001'))
  await w.within((ctx) => giveKey(ctx, ben.creatorId, 'partnerstack', 'ben'))
})
afterAll(async () => {
  expect(await w.within(ledgerAudit)).toEqual([])
  expect(await w.within(ordersAudit)).toEqual([])
  await w.close()
})

const eur = (minor: number) => ({ minor: String(minor), currency: 'EUR' })
const said = (source: string, fact: OrderFact) => w.within((ctx) => record(ctx, source, fact))
const sold = (number: string, more: Partial<OrderPlaced> = {}): OrderPlaced => ({
  ...order(`82098291194615${number}`, { codes: [mia.code], base: eur(10_000), components: {} }),
  number: `#${number}`,
  ...more,
})
const report = (number: string, more: Partial<OrderPlaced> = {}): OrderPlaced => ({
  ...order(`act-${number}`, { codes: [], base: eur(10_000), components: {} }),
  number,
  mirror: { commission: eur(700), creatorKey: '10001' },
  ...more,
})
/** What is owed to both, what is shown of the two rows' lines, and the rules that decided. */
async function stands(number: string) {
  const pending = async (one: Member) => Number((await w.within((ctx) => balances(ctx, one.creatorId))).pending.minor)
  return w.within(async ({ db }) => {
    const rows = await db.order.findMany({ where: { number: { in: [number, `#${number}`] } }, orderBy: { source: 'asc' } })
    const lines = await db.line.findMany({ where: { orderId: { in: rows.map((row) => row.id) } } })
    return {
      owed: [await pending(mia), await pending(ben)],
      rules: Object.fromEntries(rows.map((row) => [row.source, row.rule])),
      left: lines.map((line) => Number(line.leftMinor ?? line.minor)).filter((left) => left !== 0),
    }
  })
}
const paidOnce = { owed: [0, 0], rules: { impact: 'network', shopify: 'paid by network' }, left: [700] }

test('the shop first: what was booked is taken back once, however often both are told', async () => {
  expect(await said('shopify', sold('1001'))).toMatchObject([{ kind: 'credited' }])
  expect((await stands('1001')).owed).toEqual([1_000, 0])
  expect(await said('impact', report('1001'))).toMatchObject([{ kind: 'credited', mirror: true }, { kind: 'refunded' }])
  expect(await stands('1001')).toEqual(paidOnce)
  await said('impact', report('1001'))
  await said('shopify', sold('1001'))
  await said('shopify', { type: 'order.cancelled', orderId: sold('1001').orderId, at: sold('1001').at })
  expect(await stands('1001')).toEqual(paidOnce)
  expect(await mia.run('why', { order: '#1001' })).toContain('We don’t pay for this order. A network that pays')
})

test('the network first: the shop’s order earns nothing here, by its number, its id, or another name of it', async () => {
  await said('impact', report('1002'))
  expect(await said('shopify', sold('1002'))).toMatchObject([{ kind: 'uncredited', reason: 'paid by network' }])
  expect(await stands('1002')).toEqual(paidOnce)
  expect(await mia.run('why', { order: '#1002' })).toContain('We don’t pay for this order.')
  await said('impact', report('1003', { number: sold('1003').orderId }))
  expect(await said('shopify', sold('1003'))).toMatchObject([{ reason: 'paid by network' }])
  await said('impact', report('1004', { number: 'pi_4' }))
  await w.within((ctx) => sameOrder(ctx, 'stripe', ['in_4', 'pi_4']))
  expect(await said('stripe', sold('1004', { orderId: 'in_4', number: 'N-4' }))).toMatchObject([{ reason: 'paid by network' }])
  await said('stripe', sold('1005', { orderId: 'in_5', number: 'N-5' }))
  await w.within((ctx) => sameOrder(ctx, 'stripe', ['in_5', 'ch_5']))
  expect(await said('impact', report('1005', { number: 'ch_5' }))).toMatchObject([{ mirror: true }, { kind: 'refunded' }])
  expect((await stands('1005')).owed).toEqual([0, 0])
})

test('a file of shop orders asks the networks too', async () => {
  await said('impact', report('1006'))
  const told = await w.within((ctx) => recordMany(ctx, 'shopify', [sold('1006'), sold('1007', { number: '#x-1007' })]))
  expect(told).toMatchObject([[{ reason: 'paid by network' }], [{ kind: 'credited' }]])
  await said('shopify', { type: 'order.cancelled', orderId: sold('1007').orderId, at: sold('1007').at })
})

test('a report that is unpaid, a test, or far away in time pays nothing, and a second network pays nothing either', async () => {
  const unpaid = report('1008', { paid: false })
  await said('impact', unpaid)
  await said('impact', report('1009', { test: true }))
  await said('impact', report('1010', { at: '2026-10-01T10:00:00Z' }))
  for (const number of ['1008', '1009', '1010']) expect(await said('shopify', sold(number))).toMatchObject([{ kind: 'credited' }])
  expect((await stands('1008')).owed).toEqual([3_000, 0])
  await said('impact', { type: 'order.paid', orderId: unpaid.orderId, at: unpaid.at })
  expect((await stands('1008')).owed).toEqual([2_000, 0])
  const other = report('1008', { mirror: { commission: eur(900), creatorKey: 'ben' } })
  expect(await said('partnerstack', other)).toMatchObject([{ reason: 'paid by network' }])
  expect((await stands('1008')).left).toEqual([700])
})

test('a second shop of a kind is a shop like the first, whichever of the two is heard first', async () => {
  const before = (await stands('1020')).owed
  await said('shopify-2', sold('1020'))
  expect(await said('impact', report('1020'))).toMatchObject([{ kind: 'credited', mirror: true }, { kind: 'refunded' }])
  await said('impact', report('1021'))
  expect(await said('shopify-2', sold('1021'))).toMatchObject([{ reason: 'paid by network' }])
  expect((await stands('1020')).owed).toEqual(before)
})

test('two shops with the same number: a report means one of them', async () => {
  await said('shopify', sold('1011'))
  await said('impact', report('1011'))
  expect(await said('woocommerce', sold('1011', { orderId: '1011', number: '1011' }))).toMatchObject([{ kind: 'credited' }])
})

test('told by both at the same moment, ten times over, each is paid once', async () => {
  const numbers = Array.from({ length: 10 }, (_, i) => `20${i}0`)
  const before = (await stands('2000')).owed
  await Promise.all(numbers.flatMap((number) => [said('shopify', sold(number)), said('impact', report(number))]))
  for (const number of numbers) expect(await stands(number)).toMatchObject({ owed: before, rules: paidOnce.rules, left: [700] })
})
