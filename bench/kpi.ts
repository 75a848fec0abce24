// The figures of a program over half a year of clicks and orders, as /kpi, the dashboard and the evaluation of a month ask for them.
// Days that are over are counted once and read from their rows; beside that, in turns, the same figures with no such row, counted from
// clicks, orders and transfers anew. Both have to say the same.
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { wallClock } from '../src/app.ts'
import type { Context } from '../src/context.ts'
import { funnelOf } from '../src/insight/cohorts.ts'
import { dailyOf } from '../src/insight/days.ts'
import { evaluate } from '../src/insight/evaluation.ts'
import { rollDays } from '../src/insight/roll.ts'
import { windowOf } from '../src/insight/rules.ts'
import { tallies, tallyOf } from '../src/insight/tally.ts'
import { addMonths, monthOf } from '../src/kernel/time.ts'
import { type House, openHouse } from './house-process.ts'
import { type Bench, median, percentile, sideBySide, type Turn } from './side-by-side.ts'

export const CREATORS = 2_000
export const CLICKS = 300_000
export const ORDERS = 100_000

/** What /kpi asks: a window, the one before it, and its days for the charts. */
async function kpi(ctx: Context) {
  const { before, beforeTo, ...window } = windowOf('30d', ctx.now, ctx.program.zone)
  return [
    await tallyOf(ctx, window),
    await tallyOf(ctx, { from: before, to: beforeTo }),
    await dailyOf(ctx, window, ctx.program.zone),
  ]
}

const asks: Record<string, (ctx: Context) => Promise<unknown>> = {
  '/kpi': kpi,
  '/report funnel': (ctx) => funnelOf(ctx, windowOf('30d', ctx.now, ctx.program.zone)),
  'by creator': (ctx) => tallies(ctx, { ...windowOf('30d', ctx.now, ctx.program.zone), by: 'creator', brief: true }),
  '/report month': (ctx) => evaluate(ctx, monthOf(addMonths(ctx.now, -1, ctx.program.zone), ctx.program.zone)),
}

export const bench: Bench = async ({ short }) => {
  const once = await measured(1, short)
  const ten = short ? undefined : await measured(10, short)
  const gates = {
    'kept days and a live count say the same': once.same && (ten?.same ?? true),
    '/kpi at least 8 times as fast as a live count (median of pairs)': once.ratio >= 8,
    '/report month at least 3 times as fast as a live count': once.ms['/report month']! * 3 <= once.liveMs['/report month']!,
    // Only the day that is not over is counted anew, and that one has ten times as much.
    ...(ten && {
      '/kpi of ten times as much takes at most five times as long (median)': ten.ms['/kpi']! <= 5 * once.ms['/kpi']!,
    }),
  }
  return {
    name: 'kpi',
    claim: 'figures of months are sums of days, and what a live count would say',
    main: '/kpi, times as fast (median of pairs)',
    exact: 'kept days and a live count say the same',
    passed: Object.values(gates).every(Boolean),
    gates,
    figures: { ...figuresOf('', once), ...(ten && figuresOf('×10 ', ten)) },
    rounds: { 'live, kept': once.turns, ...(ten && { '×10, live, kept': ten.turns }) },
  }
}

type Measured = Awaited<ReturnType<typeof measured>>

const figuresOf = (what: string, one: Measured): Record<string, unknown> => ({
  [`${what}orders, clicks`]: [one.orders, one.clicks],
  [`${what}days counted`]: one.days,
  [`${what}all days counted, s`]: one.rollSeconds,
  [`${what}/kpi, ms (95 of 100)`]: one.p95,
  ...Object.fromEntries(
    Object.entries(one.ms).map(([name, ms]) => [`${what}${name}, ms (median), live`, [ms, one.liveMs[name]]]),
  ),
  [`${what}/kpi, times as fast (median of pairs)`]: one.ratio,
})

async function measured(times: number, short: boolean) {
  const house = await openHouse()
  const frame = await house.app.within(house.programId, async (ctx) => ctx)
  // A live count of ten times as much takes longer than a unit of work may.
  const within = <T>(work: (ctx: Context) => Promise<T>) =>
    house.app.database.within(house.programId, (db) => work({ ...frame, db, now: wallClock() }), 600_000)
  try {
    await plant(house, times)
    const { days, seconds } = await roll(house)
    const live = (ask: (ctx: Context) => Promise<unknown>) => within((ctx) => uncounted(ctx, () => ask(ctx)))
    const took: number[] = []
    const turn = (run: typeof live, rounds: number, kept: number[]) => async (): Promise<Turn> => {
      const began = performance.now()
      for (let i = 0; i < rounds; i++) {
        const start = performance.now()
        await run(kpi)
        kept.push(performance.now() - start)
      }
      return { perSecond: rounds / ((performance.now() - began) / 1_000) }
    }
    const liveTook: number[] = []
    // Of ten times as much a live count takes seconds, so that fewer of them are enough.
    const few = short ? 2 : times > 1 ? 1 : 5
    const result = await sideBySide(short ? 2 : 5, turn(live, few, liveTook), turn(within, short ? 20 : 50, took))
    const ms: Record<string, number> = { '/kpi': median(took) }
    const liveMs: Record<string, number> = { '/kpi': median(liveTook) }
    let same = true
    for (const [name, ask] of Object.entries(asks)) {
      const now = await within((ctx) => both(ctx, ask))
      same &&= now
      if (name === '/kpi') continue
      ms[name] = await timed(() => within(ask), short ? 5 : 9)
      liveMs[name] = await timed(() => live(ask), short || times > 1 ? 1 : 3)
    }
    const { ratio, turns } = result
    const p95 = percentile(took, 0.95)
    return { orders: ORDERS * times, clicks: CLICKS * times, days, rollSeconds: seconds, p95, ms, liveMs, ratio, turns, same }
  } finally {
    await house.close()
  }
}

