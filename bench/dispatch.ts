// How long the hall takes to answer /stats and /leaderboard for a program with a season of orders: heard, recognised, checked, run,
// audited and committed. Reported as p50 and p99 beside the bare round trip to the database, medians of rounds; milliseconds say as much
// of the machine as of us, so none is a gate. Measured as the orders came, then after the job that rings every minute has tallied them,
// one call after another and as many a second as a large server types. A time counts only when the card was the right one: it is held
// against what the rows of this bench add up to.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from '../src/context.ts'
import type { Card } from '../src/kernel/card.ts'
import { newId } from '../src/kernel/id.ts'
import { format } from '../src/kernel/money.ts'
import { plain, plainText } from '../src/kernel/plain.ts'
import { addDays, instantOf, localDay, weekRange } from '../src/kernel/time.ts'
import { setRole } from '../src/people/service.ts'
import { dispatch } from '../src/platforms/dispatch.ts'
import type { Call } from '../src/platforms/platform.ts'
import { type House, openHouse } from './house-process.ts'
import { type Bench, median, percentile } from './side-by-side.ts'

export const CREATORS = 200
const ORDERS = 20_000
const GOAL_MS = 100
const ROUNDS = 5

/** What the rows of a creator add up to: orders of the last 30 days, and the week's revenue in minor units. */
type Due = { orders: number; weekMinor: bigint }

/** The fact on each card that only the right sums give. */
const runs: Record<'stats' | 'leaderboard', (card: Card, due: Due) => boolean> = {
  stats: (card, { orders }) => factOn(card, 'Orders') === String(orders),
  leaderboard: (card, { weekMinor }) => factOn(card, 'Your net revenue') === format({ minor: weekMinor, currency: 'EUR' }, 'en'),
}

function factOn(card: Card, label: string): string | undefined {
  const value = card.blocks.flatMap((block) => (block.block === 'facts' ? block.facts : [])).find((fact) => fact.label === label)
  return value && plainText(value.value)
}

/** Calls a second in an open loop, where the next comes when it is due, answered or not: a busy server's, and the goal's. */
const RATES = [20, 100]
/** How often the event loop is asked whether it is on time; what it says has this in it. */
const LOOK_MS = 5

type Seen = { answered: number; failed: number; wrong: string[] }

export const bench: Bench = async ({ short }) => {
  const house = await openHouse()
  try {
    const due = await furnish(house, (n) => onTheWeb(house, n))
    await house.app.database.owner.query('ANALYZE')
    const seen: Seen = { answered: 0, failed: 0, wrong: [] }
    const fresh = await inTurn(house, due, seen, short ? 15 : 60)
    const began = performance.now()
    await house.app.runJob('due')
    const tallySeconds = (performance.now() - began) / 1_000
    const rounds: Record<string, number>[] = []
    for (let round = 0; round < ROUNDS; round++) rounds.push(await inTurn(house, due, seen, short ? 40 : 200))
    const open: Record<string, unknown> = {}
    for (const rate of RATES) Object.assign(open, await openLoop(house, due, seen, { rate, seconds: short ? 5 : 30 }))
    const middle = Object.fromEntries(Object.keys(fresh).map((key) => [key, median(rounds.map((figures) => figures[key]!))]))
    const gates = { 'every call was answered with its own, right card': seen.answered > 0 && seen.wrong.length === 0 }
    return {
      name: 'dispatch',
      claim: '/stats and /leaderboard through the whole hall, one after another and as many a second',
      main: `${RATES[0]} a second: p99 ms`,
      exact: 'every call was answered with its own, right card',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        'orders in the program': ORDERS,
        'goal for p99 ms': GOAL_MS,
        'calls answered': seen.answered,
        'wrong cards': seen.wrong.length,
        ...(seen.wrong[0] === undefined ? {} : { 'the first wrong card': seen.wrong[0] }),
        ...middle,
        ...Object.fromEntries(Object.entries(fresh).map(([key, ms]) => [`before the orders are tallied, ${key}`, ms])),
        'tallying them, s': tallySeconds,
        ...open,
      },
      rounds: { 'before they are tallied': [fresh], each: rounds },
    }
  } finally {
    await house.close()
  }
}

/** So many of each call, one after another, beside the bare round trip to the database. */
async function inTurn(house: House, due: Due[], seen: Seen, calls: number): Promise<Record<string, number>> {
  const trip = await time(calls, () => house.app.database.ping())
  const figures: Record<string, number> = { 'bare round trip p50 ms': percentile(trip, 0.5) }
  for (const run of ['stats', 'leaderboard'] as const) {
    const times = await time(calls, (n) => answered(house, due, seen, run, n))
    Object.assign(figures, { [`/${run} p50 ms`]: percentile(times, 0.5), [`/${run} p99 ms`]: percentile(times, 0.99) })
  }
  return figures
}

type Pace = { rate: number; seconds: number }

