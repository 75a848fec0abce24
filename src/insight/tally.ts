/** What happened in a window, for the program or apart by creator, mission, offer, niche, platform or moment. */
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { days } from '../kernel/time.ts'
import { bonusAccount, commissionAccount, feeAccount, referralAccount } from '../ledger/rules.ts'
import { policyOf } from '../programs/rules.ts'
import { rightsCoverage } from '../rights/service.ts'
import type { Way } from './rules-kpi.ts'
import { type Cost, noCost, nothing, type Sales, type Tally, type Terms } from './rules-kpi.ts'
import { type Split, splits } from './splits.ts'
import { answersBy, peopleBy } from './tally-people.ts'
import { postsBy } from './tally-posts.ts'

export type Span = { from: Date; to: Date }
/**
 * One question: a window, a way to take it apart (none = the whole program), and one thing of it alone. `brief` leaves out shoppers, posts
 * and people, whose figures are then n/a, and takes a third of the time.
 */
export type Asked = Span & { by?: Way | undefined; of?: string | undefined; brief?: boolean }
export type Keyed<T> = Map<string, T>

const { sql, empty } = Prisma
export const only = (key: Prisma.Sql, of: string | undefined): Prisma.Sql => (of === undefined ? empty : sql`AND ${key} = ${of}`)

/** What the program decided about its figures. */
export function termsOf(ctx: Context): Terms {
  const { marginBps, discountsCost, horizonDays } = policyOf(ctx.program).figures
  return { currency: ctx.program.currency, marginBps, discountsCost, horizonDays }
}

/** The whole program under 'all', else each thing that anything is known of, by its id or name. */
export async function tallies(ctx: Context, asked: Asked): Promise<Keyed<Tally>> {
  const split = splits[asked.by ?? 'all']
  const clicks = split.clicks && (await clicksBy(ctx, split.clicks, asked))
  const sales = await salesBy(ctx, split, asked)
  const costs = await costsBy(ctx, split, asked, sales)
  const whole = !asked.brief
  const posts = whole && split.pieces ? await postsBy(ctx, split, asked) : undefined
  const answers = whole && split.pieces ? await answersBy(ctx, split.pieces, asked) : undefined
  const people = whole && split.people ? await peopleBy(ctx, split.people, asked) : undefined
  const spent = whole ? await ltvBy(ctx, split, asked) : undefined
  const keys = new Set([clicks, sales, costs, posts, answers, people, spent].flatMap((part) => [...(part?.keys() ?? [])]))
  if (asked.by === undefined) keys.add('all')
  const empty = nothing(whole ? split : { ...split, pieces: null, people: null })
  // Licences are known as they are today, so for an earlier end nothing is said.
  const rights = whole && asked.by === undefined && asked.to >= ctx.now ? await rightsCoverage(ctx) : null
  return new Map(
    [...keys].map((key) => [
      key,
      {
        clicks: clicks?.get(key) ?? empty.clicks,
        sales: sales.get(key)?.sales ?? empty.sales,
        cost: costs.get(key) ?? empty.cost,
        posts: posts?.get(key) ?? empty.posts,
        people: people?.get(key) ?? empty.people,
        answers: answers?.get(key) ?? empty.answers,
        ltv: spent?.get(key) ?? empty.ltv,
        rights,
      },
    ]),
  )
}

/** The whole program, or one thing; zeros where nothing happened. */
export async function tallyOf(ctx: Context, asked: Asked): Promise<Tally> {
  return (await tallies(ctx, asked)).get(asked.of ?? 'all') ?? nothing(splits[asked.by ?? 'all'])
}

async function clicksBy(
  ctx: Context,
  { join, key }: NonNullable<Split['clicks']>,
  { from, to, of }: Asked,
): Promise<Keyed<number>> {
  const rows = await ctx.db.$queryRaw<{ key: string | null; n: bigint }[]>`
    SELECT ${key} AS key, count(*) AS n FROM "Click" c JOIN "Link" k ON k.id = c."linkId" ${join}
    WHERE c."programId" = ${ctx.program.id} AND c.at >= ${from} AND c.at < ${to} AND NOT c.bot AND c."uniqueInHour" ${only(key, of)}
    GROUP BY 1`
  return new Map(rows.flatMap((row) => (row.key === null ? [] : [[row.key, Number(row.n)] as const])))
}

