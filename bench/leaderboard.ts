// The first ten and one's own place with ten on both sides, read from the tallies, beside the same counted from the orders each time
// (GROUP BY) and beside a sorted set in Redis, which keeps no ties, no names and no history. Then how long it takes until a sale of
// somebody is counted again.
import type { Redis } from 'ioredis'
import pg from 'pg'
import { wallClock } from '../src/app.ts'
import type { Context } from '../src/context.ts'
import { cut, standingsNow } from '../src/recognition/places.ts'
import { standings } from '../src/recognition/queries.ts'
import { monthAt } from '../src/recognition/rules.ts'
import { refresh, type Span } from '../src/recognition/tallies.ts'
import { openHouse } from './house-process.ts'
import { openRedis } from './redis.ts'
import { type Bench, percentile } from './side-by-side.ts'

/** So many creators are counted as Troupe counts them. */
const COUNTED = 5_000

export const bench: Bench = async ({ short }) => {
  const [creators, orders] = short ? [5_000, 100_000] : [100_000, 10_000_000]
  const house = await openHouse()
  const redis = await openRedis()
  try {
    const within = <T>(work: (ctx: Context) => Promise<T>) => house.app.within(house.programId, work)
    // Periods begin while nothing is in them, as they do in a program that runs.
    await within(refresh)
    await plant(house.url, house.programId, creators, orders)
    const built = performance.now()
    while ((await within(refresh)).length > 0);
    const buildMs = performance.now() - built
    const span = await within(async (ctx): Promise<Span> => {
      const { season, from, to } = monthAt(ctx.now, ctx.program.zone)
      return { period: season, from, to }
    })
    await keepRest(house.url, house.programId, span)
    await within((ctx) => fill(ctx, span, redis?.client))
    const ids = Array.from({ length: short ? 300 : 1_000 }, (_, i) => name((i * 7_919) % creators))
    const ours = await times(ids, (me) => within((ctx) => standingsNow(ctx, span, 'revenue', me)))
    const raw = await rawCount(house.url, house.programId, span)
    const set = redis ? await times(ids, (me) => fromRedis(redis.client, me)) : undefined
    // Places with their ties as well, where so many orders can be counted in one statement's time.
    const same = raw.differences === 0 && (!short || (await agree(within, span, ids.slice(0, 20))))
    const again = await times(ids.slice(0, 20), (me) =>
      within(async (ctx) => {
        await ctx.db.stale.create({ data: { programId: ctx.program.id, creatorId: me } })
        await refresh(ctx)
      }),
    )
    const p99 = percentile(ours, 0.99)
    const gates = {
      'every value is the one that counting all orders gives': same,
      // Of a hundred thousand orders the sum is as quick as anything.
      ...(short ? {} : { 'p99 at most a twentieth of the bare GROUP BY over all orders': p99 * 20 <= percentile(raw.took, 0.5) }),
    }
    return {
      name: 'leaderboard',
      claim: 'the first ten and one’s own place without looking at an order',
      main: 'top ten and my place p99 ms',
      exact: 'every value is the one that counting all orders gives',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        creators,
        orders,
        'top ten and my place p50 ms': percentile(ours, 0.5),
        'top ten and my place p99 ms': p99,
        'bare GROUP BY over all orders p50 ms': percentile(raw.took, 0.5),
        'creators whose value differs': raw.differences,
        'sorted set in Redis p50 ms': set ? percentile(set, 0.5) : 'no Redis here',
        'sorted set in Redis p99 ms': set ? percentile(set, 0.99) : 'no Redis here',
        'one creator counted again, p50 ms': percentile(again, 0.5),
        [`tallies of ${COUNTED} creators built, ms`]: Math.round(buildMs),
      },
      rounds: { 'ours, ms': ours, 'bare GROUP BY, ms': raw.took, 'in Redis, ms': set ?? [] },
    }
  } finally {
    redis?.stop()
    await house.close()
  }
}

const name = (n: number): string => `crt_${String(n).padStart(26, '0')}`

async function times(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = []
  for (const id of ids.slice(0, 3)) await work(id)
  for (const id of ids) {
    const began = performance.now()
    await work(id)
    taken.push(performance.now() - began)
  }
  return taken
}

/** What was not counted is kept as counting would keep it, in one statement. */
async function keepRest(url: string, programId: string, { period, from, to }: Span): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  const { rowCount } = await client.query(
    `INSERT INTO "Tally" ("programId", period, metric, "creatorId", value, below, orders, "reachedAt")
     SELECT $1, $2, 'revenue', "creatorId", sum(base), -sum(base), count(*), max(at) FROM "Line"
     WHERE "programId" = $1 AND at >= $3 AND at < $4 GROUP BY "creatorId" ON CONFLICT DO NOTHING`,
    [programId, period, from, to],
  )
  await client.query(`UPDATE "Tallied" SET ranked = ranked + $3 WHERE "programId" = $1 AND period = $2 AND metric = 'revenue'`, [
    programId,
    period,
    rowCount,
  ])
  await client.query('VACUUM ANALYZE "Tally"')
  await client.end()
}

