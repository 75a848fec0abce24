/** What a shopper's bank takes and gives back: by transfers with keys of their own, told to the creator with the arithmetic. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrderFact } from '../../src/kernel/fact.ts'
import { days } from '../../src/kernel/time.ts'
import { audit as ledgerAudit } from '../../src/ledger/audit.ts'
import { audit as ordersAudit } from '../../src/orders/queries.ts'
import { type World, world } from '../world.ts'
import { enlist, type Member, order, owned, refund, tell } from './shop.ts'

const start = new Date('2026-11-20T12:00:00Z')
let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(async () => {
  expect(await w.within(async (ctx) => [...(await ledgerAudit(ctx)), ...(await ordersAudit(ctx))])).toEqual([])
  await w.close()
})

const bank = (orderId: string, outcome: 'open' | 'won' | 'lost', minute: number): OrderFact => ({
  type: 'order.disputed',
  orderId,
  disputeId: `dp-${orderId}`,
  at: `2026-11-20T11:${minute}:00.000Z`,
  outcome,
})
const posts = (key: string) => w.within((ctx) => ctx.db.outbox.findMany({ where: { key }, select: { version: true } }))

test('lost and won after all: what was taken comes again less what the shopper got back since, and the creator reads why', async () => {
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code] }), bank('1', 'open', 20), bank('1', 'lost', 30))
  expect(await owned(w, mia)).toEqual([0, 0])
  await tell(w, refund('1', 'r', 2_000))
  expect(await owned(w, mia)).toEqual([0, 0])
  await tell(w, bank('1', 'won', 40), bank('1', 'won', 40), bank('1', 'lost', 30))
  expect(await owned(w, mia)).toEqual([600, 0])
  const told = await mia.sees()
  expect(told).toContain('The bank gave the shopper the money back')
  expect(told).toMatch(
    /The bank gave the money back to the shop after all[\s\S]*€8\.00 was taken, less €2\.00 for what the shopper got back since, so €6\.00 is yours again, payable from Dec 4, 2026/,
  )
  expect(told).toContain('€80.00 × 10 % = €8.00, less €2.00 refunded')
  const why = await mia.run('why', { order: '#1' })
  expect(why).toContain('the commission was taken back, and then €6.00 of €8.00, for the rest went back')
  expect(why).not.toContain('Taken back by the bank')
  w.at(days(w.now, 20))
  await w.tick()
  expect(await owned(w, mia)).toEqual([0, 600])
  const { number, key } = await w.within(async (ctx) => {
    const moved = await ctx.db.transfer.findMany({ where: { key: { startsWith: 'restore:' } } })
    return { number: moved.length, key: moved[0]!.because as { rule: string } }
  })
  expect([number, key.rule]).toEqual([1, 'chargeback won'])
  // Lost once more, and won once more: each time by a case of its own.
  await tell(w, bank('1', 'lost', 50))
  expect(await owned(w, mia)).toEqual([0, 0])
  await tell(w, bank('1', 'won', 55))
  expect(await owned(w, mia)).toEqual([0, 600])
})

test('all orders in which sale, refund and the bank’s three words are heard end alike', async () => {
  w.at(start)
  const leo = await enlist(w, 'Leo')
  const facts = (id: string) => [
    order(id, { codes: [leo.code] }),
    refund(id, `${id}-r`, 2_000),
    bank(id, 'open', 20),
    bank(id, 'lost', 30),
    bank(id, 'won', 40),
  ]
  const orders = permutations([0, 1, 2, 3, 4]).filter((_, i) => i % 10 === 0)
  for (const [n, places] of orders.entries()) {
    const told = facts(`p${n}`)
    await tell(w, ...places.map((place) => told[place]!))
  }
  expect(await owned(w, leo)).toEqual([orders.length * 600, 0])
  const left = await w.within((ctx) => ctx.db.line.findMany({ where: { creatorId: leo.creatorId } }))
  expect(new Set(left.map(({ leftBase, leftMinor }) => `${leftBase} ${leftMinor}`))).toEqual(new Set(['6000 600']))
})

test('the sale’s post says at once what the bank asks, and the hourly look tells nothing again', async () => {
  const kim = await enlist(w, 'Kim')
  await tell(w, order('k', { codes: [kim.code], at: w.now.toISOString() }))
  const { id } = await w.within((ctx) => ctx.db.order.findFirstOrThrow({ where: { externalId: 'k' } }))
  for (const [outcome, minute, says] of [
    ['open', 20, 'the shopper’s bank asks for the money back'],
    ['lost', 30, 'A commission was taken back'],
    ['won', 40, 'earns you €8.00'],
  ] as const) {
    await tell(w, bank('k', outcome, minute))
    expect(await kim.sees()).toContain(says)
    const before = await posts(`sale:${id}`)
    for (const hour of [1, 2]) {
      w.at(new Date(w.now.getTime() + hour * 3_600_000))
      await w.app.runJob('trust')
    }
    expect(await posts(`sale:${id}`)).toEqual(before)
  }
})

const permutations = <T>(list: T[]): T[][] =>
  list.length < 2 ? [list] : list.flatMap((one, i) => permutations(list.filter((_, n) => n !== i)).map((rest) => [one, ...rest]))

/** A sale of a creator with their own e-mail, which opens a suspicion that holds it. */
const ownSale = async (of: Member, id: string) => {
  const email = await w.within(async (ctx) => ctx.hash(`${of.name.toLowerCase()}@example.com`))
  await tell(w, order(id, { codes: [of.code], shopper: { email } }))
  return (await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: of.creatorId, kind: 'fraud' } }))).id
}

