import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { planNudges } from '../../src/messages/nudges.ts'
import { planAll } from '../../src/messages/plan.ts'
import { sendDue } from '../../src/messages/send.ts'
import { crowd, plannedRows } from '../messages.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-22T12:00:00Z' })
})
afterAll(() => w.close())

const plan = () => w.within((ctx) => planAll(ctx, planNudges))
const messages = <T>(work: (ctx: Context) => Promise<T>) => w.within(work)

describe('the plan of digests', () => {
  test('20,000 people are planned by one statement, and planned again nothing is new', async () => {
    await crowd(w, 20_000)
    await w.app.runJob('messages')
    const first = await plannedRows(w)
    expect(first).toBe(20_000)
    const begun = performance.now()
    expect(await plan()).toBe(0)
    expect(performance.now() - begun).toBeLessThan(5_000)
    expect(await plannedRows(w)).toBe(20_000)
    // Two schedulers at once meet at the key.
    await messages((ctx) => ctx.db.message.deleteMany({ where: { programId: w.programId } }))
    const both = await Promise.all([plan(), plan()])
    expect(both[0] + both[1]).toBe(20_000)
  }, 120_000)

  test('killed in the middle again and again, everybody has theirs once', async () => {
    await messages((ctx) => ctx.db.$executeRaw`DELETE FROM "Message" WHERE "personId" > 'per_x00200'`)
    w.at('2026-11-23T15:00:00Z')
    let left = 0
    // Each time the process ends after some of them, once inside a transaction.
    for (let n = 0; n < 8; n++) {
      left = 1
      await sendDue(w.app, w.programId, () => left-- > 0)
      await w
        .within(async (ctx) => {
          await ctx.db.message.updateMany({ where: { state: 'planned' }, data: { state: 'sent', doneAt: ctx.now } })
          throw new Error('killed')
        })
        .catch(() => {})
    }
    await Promise.all([sendDue(w.app, w.programId), sendDue(w.app, w.programId)])
    const rows = await messages(
      (ctx) =>
        ctx.db.$queryRaw<{ people: number; posts: number; left: number }[]>`
        SELECT count(DISTINCT o.audience)::int AS people, count(*)::int AS posts,
          (SELECT count(*)::int FROM "Message" WHERE state <> 'sent') AS left
        FROM "Outbox" o WHERE o.kind = 'post' AND o.key LIKE 'digest:%'`,
    )
    expect(rows[0]).toEqual({ people: 200, posts: 200, left: 0 })
  }, 60_000)

  test('one that can not be said keeps none of the others waiting, and is tried again', async () => {
    await messages((ctx) => ctx.db.message.deleteMany({ where: { programId: w.programId } }))
    await messages((ctx) => ctx.db.outbox.deleteMany({ where: { key: { startsWith: 'digest:' } } }))
    await messages((ctx) => ctx.db.pushDay.deleteMany({ where: { programId: w.programId } }))
    w.at('2026-11-30T15:00:00Z')
    await plan()
    await messages((ctx) => ctx.db.$executeRaw`DELETE FROM "Message" WHERE "personId" > 'per_x00040' OR "dueAt" > ${ctx.now}`)
    const broken = { personId: 'per_x00017' }
    await messages((ctx) => ctx.db.membership.updateMany({ where: broken, data: { zone: 'Nowhere/At_All' } }))
    await sendDue(w.app, w.programId)
    const rows = await messages((ctx) => ctx.db.message.findMany({ where: { programId: w.programId } }))
    expect(rows.filter(({ state }) => state === 'sent')).toHaveLength(39)
    const [left] = rows.filter(({ state }) => state !== 'sent')
    expect(left).toMatchObject({ ...broken, state: 'planned', tries: 1 })
    expect(left!.dueAt > w.now).toBe(true)
  }, 60_000)
})