/** How long the database alone takes to add all orders up, and how many creators' values that are kept differ from it. */
async function rawCount(url: string, programId: string, { period, from, to }: Span) {
  const client = new pg.Client(url)
  await client.connect()
  const sums = `SELECT "creatorId", sum(base)::bigint AS value FROM "Line" WHERE "programId" = $1 AND at >= $2 AND at < $3 GROUP BY 1`
  const took = await times(['1', '2', '3', '4', '5'], () =>
    client.query(`${sums} ORDER BY 2 DESC LIMIT 10`, [programId, from, to]),
  )
  const { rows } = await client.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM (${sums}) counted FULL JOIN (SELECT "creatorId", value FROM "Tally"
       WHERE "programId" = $1 AND period = $4 AND metric = 'revenue') kept USING ("creatorId") WHERE counted.value IS DISTINCT FROM kept.value`,
    [programId, from, to, period],
  )
  await client.end()
  return { took, differences: rows[0]!.n }
}

type Within = <T>(work: (ctx: Context) => Promise<T>) => Promise<T>

async function agree(within: Within, span: Span, ids: readonly string[]): Promise<boolean> {
  const places = await within((ctx) => standings(ctx, { ...span, metric: 'revenue' }))
  for (const me of ids) {
    const [now, then] = [await within((ctx) => standingsNow(ctx, span, 'revenue', me)), cut(places, me)]
    const words = (one: typeof now) =>
      JSON.stringify([one.total, one.mine?.rank, one.top.map((p) => p.creatorId), one.near.map((p) => [p.creatorId, p.rank])])
    if (words(now) !== words(then)) return false
  }
  return true
}

/** Orders of this month, unevenly spread, without the triggers that note whose tallies are old. */
async function plant(url: string, programId: string, creators: number, orders: number): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`SET session_replication_role = replica`)
  await client.query(
    `INSERT INTO "Creator" (id, "programId", "personId", state, name, handle, niche, country, email, "appliedAt", "createdAt")
     SELECT 'crt_' || lpad(n::text, 26, '0'), $1, 'per_' || n, 'approved', 'C' || n, '@c' || n, 'x', 'DE', n || '@x.example', $3, $3
     FROM generate_series(0, $2::int - 1) n`,
    [programId, creators, wallClock()],
  )
  const indexes = await without(client, ['Order', 'Line'])
  const own = `'crt_' || lpad((((n::bigint * n) + n * 31) % $2)::text, 26, '0')`
  const at = `date_trunc('month', $4::timestamptz) + (n % 1200) * interval '1 second'`
  await client.query(
    `INSERT INTO "Order" (id, "programId", source, "externalId", number, at, currency, base, components, codes, "creatorId", rule, "createdAt")
     SELECT 'ord_' || n, $1, 'x', n, n, ${at}, 'EUR', 100 + n % 977, '{}', '[]', ${own}, 'code', $4 FROM generate_series(1, $3::int) n`,
    [programId, creators, orders, wallClock()],
  )
  await client.query(
    `INSERT INTO "Line" (id, "programId", "orderId", "creatorId", base, "rateBps", minor, currency, at, because)
     SELECT 'oln_' || n, $1, 'ord_' || n, ${own}, 100 + n % 977, 1000, 10, 'EUR', ${at}, '{}' FROM generate_series(1, $3::int) n`,
    [programId, creators, orders, wallClock()],
  )
  for (const index of indexes) await client.query(index)
  // As the triggers note it; of a hundred thousand only the first, for counting all of them takes half an hour.
  await client.query(
    `INSERT INTO "Stale" ("programId", "creatorId") SELECT "programId", id FROM "Creator" ORDER BY id LIMIT $1`,
    [COUNTED],
  )
  await client.query('ANALYZE')
  await client.end()
}

/** Drops the indexes of these tables that no key needs, and gives how each is made again: rows by the million come faster without. */
async function without(client: pg.Client, tables: string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string; made: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     WHERE c.relname = ANY($1) AND c.relnamespace = 'public'::regnamespace AND NOT i.indisprimary
       AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)`,
    [tables],
  )
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`)
  return rows.map(({ made }) => made)
}

async function fill(ctx: Context, span: Span, redis: Redis | undefined): Promise<void> {
  if (!redis) return
  const rows = await ctx.db.tally.findMany({ where: { programId: ctx.program.id, period: span.period, metric: 'revenue' } })
  for (let i = 0; i < rows.length; i += 5_000)
    await redis.zadd('board', ...rows.slice(i, i + 5_000).flatMap(({ creatorId, value }) => [Number(value), creatorId]))
}

async function fromRedis(redis: Redis, me: string): Promise<unknown> {
  const [top, rank] = await Promise.all([redis.zrevrange('board', 0, 9, 'WITHSCORES'), redis.zrevrank('board', me)])
  const near = rank === null ? [] : await redis.zrevrange('board', Math.max(0, rank - 10), rank + 10, 'WITHSCORES')
  return { top, near, total: await redis.zcard('board') }
}