test('what the bank gives back is not given while a suspicion about the same sale stands or waits', async () => {
  w.at(start)
  const [ana, upheld, waits] = [await w.manager('Ana'), await enlist(w, 'Ulf'), await enlist(w, 'Wes')]
  const first = await ownSale(upheld, 'u1')
  await tell(w, bank('u1', 'lost', 30))
  await ana.run('case decide', { case: first, verdict: 'uphold', reason: 'It was their own.' })
  await tell(w, bank('u1', 'won', 40))
  expect(await owned(w, upheld)).toEqual([0, 0])
  expect(await upheld.sees()).toContain('the commission stays taken back, as another case about it was decided so')

  const second = await ownSale(waits, 'w1')
  await tell(w, bank('w1', 'lost', 30))
  w.at(days(start, 20))
  await tell(w, bank('w1', 'won', 40))
  await w.tick()
  expect(await owned(w, waits)).toEqual([800, 0])
  await ana.run('case decide', { case: second, verdict: 'release', reason: 'It was a gift.' })
  await w.tick()
  expect(await owned(w, waits)).toEqual([0, 800])
})

test('a suspicion that is given up and a bank that gives back after all leave the whole sale, whichever took it', async () => {
  w.at(start)
  const [ben, cem, rex] = [await w.manager('Ben'), await w.manager('Cem'), await enlist(w, 'Rex')]
  const id = await ownSale(rex, 'x1')
  await ben.run('case decide', { case: id, verdict: 'uphold', reason: 'It was their own.' })
  await tell(w, bank('x1', 'lost', 30))
  await rex.run('appeal', { case: id, words: 'It was my sister.' })
  await cem.run('case decide', { case: id, verdict: 'release', reason: 'It was.' })
  expect(await owned(w, rex)).toEqual([0, 0])
  await tell(w, bank('x1', 'won', 40))
  expect(await owned(w, rex)).toEqual([800, 0])
  expect(await rex.sees()).toContain('€8.00 was taken and is yours again, payable from Dec 4, 2026')
  w.at(days(start, 20))
  await w.tick()
  expect(await owned(w, rex)).toEqual([0, 800])
})
