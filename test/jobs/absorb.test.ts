import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Card } from '../../src/kernel/card.ts'
import { plain } from '../../src/kernel/plain.ts'
import { minutes } from '../../src/kernel/time.ts'
import { audit } from '../../src/ledger/audit.ts'
import { balances } from '../../src/ledger/service.ts'
import { clickIds } from '../../src/links/click-id.ts'
import { tellSales } from '../../src/recognition/wins.ts'
import { enlist, type Member, shipClick } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Member
let ana: Awaited<ReturnType<World['manager']>>
beforeAll(async () => {
  w = await world()
  mia = await enlist(w, 'Mia')
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const at = '2026-11-20T11:00:00Z'
const created = (id: string, more: object = {}) => ({
  type: 'order.created',
  data: { id, number: `#${id}`, at, currency: 'EUR', total: '80.00', codes: [mia.code], ...more },
})
const refunded = (id: string, order_id: string, base: string) => ({
  type: 'order.refunded',
  data: { id, order_id, at, currency: 'EUR', base },
})
const rows = (state: string) =>
  w.within((ctx) => ctx.db.inbox.findMany({ where: { source: 'generic', state }, orderBy: { receivedAt: 'desc' } }))
const pending = async () => Number((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor)

test('a delivery becomes an order, a commission and a post, and keeps its facts', async () => {
  expect((await w.hook('generic', created('1001'))).statusCode).toBe(202)
  expect(await pending()).toBe(800)
  const [row] = await rows('done')
  expect(row?.facts).toMatchObject([{ type: 'order.placed', orderId: '1001', base: { minor: '8000', currency: 'EUR' } }])
  expect(await mia.sees()).toContain('You sold')
  const wins = await mia.sees('wins')
  expect(wins).toContain('Mia')
  expect(wins).not.toContain('€')
})

test('five deliveries of each event, refund before order, two workers at once: the same ledger', async () => {
  const before = await pending()
  for (const round of [0, 1, 2]) {
    const id = `20${round}`
    for (let n = 0; n < 5; n++) {
      for (const [event, key] of [
        [refunded(`r${id}`, id, '40.00'), 'r'],
        [created(id), 'o'],
        [refunded(`s${id}`, id, '10.00'), 's'],
      ] as const) {
        // The same id again is the same delivery; another id is the same event told again.
        await w.hook('generic', event, { id: n < 3 ? `msg_${key}${id}` : `msg_${key}${id}-${n}`, absorb: false })
      }
    }
    await Promise.all([w.app.runJob('absorb'), w.app.runJob('absorb'), w.app.runJob('absorb')])
    expect(await pending()).toBe(before + (round + 1) * 300)
  }
  expect(await rows('heard')).toEqual([])
  expect(await w.within(audit)).toEqual([])
})

test('what cannot be read is parked at once with its sentence, and managers are told', async () => {
  await w.hook('generic', { type: 'order.created', data: { id: '3001', at, currency: 'EUR', total: 'lots' } })
  const [row] = await rows('parked')
  expect(row?.error).toContain('total')
  expect(await ana.sees('managers')).toContain('A delivery was parked')
  expect(await ana.sees('managers')).toContain(row?.id)
})

test('an order waits for its click for two minutes, then it is decided without', async () => {
  const now = w.now
  const make = clickIds(w.app.clickKey, () => w.app.random(10))
  const soon = make(now.getTime() - 60_000)
  const never = make(now.getTime() - 61_000)
  await w.hook('generic', created('4001', { at: now, cid: soon.cid, codes: [] }))
  await w.hook('generic', created('4002', { at: now, cid: never.cid, codes: [] }))
  expect((await rows('heard')).map((row) => row.tries)).toEqual([1, 1])
  await shipClick(w, mia, soon.id, new Date(now.getTime() - 60_000))
  for (const later of [0.1, 0.3, 1.1, 3.1]) {
    w.at(minutes(now, later))
    await w.app.runJob('absorb')
  }
  expect(await rows('heard')).toEqual([])
  const decided = await w.within((ctx) =>
    ctx.db.order.findMany({ where: { externalId: { startsWith: '400' } }, orderBy: { externalId: 'asc' } }),
  )
  expect(decided.map((one) => [one.rule, one.creatorId])).toEqual([
    ['click', mia.creatorId],
    ['click missing', null],
  ])
  w.at(now)
})

test('a click that is shipped later still gets its order', async () => {
  const now = w.now
  const late = clickIds(w.app.clickKey, () => w.app.random(10))(now.getTime() - 60_000)
  await w.hook('generic', created('4003', { at: now, cid: late.cid, codes: [] }))
  w.at(minutes(now, 3))
  await w.app.runJob('absorb')
  const rule = async () => (await w.within((ctx) => ctx.db.order.findFirstOrThrow({ where: { externalId: '4003' } }))).rule
  await w.app.runJob('due')
  expect(await rule()).toBe('click missing')
  await shipClick(w, mia, late.id, new Date(now.getTime() - 60_000))
  await w.app.runJob('due')
  expect(await rule()).toBe('click')
  expect(await w.within(audit)).toEqual([])
  w.at(now)
})

test('a failure that stays is tried five times and then parked, while others go through', async () => {
  const now = w.now
  await w.hook('generic', created('5001'), { id: 'msg_broken', absorb: false })
  await w.within((ctx) =>
    ctx.db.inbox.updateMany({ where: { externalId: 'msg_broken' }, data: { body: Uint8Array.from([1, 2, 3]) } }),
  )
  await w.hook('generic', created('5002'))
  expect(await w.within((ctx) => ctx.db.order.count({ where: { externalId: '5002' } }))).toBe(1)
  for (const later of [1, 2, 5, 15]) {
    const [waits] = await rows('heard')
    expect(waits?.externalId).toBe('msg_broken')
    w.at(minutes(now, later))
    await w.app.runJob('absorb')
  }
  const parked = (await rows('parked')).find((row) => row.externalId === 'msg_broken')
  expect(parked?.tries).toBe(4)
  expect(await ana.sees('managers')).toContain('It failed 5 times')
  w.at(now)
})

test('absorbing a delivery again, from its body or from its facts, changes nothing', async () => {
  const before = await pending()
  await w.within((ctx) =>
    ctx.db.inbox.updateMany({ where: { state: 'done', source: 'generic' }, data: { state: 'heard', doneAt: null } }),
  )
  await w.app.runJob('absorb')
  await w.within((ctx) =>
    ctx.db.inbox.updateMany({ where: { state: 'done', source: 'generic' }, data: { state: 'heard', doneAt: null, body: null } }),
  )
  await w.app.runJob('absorb')
  expect(await rows('heard')).toEqual([])
  expect(await pending()).toBe(before)
  expect(await w.within(audit)).toEqual([])
})

test('a click of the real redirect is credited', async () => {
  const cid = await w.click('mia')
  await w.hook('generic', created('6001', { at: w.now, cid, codes: [] }))
  expect(await w.within((ctx) => ctx.db.order.findFirstOrThrow({ where: { externalId: '6001' } }))).toMatchObject({
    rule: 'click',
    creatorId: mia.creatorId,
  })
})

test('a process that is to end takes in what it has under way, and the next one the rest', async () => {
  for (const id of ['leaving 1', 'leaving 2', 'leaving 3']) await w.hook('generic', created(id), { absorb: false })
  const waiting = async () => (await rows('heard')).length
  const before = await waiting()
  let asked = 0
  await w.app.jobs.get('absorb')!.run({ ...w.app, leaving: () => asked++ > 0 }, {})
  expect(await waiting()).toBe(before - 1)
  await w.app.runJob('absorb')
  expect(await waiting()).toBe(0)
})

test('once the line is through, the card of the day counts every sale of it', async () => {
  const leo = await enlist(w, 'Leo')
  const sold = (id: string) => w.hook('generic', created(id, { codes: [leo.code], at: w.now }), { absorb: false })
  for (const id of ['wins 1', 'wins 2', 'wins 3']) await sold(id)
  await w.app.runJob('absorb')
  const day = await w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { key: 'wins:2026-11-20' } }))
  expect(JSON.stringify(day.payload)).toContain('Leo')
})

test('a withheld sale that was given back whole takes no other from the card of the day', async () => {
  const ida = await enlist(w, 'Ida')
  for (const id of ['ida 1', 'ida 2', 'ida 3']) await w.hook('generic', created(id, { codes: [ida.code], at: w.now }))
  await w.hook('generic', refunded('ida r', 'ida 3', '80.00'))
  await w.within(async (ctx) => {
    const order = await ctx.db.order.findFirstOrThrow({ where: { externalId: 'ida 3' } })
    const line = await ctx.db.line.findFirstOrThrow({ where: { orderId: order.id } })
    await ctx.db.hold.update({ where: { line: line.id }, data: { caseId: 'cas_1' } })
    await ctx.db.winsDue.create({ data: { orderId: order.id, programId: w.programId, at: w.now } })
  })
  await w.within(tellSales)
  const day = await w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { key: 'wins:2026-11-20' } }))
  // The first has a post of its own.
  expect(plain((day.payload as { card: Card }).card)).toMatch(/Ida +1 /)
})
