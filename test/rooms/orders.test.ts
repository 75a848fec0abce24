import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrderFact } from '../../src/kernel/fact.ts'
import { audit as ledgerAudit } from '../../src/ledger/audit.ts'
import { due } from '../../src/ledger/mature.ts'
import { clickIds } from '../../src/links/click-id.ts'
import { audit as ordersAudit } from '../../src/orders/queries.ts'
import { record } from '../../src/orders/service.ts'
import { type World, world } from '../world.ts'
import { cancelled, click, enlist, type Member, order, owned, paid, refund, shipClick, tell } from './shop.ts'

let w: World
let mia: Member
let ben: Member
beforeAll(async () => {
  w = await world()
  mia = await enlist(w, 'Mia')
  ben = await enlist(w, 'Ben')
})
afterAll(async () => {
  // Whatever the tests did, the books balance.
  expect(await w.within(ledgerAudit)).toEqual([])
  expect((await w.within(ordersAudit)).filter((law) => !law.includes('refunds of paid orders'))).toEqual([])
  await w.close()
})

const eur = (minor: number) => ({ minor: BigInt(minor), currency: 'EUR' })
const orderRow = (externalId: string) => w.within((ctx) => ctx.db.order.findFirstOrThrow({ where: { externalId } }))
const touchesOf = async (externalId: string) => {
  const { id } = await orderRow(externalId)
  const touches = await w.within((ctx) => ctx.db.touch.findMany({ where: { orderId: id } }))
  return touches.map(({ kind, creatorId, won, reason }) => ({
    kind,
    who: creatorId === mia.creatorId ? 'Mia' : 'Ben',
    won,
    reason,
  }))
}

