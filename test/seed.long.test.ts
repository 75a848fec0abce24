import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../src/http/doors.ts'
import { audit as auditLedger } from '../src/ledger/audit.ts'
import { audit as auditOrders } from '../src/orders/queries.ts'
import { policyOf } from '../src/programs/rules.ts'
import { type House, now, seeded, totals } from './demo-house.ts'

let one: House
let other: House

beforeAll(async () => {
  one = await seeded()
  other = await seeded()
  console.log(`The demo was seeded in ${one.seconds.toFixed(1)} s.`)
}, 300_000)

afterAll(async () => {
  await one?.close()
  await other?.close()
})

test('the books balance, with money pending and payable', async () => {
  const broken = await one.app.within(one.programId, async (ctx) => [...(await auditLedger(ctx)), ...(await auditOrders(ctx))])
  expect(broken).toEqual([])
  const sums = await totals(one)
  const of = (purse: string) => sums.filter(({ account }) => account.endsWith(purse)).reduce((sum, { minor }) => sum + minor, 0n)
  expect(of(':pending')).toBeGreaterThan(0n)
  expect(of(':payable')).toBeGreaterThan(0n)
  expect(of('')).toBe(0n)
})

test('a year of life: people, sales, clicks and content in plausible numbers', async () => {
  const { demo, policy, links, ...counts } = await one.app.within(one.programId, async ({ db, program }) => {
    const where = { programId: program.id }
    return {
      demo: program.demo,
      policy: policyOf(program),
      links: await db.link.findMany({ where, select: { destination: true } }),
      clicks: await db.click.count({ where }),
      orders: await db.order.count({ where }),
      lines: await db.line.count({ where }),
      byRule: Object.fromEntries(
        (await db.order.groupBy({ by: ['rule'], where, _count: true })).map((row) => [row.rule, row._count]),
      ),
      refunds: await db.refund.count({ where }),
      content: Object.fromEntries(
        (await db.submission.groupBy({ by: ['state'], where, _count: true })).map((row) => [row.state, row._count]),
      ),
      creators: Object.fromEntries(
        (await db.creator.groupBy({ by: ['state'], where, _count: true })).map((row) => [row.state, row._count]),
      ),
      shown: Object.fromEntries(
        (await db.creator.groupBy({ by: ['shown'], where, _count: true })).map((row) => [row.shown, row._count]),
      ),
      roles: Object.fromEntries(
        (await db.membership.groupBy({ by: ['role'], where, _count: true })).map((row) => [row.role, row._count]),
      ),
      missions: Object.fromEntries(
        (await db.mission.groupBy({ by: ['state'], where, _count: true })).map((row) => [row.state, row._count]),
      ),
      resting: await db.membership.count({ where: { ...where, pausedUntil: { gt: now } } }),
      pictures: await db.submission.count({ where: { ...where, fileId: { not: null }, state: 'submitted' } }),
      badges: await db.badge.count({ where }),
    }
  })
  expect(demo).toBe(true)
  expect(policy.shopUrl).toBe(`http://localhost:4321/shop/${one.programId}`)
  expect(new Set(links.map((link) => link.destination))).toEqual(new Set([policy.shopUrl]))
  expect(counts).toMatchObject({
    creators: { approved: 8, applied: 2, declined: 1 },
    roles: { creator: 8, manager: 2, admin: 1, anyone: 3 },
    shown: { alias: 1, hidden: 1 },
    missions: { open: 3, settled: 1 },
    content: { submitted: 3, changes_requested: 1, rejected: 2 },
    resting: 1,
    pictures: 1,
    badges: 33,
  })
  expect(counts.content.approved).toBeGreaterThan(28)
  expect(counts.orders).toBe(250)
  expect(counts.lines).toBeGreaterThan(235)
  expect(Object.keys(counts.byRule).sort()).toEqual(['click', 'code', 'currency', 'customer', 'no touch'])
  expect(counts.byRule.click).toBeGreaterThan(80)
  expect(counts.byRule.code).toBeGreaterThan(80)
  expect(counts.refunds / counts.orders).toBeGreaterThan(0.07)
  expect(counts.refunds / counts.orders).toBeLessThan(0.17)
  expect(counts.clicks).toBe(6_000)
})

