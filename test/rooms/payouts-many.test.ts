/** More creators with money than one batch has room for. */
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Context } from '../../src/context.ts'
import { Prisma } from '../../src/db/generated/client.ts'
import { plain } from '../../src/kernel/plain.ts'
import { move } from '../../src/ledger/service.ts'
import { audit } from '../../src/payouts/audit.ts'
import { batchOf, confirm, markSent, review } from '../../src/payouts/batches.ts'
import { preparedCard } from '../../src/payouts/cards.ts'
import { takeResults } from '../../src/payouts/files.ts'
import { act } from '../../src/payouts/payments.ts'
import { prepare } from '../../src/payouts/prepare.ts'
import { remind } from '../../src/payouts/remind.ts'
import { type World, world } from '../world.ts'
import { actorOf, earn, finance, payable } from './payees.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-12-10T12:00:00Z' })
})
afterAll(() => w.close())

test('a full batch says how many are left, and the next one of the same payday pays exactly those', async () => {
  const fay = { ...actorOf(await finance(w, 'Fay'), 'anyone'), finance: true }
  const gus = { ...actorOf(await finance(w, 'Gus'), 'anyone'), finance: true }
  const owed = [await payable(w, 'Mia', 10_000), await payable(w, 'Zoe', 20_000), await payable(w, 'Kim', 30_000)]
  w.at('2026-12-15T12:00:00Z')
  const first = await w.as(fay, async (ctx) => {
    const prepared = await prepare(ctx, 2)
    return { ...prepared, said: plain(preparedCard(prepared, await review(ctx, prepared.batch!), 'EUR')) }
  })
  expect(first.said).toContain('2 creators get')
  expect(first.said).toContain('This batch is full. 1 more creator can be paid: prepare the next batch for them.')
  expect(first.said).toContain('[Prepare the next]')
  // Where nobody presses for the next one, finance is told of it an hour later, once.
  expect(await w.within((ctx) => remind(ctx, 2))).toBe(0)
  w.at('2026-12-15T13:00:01Z')
  expect(await w.within((ctx) => remind(ctx, 2))).toBe(2)
  expect(await w.within((ctx) => remind(ctx, 2))).toBe(0)
  expect(await w.within((ctx) => ctx.db.outbox.findFirst({ where: { key: 'payday:2026-12-15:1' } }))).toMatchObject({
    payload: { card: { title: 'Not everybody is in a batch yet' } },
  })
  const second = await w.as(fay, async (ctx) => {
    const prepared = await prepare(ctx, 2)
    return { ...prepared, said: plain(preparedCard(prepared, await review(ctx, prepared.batch!), 'EUR')) }
  })
  expect(second.said).not.toContain('This batch is full')
  const paid = [...first.ready, ...second.ready].map(({ creatorId }) => creatorId)
  expect(paid.toSorted()).toEqual(owed.map(({ creatorId }) => creatorId).toSorted())
  expect((await w.as(fay, prepare)).batch).toBeNull()
  w.at('2026-12-15T15:00:00Z')
  expect(await w.within((ctx) => remind(ctx, 2))).toBe(0)
  // All of a batch go through each step together.
  const { id } = first.batch!
  await w.as(gus, async (ctx) => confirm(ctx, id, (await review(ctx, first.batch!)).digest))
  expect(await w.as(gus, (ctx) => markSent(ctx, id))).toHaveLength(2)
  const ids = await w.within(async (ctx) => (await ctx.db.payment.findMany({ where: { batchId: id } })).map((one) => one.id))
  await w.as(gus, (ctx) => act(ctx, 'settle', ids))
  expect(await w.within((ctx) => ctx.db.batch.findUniqueOrThrow({ where: { id } }))).toMatchObject({ state: 'settled' })
  expect(await w.within(audit)).toEqual([])
})

