import { afterAll, beforeAll, expect, test } from 'vitest'
import { balances } from '../../../src/ledger/service.ts'
import { record } from '../../../src/orders/service.ts'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('nobody decides about themselves while others can, only managers decide, and a line in two cases waits for both', async () => {
  const mia = await enlist(w, 'Mia')
  const email = await w.within(async (ctx) => ctx.hash('mia@example.com'))
  await tell(w, order('1', { codes: [mia.code], shopper: { email } }))
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow())
  const release = { case: id, verdict: 'release', reason: 'It was a gift.' }
  expect(await mia.run('case decide', release)).toContain('/case decide is for managers.')
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: mia.personId }, data: { role: 'manager' } }))
  const ana = await w.manager('Ana')
  expect(await mia.run('case decide', release)).toContain('This case is about you.')
  await tell(w, { type: 'order.disputed', orderId: '1', disputeId: 'dp', outcome: 'open', at: '2026-11-20T11:30:00Z' })
  const toDecide = async () => (await ana.suggest('case decide', 'case')).map(({ value }) => value)
  expect(await toDecide()).toEqual([id])
  expect(await ana.run('case decide', release)).toMatch(/Ana +released +It was a gift\./)
  // What is decided is not offered again, and what the bank decides never.
  expect(await toDecide()).toEqual([])
  // The bank has not decided: the chargeback goes on withholding the line.
  const hold = () => w.within((ctx) => ctx.db.hold.findFirstOrThrow())
  const bank = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { kind: 'chargeback' } }))
  expect((await hold()).caseId).toBe(bank.id)
  await tell(w, { type: 'order.disputed', orderId: '1', disputeId: 'dp', outcome: 'won', at: '2026-11-20T11:40:00Z' })
  expect((await hold()).caseId).toBeNull()
  const { pending } = await w.within((ctx) => balances(ctx, mia.creatorId))
  expect(pending.minor).toBe(800n)
})

test('whoever names some orders in a release lets no others go, and what a decision does nothing with is refused', async () => {
  const zoe = await enlist(w, 'Zoe')
  const email = await w.within(async (ctx) => ctx.hash('zoe@example.com'))
  for (const id of ['z1', 'z2']) await tell(w, order(id, { codes: [zoe.code], shopper: { email } }))
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: zoe.creatorId } }))
  const ben = await w.manager('Ben')
  const given = { case: id, reason: 'One was a gift.' }
  const held = () => w.within((ctx) => ctx.db.hold.count({ where: { creatorId: zoe.creatorId, caseId: id } }))
  expect(await ben.run('case decide', { ...given, verdict: 'release', orders: '#z1' })).toContain(
    'A release lets every order of the case go.',
  )
  expect(await ben.run('case decide', { ...given, verdict: 'uphold', amount: '8.00' })).toContain('This decision pays no bonus.')
  expect(await held()).toBe(2)
  expect(await ben.run('case decide', { ...given, verdict: 'uphold', orders: '#z2' })).toContain('upheld')
  expect(await zoe.run('appeal', { case: id, words: 'It was my sister.' })).toContain('ppeal')
  const answer = { case: id, reason: 'It was.', verdict: 'release', orders: '#z2' }
  expect(await (await w.manager('Cem')).run('case decide', answer)).toContain('This decision is about the whole case.')
  expect((await w.within((ctx) => balances(ctx, zoe.creatorId))).pending.minor).toBe(800n)
})

test('a number that two orders of a case have is asked back with their shops, and the one that was meant is taken', async () => {
  const eve = await enlist(w, 'Eve')
  const email = await w.within(async (ctx) => ctx.hash('eve@example.com'))
  const fact = order('e1', { codes: [eve.code], shopper: { email } })
  await tell(w, fact)
  await w.within((ctx) => record(ctx, 'woocommerce', { ...fact, base: { minor: '2000', currency: 'EUR' } }))
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: eve.creatorId } }))
  const dan = await w.manager('Dan')
  expect(await dan.run('case show', { case: id })).toContain('#e1@woocommerce')
  const given = { case: id, verdict: 'uphold', reason: 'Bought for themselves.' }
  expect(await dan.run('case decide', { ...given, orders: 'e1' })).toMatch(
    /Several orders of this case are e1\.[\s\S]*Say which: #e1@generic or #e1@woocommerce\./,
  )
  expect(await dan.run('case decide', { ...given, orders: '#e1@woocommerce' })).toContain('upheld')
  const taken = await w.within((ctx) => ctx.db.caseLine.findFirstOrThrow({ where: { caseId: id, outcome: 'forfeited' } }))
  const { source } = await w.within((ctx) => ctx.db.order.findUniqueOrThrow({ where: { id: taken.orderId } }))
  expect(source).toBe('woocommerce')
  expect((await w.within((ctx) => balances(ctx, eve.creatorId))).pending.minor).toBe(800n)
})