test('it grew, and reaches up to today', async () => {
  const orders = await one.app.within(one.programId, ({ db, program }) =>
    db.order.findMany({ where: { programId: program.id }, orderBy: { at: 'asc' } }),
  )
  const months = new Set(orders.map(({ at }) => at.toISOString().slice(0, 7)))
  const half = Math.floor((orders[0]!.at.getTime() + now.getTime()) / 2)
  const late = orders.filter(({ at }) => at.getTime() > half).length
  expect(months.size).toBeGreaterThanOrEqual(12)
  expect(late).toBeGreaterThan(2 * (orders.length - late))
  expect(now.getTime() - orders.at(-1)!.at.getTime()).toBeLessThan(3 * 86_400_000)
})

test('the chat looks lived in: a handful of posts in each place, each at its time', async () => {
  const places = await one.app.within(
    one.programId,
    (ctx) => ctx.db.$queryRaw<{ place: string; posts: number; first: Date; last: Date; days: number }[]>`
      SELECT split_part(place, ':', 2) AS place, count(*)::int AS posts, min("createdAt") AS first, max("createdAt") AS last,
        count(DISTINCT "createdAt")::int AS days
      FROM "WebMessage" WHERE "programId" = ${one.programId} GROUP BY place`,
  )
  const channels = ['start-here', 'missions', 'wins', 'leaderboard', 'applications', 'review', 'managers']
  expect(channels.filter((name) => !places.some(({ place }) => place === name))).toEqual([])
  // Eight creators and three more who applied, and the two who see money.
  expect(places.filter(({ place }) => place === 'person')).toHaveLength(13)
  const most: Record<string, number> = { wins: 60, review: 40 }
  for (const { place, posts, last, days } of places) {
    expect(posts, place).toBeLessThanOrEqual(most[place] ?? 30)
    expect(days, place).toBeGreaterThan(posts / 3)
    expect(last <= now, place).toBe(true)
  }
  const [welcome] = await one.app.within(one.programId, ({ db, program }) =>
    db.webMessage.findMany({ where: { programId: program.id, place: `${program.id}:start-here` } }),
  )
  expect(welcome).toMatchObject({ pinned: true, card: { title: 'Welcome to Glow' } })
})

test('nothing is left undone, and the boards of ten weeks are frozen', async () => {
  const { app, programId } = one
  const left = () =>
    app.within(programId, async ({ db }) => ({
      due: await db.outbox.count({ where: { programId, state: { notIn: ['done', 'folded'] }, notBefore: { lte: now } } }),
      heard: await db.inbox.count({ where: { programId, state: { not: 'done' } } }),
      schedules: (
        await db.schedule.findMany({ where: { programId, paused: false, nextAt: { lte: now } }, orderBy: { name: 'asc' } })
      ).map(({ name }) => name),
      seasons: await db.season.count({ where: { programId, frozenAt: { not: null } } }),
      messages: await db.webMessage.count({ where: { programId } }),
    }))
  const before = await left()
  // Only what comes each day is for the morning of whoever starts it: their brief among it.
  expect(before).toMatchObject({ due: 0, heard: 0, schedules: ['brief', 'nudge', 'season'], seasons: 10 })
  openWebDoor(app, false)
  for (const job of ['schedule', 'messages', 'deliver']) await app.runJob(job)
  const after = await left()
  expect(after).toMatchObject({ due: 0, heard: 0, schedules: [], seasons: 10 })
  expect(after.messages - before.messages).toBeLessThan(6)
  for (const job of ['schedule', 'messages', 'deliver']) await app.runJob(job)
  expect(await left()).toEqual(after)
})

test('the same end gives the same ledger', async () => {
  const sums = await totals(one)
  expect(sums.length).toBeGreaterThan(16)
  expect(await totals(other)).toEqual(sums)
})