/** Both calls by turns at a rate; a time counts from when the call was due, so that a stall counts for all who waited. */
async function openLoop(house: House, due: Due[], seen: Seen, { rate, seconds }: Pace): Promise<Record<string, unknown>> {
  const delay = monitorEventLoopDelay({ resolution: LOOK_MS })
  delay.enable()
  const began = performance.now()
  const failed = seen.failed
  const times = await Promise.all(
    Array.from({ length: rate * seconds }, async (_, n) => {
      const at = began + (n / rate) * 1_000
      await pause(at - performance.now())
      // More calls than connections can serve in five seconds are turned away, and that is a figure too.
      await answered(house, due, seen, n % 2 === 0 ? 'stats' : 'leaderboard', n).catch(() => seen.failed++)
      return performance.now() - at
    }),
  )
  delay.disable()
  return {
    [`${rate} a second: answered a second`]: (times.length - seen.failed + failed) / ((performance.now() - began) / 1_000),
    [`${rate} a second: turned away`]: seen.failed - failed,
    [`${rate} a second: p50 ms`]: percentile(times, 0.5),
    [`${rate} a second: p99 ms`]: percentile(times, 0.99),
    [`${rate} a second: event loop late, p99 ms`]: delay.percentile(99) / 1e6 - LOOK_MS,
  }
}

/** One call, and whether its card was the right one. */
async function answered(house: House, due: Due[], seen: Seen, run: keyof typeof runs, n: number): Promise<void> {
  const { card } = await dispatch(house.app, call(onTheWeb(house, n % CREATORS), run, n % CREATORS))
  // What finds no connection in time ends with a card that says so; that is no wrong answer, but none.
  if (card.title.startsWith('Something broke')) throw new Error(plain(card))
  seen.answered++
  if (!runs[run](card, due[n % CREATORS]!)) seen.wrong.push(plain(card))
}

let serial = 0
const call = (from: From, run: string, n: number): Call => ({
  ...from,
  userName: `Creator ${n}`,
  eventId: `bench-${++serial}`,
  run,
  given: {},
  by: 'slash',
})

/** Where a creator asks, and as who. */
type From = Pick<Call, 'platform' | 'workspace' | 'place' | 'user'>

const onTheWeb = ({ programId }: House, n: number): From => ({
  platform: 'web',
  workspace: programId,
  place: `${programId}:start-here`,
  user: `creator-${n}`,
})

/** Milliseconds of each; the first ten, which warm up, are done but not timed. */
async function time(times: number, work: (n: number) => Promise<unknown>): Promise<number[]> {
  for (let n = 0; n < 10; n++) await work(n)
  const took: number[] = []
  for (let n = 0; n < times; n++) {
    const began = performance.now()
    await work(n)
    took.push(performance.now() - began)
  }
  return took
}

/** Creators through the hall, their orders and lines by bulk rows: what is measured is reading them. */
export async function furnish({ app, programId }: House, from: (n: number) => From): Promise<Due[]> {
  for (let n = 0; n < CREATORS; n++) await dispatch(app, call(from(n), 'help', n))
  return app.within(programId, async (ctx) => {
    const people = await ctx.db.membership.findMany({ where: { programId } })
    const creators: string[] = []
    for (const { personId, name } of people) {
      await setRole(ctx, personId, 'creator')
      const id = ctx.id('creator')
      creators[Number(name.replace('Creator ', ''))] = id
      const about = { handle: name.toLowerCase(), niche: 'beauty', country: 'DE', email: 'c@example.com' }
      await ctx.db.creator.create({
        data: { id, programId, personId, name, state: 'approved', ...about, appliedAt: ctx.now, createdAt: ctx.now },
      })
    }
    const { zone } = ctx.program
    const today = localDay(ctx.now, zone)
    // Every creator sold something on each of the last 90 days, at its first moment, so that no hour of the day moves a sum.
    const rows = Array.from({ length: ORDERS }, (_, n) => {
      const daysAgo = (Math.floor(n / CREATORS) + (n % CREATORS)) % 90
      return {
        order: newId('order', ctx.now, () => app.random(10)),
        line: newId('line', ctx.now, () => app.random(10)),
        by: n % CREATORS,
        daysAgo,
        at: instantOf(addDays(today, -daysAgo), '00:00', zone),
        base: BigInt(1_000 + (n % 97) * 100),
      }
    })
    await insert(ctx, rows, creators)
    const week = weekRange(ctx.now, zone)
    return creators.map((_, by) => {
      const own = rows.filter((row) => row.by === by)
      const weekMinor = own.filter((row) => row.at >= week.from).reduce((sum, row) => sum + row.base, 0n)
      return { orders: own.filter((row) => row.daysAgo < 30).length, weekMinor }
    })
  })
}

type Row = { order: string; line: string; by: number; at: Date; base: bigint }

async function insert(ctx: Context, rows: Row[], creators: string[]): Promise<void> {
  const programId = ctx.program.id
  const ids = rows.map((row) => row.order)
  const whose = rows.map((row) => creators[row.by]!)
  const at = rows.map((row) => row.at)
  const base = rows.map((row) => row.base)
  await ctx.db.$executeRaw`
    INSERT INTO "Order" (id, "programId", source, "externalId", number, at, currency, base, components, codes, "paidAt", "creatorId", rule, "createdAt")
    SELECT o.id, ${programId}, 'generic', o.id, o.id, o.at, 'EUR', o.base, '{}', '[]', o.at, o.creator, 'code', ${ctx.now}
    FROM unnest(${ids}::text[], ${whose}::text[], ${at}::timestamptz[], ${base}::bigint[]) AS o(id, creator, at, base)`
  await ctx.db.$executeRaw`
    INSERT INTO "Line" (id, "programId", "orderId", "creatorId", base, "rateBps", minor, currency, at, because)
    SELECT l.id, ${programId}, l.ord, l.creator, l.base, 1000, l.base / 10, 'EUR', l.at, '{}'
    FROM unnest(${rows.map((row) => row.line)}::text[], ${ids}::text[], ${whose}::text[], ${at}::timestamptz[], ${base}::bigint[]) AS l(id, ord, creator, at, base)`
}