async function timed(work: () => Promise<unknown>, rounds: number): Promise<number> {
  const took: number[] = []
  for (let i = 0; i < rounds; i++) {
    const began = performance.now()
    await work()
    took.push(performance.now() - began)
  }
  return median(took)
}

/** Counts every day that is over. */
export async function roll({ app, programId }: Pick<House, 'app' | 'programId'>): Promise<{ days: number; seconds: number }> {
  const began = performance.now()
  let days = 0
  for (let left = 1; left > 0; ) {
    const turn = await rollDays((work) => app.within(programId, work), 2_000)
    days += turn.counted
    left = turn.left
    if (turn.counted === 0 && left > 0) await pause(50)
  }
  await app.database.owner.query('ANALYZE "Daily", "DayDone"')
  return { days, seconds: (performance.now() - began) / 1_000 }
}

/** The same with no day kept, as of one and the same moment. */
async function uncounted<T>(ctx: Context, work: () => Promise<T>): Promise<T> {
  await ctx.db.$executeRaw`SAVEPOINT bare`
  await ctx.db.$executeRaw`SET LOCAL statement_timeout = 0`
  await ctx.db.dayDone.deleteMany({ where: { programId: ctx.program.id } })
  const found = await work()
  await ctx.db.$executeRaw`ROLLBACK TO SAVEPOINT bare`
  return found
}

async function both(ctx: Context, ask: (ctx: Context) => Promise<unknown>): Promise<boolean> {
  const words = (value: unknown) =>
    JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v instanceof Map ? [...v].sort() : v))
  return words(await ask(ctx)) === words(await uncounted(ctx, () => ask(ctx)))
}

/** By a connection that may be silent for long, and without the triggers that note what changed: nothing was counted yet. */
export async function plant({ url, programId }: Pick<House, 'url' | 'programId'>, times = 1): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query('SET session_replication_role = replica')
    for (const statement of planted(programId, wallClock().toISOString(), times)) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Everything in a few statements; each order has its line, two of three have a click, and the days of half a year `times` as much. */
const planted = (program: string, now: string, times: number): string[] => [
  `INSERT INTO "Creator" (id, "programId", "personId", state, name, handle, niche, country, email, "appliedAt", "decidedAt", "createdAt")
   SELECT 'crt_' || i, '${program}', 'per_' || i, 'approved', 'C' || i, '@c' || i, (ARRAY['beauty', 'food', 'tech'])[1 + i % 3], 'DE', 'c@example.com',
     t, t, t FROM generate_series(1, ${CREATORS}) i, LATERAL (SELECT '${now}'::timestamptz - (i % 200) * interval '1 day' AS t) d`,
  `INSERT INTO "Link" (id, "programId", "creatorId", slug, destination, "createdAt")
   SELECT 'lnk_' || i, '${program}', 'crt_' || i, 'c' || i, 'https://x.example/', '${now}' FROM generate_series(1, ${CREATORS}) i`,
  `INSERT INTO "Click" (id, "programId", "linkId", at, visitor)
   SELECT 'clk_' || i, '${program}', 'lnk_' || (1 + i % ${CREATORS}), '${now}'::timestamptz - i * interval '52 seconds' / ${times}, 'v' || i
   FROM generate_series(1, ${CLICKS * times}) i`,
  `INSERT INTO "Order" (id, "programId", source, "externalId", number, at, currency, base, components, codes, cid, "shopperEmail", "creatorId", rule, "paidAt", "createdAt")
   SELECT 'ord_' || i, '${program}', 'generic', 'o' || i, '#' || i, t, 'EUR', 5000 + i % 5000, '{}', '[]', CASE WHEN i % 3 > 0 THEN 'clk_x' END,
     'e' || (i % ${40_000 * times}), 'crt_' || (1 + i % ${CREATORS}), 'code', t, t
   FROM generate_series(1, ${ORDERS * times}) i, LATERAL (SELECT '${now}'::timestamptz - i * interval '156 seconds' / ${times} AS t) d`,
  `INSERT INTO "Line" (id, "programId", "orderId", "creatorId", base, "rateBps", minor, currency, at, because)
   SELECT 'oln_' || substr(id, 5), "programId", id, "creatorId", base, 1000, base / 10, 'EUR', at, '{}' FROM "Order"`,
  `INSERT INTO "Transfer" (id, "programId", "from", "to", minor, currency, key, because, at)
   SELECT 'trf_' || substr(id, 5), "programId", 'program:commission', 'creator:' || "creatorId" || ':pending', minor, 'EUR', 'commission:' || id, '{}', at FROM "Line"`,
  `INSERT INTO "Transfer" (id, "programId", "from", "to", minor, currency, key, because, at)
   SELECT 'trm_' || substr(id, 5), "programId", 'creator:' || "creatorId" || ':pending', 'creator:' || "creatorId" || ':payable', minor, 'EUR', 'mature:' || id, '{}',
     at + interval '30 days' FROM "Line" WHERE at < '${now}'::timestamptz - interval '30 days'`,
  `INSERT INTO "Balance" ("programId", account, currency, minor) SELECT "programId", account, currency, sum(side.change)
   FROM "Transfer", LATERAL (VALUES ("to", minor), ("from", -minor)) AS side(account, change) GROUP BY 1, 2, 3`,
  'ANALYZE',
]