test('while a batch is prepared only those in it wait, and what one of them lost in that moment is not paid', async () => {
  const fay = { ...actorOf(await finance(w, 'Fea'), 'anyone'), finance: true }
  const one = (name: string, minor: number, second: number) => {
    w.at(`2027-01-10T12:00:0${second}Z`)
    return payable(w, name, minor)
  }
  const [ann, ben, cem] = [await one('Ann', 10_000, 1), await one('Ben', 20_000, 2), await one('Cem', 30_000, 3)]
  w.at('2027-01-15T12:00:00Z')
  const lose = (ctx: Context) => {
    const [from, money] = [`creator:${ann.creatorId}:payable`, { minor: 4_000n, currency: 'EUR' }]
    return move(ctx, { from, to: 'program:bonus', money, key: 'lost', because: {} })
  }
  const { ready, left } = await w.as(fay, async (ctx) => {
    // After everybody was looked at, and before anybody is kept.
    let done = false
    const asked = async (first: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => {
      const sql = first instanceof Prisma.Sql ? first : Prisma.sql(first, ...values)
      if (!done && sql.sql.includes('FOR NO KEY UPDATE')) done = await w.within(lose)
      return ctx.db.$queryRaw(sql)
    }
    const db = new Proxy(ctx.db, { get: (target, key) => (key === '$queryRaw' ? asked : Reflect.get(target, key)) })
    const prepared = await prepare({ ...ctx, db }, 2)
    expect(done).toBe(true)
    expect(await earn(w, cem.creatorId, 100)).toBe(true)
    return prepared
  })
  expect(ready.map(({ creatorId, amount }) => [creatorId, amount.minor])).toEqual([
    [ann.creatorId, 6_000n],
    [ben.creatorId, 20_000n],
  ])
  expect(left).toBe(1)
  expect((await w.as(fay, prepare)).ready.map(({ creatorId, amount }) => [creatorId, amount.minor])).toEqual([
    [cem.creatorId, 30_000n],
  ])
  expect(await w.within(audit)).toEqual([])
})

test('what a bank answers of a whole batch is taken in with few statements for each, and what it says twice once', async () => {
  const cleo = { ...actorOf(await finance(w, 'Cleo'), 'anyone'), finance: true }
  const hal = { ...actorOf(await finance(w, 'Hal'), 'anyone'), finance: true }
  const count = 12
  w.at('2027-02-10T12:00:00Z')
  for (let n = 0; n < count; n++) await payable(w, `Many${n}`, 10_000 + n)
  w.at('2027-02-15T12:00:00Z')
  const { id } = (await w.as(cleo, prepare)).batch!
  await w.as(hal, async (ctx) => confirm(ctx, id, (await review(ctx, (await batchOf(ctx, id))!)).digest))
  const paid = await w.as(hal, (ctx) => markSent(ctx, id))
  const row = (at: number, word: string) => `${paid[at]!.reference},${word},T${at},${word === 'failed' ? 'Account closed' : ''}`
  const rows = paid.map((_, at) => row(at, at === 1 ? 'failed' : 'completed'))
  const answer = ['Reference,Status,Transaction ID,Reason', ...rows, row(0, 'completed'), row(1, 'completed')].join('\n')
  const asked = vi.spyOn(pg.Client.prototype, 'query')
  const taken = await w.as(hal, (ctx) => takeResults(ctx, id, answer))
  const statements = asked.mock.calls.length
  asked.mockRestore()
  expect(statements).toBeLessThan(count * 8)
  const unread = [{ line: count + 3, why: 'says arrived, but the payment is failed' }]
  expect(taken).toEqual({ settled: count - 1, failed: 1, waiting: 0, known: 1, unread })
  const now = await w.within((ctx) => ctx.db.payment.findMany({ where: { batchId: id } }))
  for (const [at, { id: one }] of paid.entries())
    expect(now.find((payment) => payment.id === one)).toMatchObject({
      state: at === 1 ? 'failed' : 'settled',
      providerRef: `T${at}`,
      reason: at === 1 ? 'Account closed' : null,
    })
  expect(await w.as(hal, (ctx) => takeResults(ctx, id, answer))).toMatchObject({ settled: 0, failed: 0, known: count + 1 })
  expect(await w.within(audit)).toEqual([])
})