describe('who is credited', () => {
  test('link of Mia and code of Ben: one commission, and the setting changes later orders only', async () => {
    const cid = await click(w, mia, new Date('2026-11-19T10:00:00Z'))
    const [outcome] = await tell(w, order('both', { cid, codes: ['ben10'] }))
    expect(outcome).toMatchObject({ kind: 'credited', creatorId: ben.creatorId, commission: eur(800), first: true })
    expect(await touchesOf('both')).toEqual([
      { kind: 'code', who: 'Ben', won: true, reason: 'the code was used on the order' },
      { kind: 'click', who: 'Mia', won: false, reason: 'a code counts before a click in this program' },
    ])
    const policy = (creditOrder: string[]) =>
      w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: { creditOrder } } }))
    await policy(['click', 'code'])
    expect(await tell(w, order('both-2', { cid, codes: ['BEN10'] }))).toMatchObject([
      { kind: 'credited', creatorId: mia.creatorId },
    ])
    await policy(['code', 'click', 'customer'])
    expect(await orderRow('both')).toMatchObject({ creatorId: ben.creatorId, rule: 'code' })
    expect(await w.within((ctx) => ctx.db.line.count())).toBe(2)
  })

  test('a known customer comes back to the creator who brought them first', async () => {
    const shopper = { email: 'hash-of-ida' }
    await tell(w, order('ida-1', { codes: [mia.code], shopper, at: '2026-11-10T10:00:00Z' }))
    await tell(w, order('ida-2', { codes: [ben.code], shopper, at: '2026-11-12T10:00:00Z' }))
    expect(await tell(w, order('ida-3', { shopper }))).toMatchObject([{ kind: 'credited', creatorId: mia.creatorId }])
    expect(await orderRow('ida-3')).toMatchObject({ rule: 'customer' })
  })

  test('what a creator buys with their own code is credited, marked, and held for a person to look at', async () => {
    const eva = await enlist(w, 'Eva')
    const email = await w.within(async (ctx) => ctx.hash('eva@example.com'))
    const own = order('own', { codes: [eva.code], shopper: { email, id: 'account-of-eva' } })
    expect(await tell(w, own)).toMatchObject([{ kind: 'credited', creatorId: eva.creatorId }])
    expect(await orderRow('own')).toMatchObject({ ownPurchase: true })
    // The shop's account tells too, without any address.
    await tell(w, order('own-2', { codes: [eva.code], shopper: { id: 'account-of-eva' } }))
    await tell(w, order('other', { codes: [eva.code], shopper: { id: 'account-of-ida', email: 'hash-of-idas' } }))
    expect([await orderRow('own-2'), await orderRow('other')]).toMatchObject([{ ownPurchase: true }, { ownPurchase: false }])
    const holds = await w.within((ctx) => ctx.db.hold.findMany({ where: { creatorId: eva.creatorId, caseId: null } }))
    expect(holds).toHaveLength(1)
  })

  test('a banned creator’s code loses with its reason', async () => {
    await enlist(w, 'Bad', { state: 'banned' })
    expect(await tell(w, order('bad', { codes: ['BAD10'] }))).toMatchObject([{ kind: 'uncredited', reason: 'banned' }])
  })

  test('test orders and foreign currencies earn nothing; managers are told of the currency', async () => {
    const ana = await w.manager('Ana')
    expect(await tell(w, order('test', { codes: [mia.code], test: true }))).toMatchObject([
      { kind: 'uncredited', reason: 'test' },
    ])
    const dollars = { base: { minor: '8000', currency: 'USD' }, codes: [mia.code] }
    expect(await tell(w, order('usd', dollars))).toMatchObject([{ kind: 'uncredited', reason: 'currency' }])
    expect(await ana.sees('managers')).toContain('Order #usd is not credited')
  })

  test('a forged click id leads nowhere', async () => {
    const cid = await click(w, mia, new Date('2026-11-19T10:00:00Z'))
    expect(await tell(w, order('forged', { cid: `${cid.slice(0, -1)}${cid.endsWith('0') ? '1' : '0'}` }))).toMatchObject([
      { reason: 'no touch' },
    ])
  })

  test('an authentic click that is not shipped yet is waited for, and then decided without', async () => {
    const at = new Date('2026-11-20T10:00:00Z')
    const { id, cid } = clickIds(w.app.clickKey, () => w.app.random(10))(at.getTime())
    const patient = (fact: OrderFact) => w.within((ctx) => record(ctx, 'generic', fact, { waitForClick: true }))
    await expect(patient(order('early', { cid }))).rejects.toThrow('not in the database yet')
    expect(await w.within((ctx) => ctx.db.order.count({ where: { externalId: 'early' } }))).toBe(0)
    expect(await tell(w, order('lost', { cid }))).toMatchObject([{ kind: 'uncredited', reason: 'click missing' }])
    expect(await patient(refund('lost', 'r-lost', 100))).toEqual([{ kind: 'nothing' }])
    await tell(w, order('lost-2', { cid, codes: [ben.code] }))
    expect((await touchesOf('lost-2'))[0]?.reason).toBe(
      'the code was used on the order; the click that the order came with was not found in time',
    )
    await shipClick(w, mia, id, at)
    expect(await patient(order('early', { cid }))).toMatchObject([{ kind: 'credited', creatorId: mia.creatorId }])
  })

  test('a code that changed hands credits whoever had it at the order’s time', async () => {
    await w.within(async (ctx) => {
      const own = { programId: ctx.program.id, code: 'GLOW', percent: 10 }
      const until = new Date('2026-11-15T00:00:00Z')
      await ctx.db.code.create({
        data: {
          id: ctx.id('code'),
          ...own,
          creatorId: mia.creatorId,
          state: 'ended',
          createdAt: new Date('2026-10-01T00:00:00Z'),
          endedAt: until,
        },
      })
      await ctx.db.code.create({ data: { id: ctx.id('code'), ...own, creatorId: ben.creatorId, createdAt: until } })
    })
    expect(await tell(w, order('glow-1', { codes: ['glow'], at: '2026-11-14T10:00:00Z' }))).toMatchObject([
      { creatorId: mia.creatorId },
    ])
    expect(await tell(w, order('glow-2', { codes: ['glow'] }))).toMatchObject([{ creatorId: ben.creatorId }])
  })
})