/** Whether an order is its shopper's first; null where nobody knows the shopper. */
const first = sql`(CASE WHEN o."shopperEmail" IS NULL AND o."shopperId" IS NULL THEN NULL ELSE
  NOT EXISTS (SELECT FROM "Order" e WHERE e."programId" = o."programId" AND e."shopperEmail" = o."shopperEmail" AND e.kind = 'order' AND (e.at, e.id) < (o.at, o.id))
  AND NOT EXISTS (SELECT FROM "Order" e WHERE e."programId" = o."programId" AND e."shopperId" = o."shopperId" AND e.kind = 'order' AND (e.at, e.id) < (o.at, o.id)) END)`
const net = sql`coalesce(l."leftBase", greatest(0, l.base))`
export const kept = sql`(o."cancelledAt" IS NULL AND o."lostAt" IS NULL AND ${net} > 0)`

type Sold = { sales: Sales; commissionMinor: bigint; mirrorMinor: bigint }

async function salesBy(ctx: Context, { sales: { join, key } }: Split, { from, to, of, brief }: Asked): Promise<Keyed<Sold>> {
  const rows = await ctx.db.$queryRaw<(Record<string, string> & { key: string | null })[]>`
    SELECT ${key} AS key, count(*)::text AS orders, count(*) FILTER (WHERE ${kept})::text AS approved,
      count(*) FILTER (WHERE ${kept} AND o.cid IS NOT NULL)::text AS click, ${brief ? sql`'0'` : sql`count(*) FILTER (WHERE ${first})::text`} AS new,
      coalesce(sum(greatest(0, l.base)), 0)::text AS gross, coalesce(sum(${net}), 0)::text AS net,
      coalesce(sum(CASE WHEN l.mirror THEN 0 ELSE coalesce(l."leftMinor", l.minor) END), 0)::text AS commission,
      coalesce(sum(CASE WHEN l.mirror THEN coalesce(l."leftMinor", l.minor) ELSE 0 END), 0)::text AS mirror,
      coalesce(sum(round((o.components->'discounts'->>'minor')::numeric * l.base / nullif(o.base, 0))), 0)::text AS discount
    FROM "Line" l JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order' ${join}
    WHERE l."programId" = ${ctx.program.id} AND l.at >= ${from} AND l.at < ${to} ${only(key, of)} GROUP BY 1`
  return new Map(
    rows.flatMap(({ key: name, ...row }) => {
      if (name === null) return []
      const sales: Sales = {
        orders: Number(row.orders),
        approved: Number(row.approved),
        byClick: Number(row.click),
        grossMinor: BigInt(row.gross!),
        netMinor: BigInt(row.net!),
        newCustomers: Number(row.new),
        discountMinor: BigInt(row.discount!),
      }
      return [[name, { sales, commissionMinor: BigInt(row.commission!), mirrorMinor: BigInt(row.mirror!) }]]
    }),
  )
}

async function costsBy(ctx: Context, split: Split, asked: Asked, sold: Keyed<Sold>): Promise<Keyed<Cost>> {
  const found: Keyed<Cost> = new Map()
  const add = (key: string, part: Partial<Cost>) => found.set(key, { ...noCost, ...found.get(key), ...part })
  for (const [key, { mirrorMinor, commissionMinor }] of sold)
    add(key, split.ledger ? { mirrorMinor } : { mirrorMinor, commissionMinor })
  for (const [key, booked] of split.ledger ? await bookedBy(ctx, asked) : await feesBy(ctx, split, asked)) add(key, booked)
  for (const [key, given] of split.gifts ? await giftsBy(ctx, split.gifts, asked) : []) add(key, given)
  return found
}

/** As the ledger booked it in the window, for whoever it was booked; a reversal counts when it happened. */
async function bookedBy(ctx: Context, { from, to, by, of }: Asked): Promise<Keyed<Partial<Cost>>> {
  const beside = [feeAccount, bonusAccount, referralAccount]
  const ours = [commissionAccount, ...beside]
  const whose = sql`JOIN "Creator" q ON q.id = split_part(CASE WHEN t."from" = ANY(${ours}) THEN t."to" ELSE t."from" END, ':', 2)
    JOIN "Creator" p ON p.id = coalesce(q."mergedInto", q.id)`
  const key = by === 'creator' ? sql`p.id` : by === 'niche' ? sql`p.niche` : sql`'all'`
  const rows = await ctx.db.$queryRaw<{ key: string; commission: string; fees: string }[]>`
    SELECT ${key} AS key,
      coalesce(sum(CASE WHEN t."from" = ${commissionAccount} THEN t.minor WHEN t."to" = ${commissionAccount} THEN -t.minor ELSE 0 END), 0)::text AS commission,
      coalesce(sum(CASE WHEN t."from" = ANY(${beside}) THEN t.minor WHEN t."to" = ANY(${beside}) THEN -t.minor ELSE 0 END), 0)::text AS fees
    FROM "Transfer" t ${by === undefined ? empty : whose}
    WHERE t."programId" = ${ctx.program.id} AND t.at >= ${from} AND t.at < ${to} AND t.currency = ${ctx.program.currency}
      AND (t."from" = ANY(${ours}) OR t."to" = ANY(${ours})) ${only(key, of)} GROUP BY 1`
  return new Map(rows.map((row) => [row.key, { commissionMinor: BigInt(row.commission), feesMinor: BigInt(row.fees) }]))
}