describe('refunds', () => {
  test('100.00 less 20.00 at 10 %: 8.00; half back takes 4.00, the rest 4.00, a third nothing', async () => {
    const ida = await enlist(w, 'Ida')
    expect(await tell(w, order('ref', { codes: [ida.code] }))).toMatchObject([{ commission: eur(800) }])
    expect(await ida.sees()).toContain('€80.00 × 10 % = €8.00')
    expect(await tell(w, refund('ref', 'ref-1', 4_000))).toMatchObject([{ kind: 'refunded', reversal: eur(400) }])
    expect(await tell(w, refund('ref', 'ref-2', 4_000))).toMatchObject([{ kind: 'refunded', reversal: eur(400) }])
    expect(await tell(w, refund('ref', 'ref-3', 4_000))).toEqual([{ kind: 'nothing' }])
    expect(await tell(w, refund('ref', 'ref-1', 4_000))).toEqual([{ kind: 'nothing' }])
    expect(await owned(w, ida)).toEqual([0, 0])
  })

  test('after payout the same refunds carry −8.00', async () => {
    const eve = await enlist(w, 'Eve')
    await tell(w, order('late', { codes: [eve.code], at: '2026-10-20T10:00:00Z' }))
    await w.within(due)
    expect(await owned(w, eve)).toEqual([0, 800])
    await w.within((ctx) =>
      ctx.db.transfer.create({
        data: {
          id: ctx.id('transfer'),
          programId: ctx.program.id,
          from: `creator:${eve.creatorId}:payable`,
          to: `creator:${eve.creatorId}:paid`,
          minor: 800n,
          currency: 'EUR',
          key: 'payout-of-eve',
          because: {},
          at: ctx.now,
        },
      }),
    )
    await tell(w, refund('late', 'late-1', 4_000), refund('late', 'late-2', 4_000), refund('late', 'late-3', 100))
    expect(await owned(w, eve)).toEqual([0, -800])
  })

  test('a cancelled order gives back what is left, and is nothing to cheer when it was cancelled first', async () => {
    const kim = await enlist(w, 'Kim')
    await tell(w, order('can', { codes: [kim.code] }), refund('can', 'can-1', 1_000))
    expect(await tell(w, cancelled('can'))).toMatchObject([{ kind: 'refunded', reversal: eur(700) }])
    expect(await tell(w, cancelled('can'))).toEqual([{ kind: 'nothing' }])
    expect(await tell(w, cancelled('gone'), order('gone', { codes: [kim.code] }))).toMatchObject([
      { kind: 'waiting' },
      { kind: 'refunded', reversal: eur(800) },
    ])
    expect(await owned(w, kim)).toEqual([0, 0])
    expect(await kim.sees()).not.toContain('#gone')
    expect(await kim.sees()).toContain('A sale was given back')
  })

  test('a refund in another currency waits and managers are told', async () => {
    const ana = await w.manager('Ana')
    await tell(w, order('cur', { codes: [mia.code] }))
    expect(await tell(w, refund('cur', 'cur-1', 4_000, 'USD'))).toEqual([{ kind: 'nothing' }])
    expect(await ana.sees('managers')).toContain('A refund of order #cur waits')
    expect(await w.within(ordersAudit)).toEqual(['1 refunds of paid orders that were not taken into account'])
  })

  test.each([
    ['below zero', { minor: '-1', currency: 'EUR' }],
    ['a fraction', { minor: '1.5', currency: 'EUR' }],
    ['beyond the books', { minor: '9'.repeat(19), currency: 'EUR' }],
    ['no currency', { minor: '1', currency: 'XXXX' }],
  ])('an amount %s is refused', async (_name, base) => {
    const fact: OrderFact = { type: 'order.refunded', refundId: 'bad', orderId: 'cur', at: '2026-11-20T11:00:00Z', base }
    await expect(tell(w, fact)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('an unpaid order waits for its money', async () => {
    const zoe = await enlist(w, 'Zoe')
    expect(await tell(w, order('unp', { codes: [zoe.code], paid: false }))).toEqual([{ kind: 'waiting' }])
    expect(await owned(w, zoe)).toEqual([0, 0])
    expect(await tell(w, paid('unp'), paid('unp'))).toMatchObject([{ kind: 'credited', first: true }, { kind: 'nothing' }])
    expect(await owned(w, zoe)).toEqual([800, 0])
  })
})