/** The content fees of pieces that were approved in the window. */
async function feesBy(ctx: Context, { pieces }: Split, { from, to, of }: Asked): Promise<Keyed<Partial<Cost>>> {
  if (!pieces) return new Map()
  const { join, key } = pieces
  const rows = await ctx.db.$queryRaw<{ key: string | null; fees: string }[]>`
    SELECT ${key} AS key, coalesce(sum(s."feeMinor"), 0)::text AS fees FROM "Submission" s ${join}
    WHERE s."programId" = ${ctx.program.id} AND s."decidedAt" >= ${from} AND s."decidedAt" < ${to}
      AND s.state IN ('approved', 'live', 'measured') ${only(key, of)} GROUP BY 1`
  return new Map(rows.flatMap((row) => (row.key === null ? [] : [[row.key, { feesMinor: BigInt(row.fees) }] as const])))
}

async function giftsBy(ctx: Context, { join, key }: NonNullable<Split['gifts']>, asked: Asked): Promise<Keyed<Partial<Cost>>> {
  const { from, to, of } = asked
  const rows = await ctx.db.$queryRaw<{ key: string | null; minor: string; unknown: bigint }[]>`
    SELECT ${key} AS key, coalesce(sum(g."valueMinor"), 0)::text AS minor, count(*) FILTER (WHERE g."valueMinor" IS NULL) AS unknown
    FROM "Gift" g ${join}
    WHERE g."programId" = ${ctx.program.id} AND g."sentAt" >= ${from} AND g."sentAt" < ${to} ${only(key, of)} GROUP BY 1`
  return new Map(
    rows.flatMap((row) =>
      row.key === null ? [] : [[row.key, { giftMinor: BigInt(row.minor), giftsUnknown: Number(row.unknown) }] as const],
    ),
  )
}

/** Customers whose first order was so long ago that the last of their days fell into the window, and all that they bought by then. */
async function ltvBy(ctx: Context, { sales: { join, key } }: Split, { from, to, of }: Asked) {
  const { horizonDays } = policyOf(ctx.program).figures
  const [start, end] = [days(from, -horizonDays), days(to, -horizonDays)]
  // A customer is known by mail or by the shop's number; one condition for both could use neither index.
  const bought = (same: Prisma.Sql) => sql`(
      SELECT coalesce(sum(coalesce(x."leftBase", greatest(0, x.base))), 0) FROM "Order" y JOIN "Line" x ON x."orderId" = y.id
      WHERE y."programId" = ${ctx.program.id} AND ${same} AND y.kind = 'order' AND y.at >= f.at
        AND y.at < f.at + ${horizonDays} * interval '24 hours')`
  const rows = await ctx.db.$queryRaw<{ key: string | null; customers: bigint; spent: string }[]>`
    SELECT key, count(*) AS customers, sum(CASE WHEN f.email IS NOT NULL THEN ${bought(sql`y."shopperEmail" = f.email`)}
      ELSE ${bought(sql`y."shopperId" = f.shopper`)} END)::text AS spent
    FROM (SELECT ${key} AS key, o.at, o."shopperEmail" AS email, o."shopperId" AS shopper
      FROM "Line" l JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order' ${join}
      WHERE l."programId" = ${ctx.program.id} AND l.at >= ${start} AND l.at < ${end} AND ${first} ${only(key, of)}) f
    WHERE key IS NOT NULL GROUP BY 1`
  return new Map(
    rows.flatMap((row) =>
      row.key === null ? [] : [[row.key, { customers: Number(row.customers), spentMinor: BigInt(row.spent) }] as const],
    ),
  )
}
