/** The last day of every creator who sold something in it, added up in the database and laid beside their past and their peers. */
import type { Context } from '../context.ts'
import { mailboxOf } from '../kernel/mailbox.ts'
import { days, localDay } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import type { DaySeen, ProgramSeen } from './rules-days.ts'
import type { OrderSeen } from './rules-orders.ts'
import { couponSiteOf } from './rules-sources.ts'
import { limits } from './rules-weights.ts'

const PAST_DAYS = 28
const GEOGRAPHY_DAYS = 30

/** The days of these creators; `orders` are the credited orders of the last 24 hours. */
export async function daysSeen(ctx: Context, orders: OrderSeen[]): Promise<DaySeen[]> {
  const ids = [...new Set(orders.map(({ creatorId }) => creatorId))]
  if (ids.length === 0) return []
  const creators = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, id: { in: ids } },
    select: { id: true, country: true },
  })
  const clicks = new Map((await clicksOf(ctx, ids)).map((row) => [row.creatorId, row]))
  const browsers = new Map((await browsersOf(ctx, ids)).map((row) => [row.creatorId, row]))
  const countries = await countriesOf(ctx, ids)
  const coupons = await couponClicksOf(ctx, ids)
  const codes = new Map((await codesOf(ctx, ids)).map((row) => [row.creatorId, row]))
  const weeks = new Map((await weeksOf(ctx)).map((row) => [row.creatorId, row]))
  const day = localDay(ctx.now, ctx.program.zone)
  return creators.map(({ id, country }) => {
    const { clicks: count = 0, duplicates = 0 } = clicks.get(id) ?? {}
    const code = codes.get(id)
    const week = weeks.get(id)
    return {
      creatorId: id,
      country,
      day,
      orders: orders.filter(({ creatorId }) => creatorId === id),
      clicks: count,
      duplicates,
      browser: browsers.get(id) ?? null,
      countries: countries.get(id) ?? new Map<string, number>(),
      couponClicks: coupons.get(id) ?? 0,
      code: code ? { id: code.codeId, code: code.code } : null,
      codePerDay: (code?.uses ?? 0) / PAST_DAYS,
      week: { unique: week?.unique ?? 0, orders: week?.orders ?? 0 },
    }
  })
}

/** What the creators' days are laid beside. */
export async function programSeen(ctx: Context): Promise<ProgramSeen> {
  const programId = ctx.program.id
  const from = days(ctx.now, -GEOGRAPHY_DAYS)
  const known = await ctx.db.$queryRaw<{ country: string; count: number }[]>`
    SELECT "country", COUNT(*)::int AS count FROM "Click"
    WHERE "programId" = ${programId} AND "country" IS NOT NULL AND NOT "bot" AND "at" BETWEEN ${from} AND ${days(ctx.now, -1)} GROUP BY 1`
  const rates = (await weeksOf(ctx)).filter(({ unique }) => unique >= limits.conversion.peerClicks)
  const sorted = rates.map(({ unique, orders }) => orders / unique).sort((a, b) => a - b)
  const creators = await ctx.db.creator.findMany({
    where: { programId, mergedInto: null, email: { not: '' } },
    select: { id: true, email: true },
  })
  return {
    countries: new Map(known.map(({ country, count }) => [country, count])),
    peers: { count: sorted.length, rate: sorted[Math.floor(0.9 * (sorted.length - 1))] ?? 0 },
    emails: new Map(creators.map(({ id, email }) => [ctx.hash(mailboxOf(email)), id])),
  }
}

/** Clicks of people, and how many of them came again within the hour. */
const clicksOf = (ctx: Context, ids: string[]): Promise<{ creatorId: string; clicks: number; duplicates: number }[]> =>
  ctx.db.$queryRaw`
    SELECT l."creatorId", COUNT(*)::int AS clicks, COUNT(*) FILTER (WHERE NOT c."uniqueInHour")::int AS duplicates
    FROM "Click" c JOIN "Link" l ON l."id" = c."linkId"
    WHERE c."programId" = ${ctx.program.id} AND l."creatorId" = ANY(${ids}) AND NOT c."bot"
      AND c."at" BETWEEN ${days(ctx.now, -1)} AND ${ctx.now} GROUP BY 1`

type Browser = { creatorId: string; agent: string; clicks: number; networks: number }

/** The browser with most of a creator's clicks that came from no page. */
const browsersOf = (ctx: Context, ids: string[]): Promise<Browser[]> => ctx.db.$queryRaw`
    SELECT DISTINCT ON ("creatorId") * FROM (
      SELECT l."creatorId", c."userAgent" AS agent, COUNT(*)::int AS clicks, COUNT(DISTINCT c."ip")::int AS networks
      FROM "Click" c JOIN "Link" l ON l."id" = c."linkId"
      WHERE c."programId" = ${ctx.program.id} AND l."creatorId" = ANY(${ids}) AND NOT c."bot" AND c."referer" IS NULL AND c."userAgent" IS NOT NULL
        AND c."at" BETWEEN ${days(ctx.now, -1)} AND ${ctx.now} GROUP BY 1, 2) b
    ORDER BY "creatorId", clicks DESC, agent`

async function countriesOf(ctx: Context, ids: string[]): Promise<Map<string, Map<string, number>>> {
  const rows = await ctx.db.$queryRaw<{ creatorId: string; country: string; count: number }[]>`
    SELECT l."creatorId", c."country", COUNT(*)::int AS count FROM "Click" c JOIN "Link" l ON l."id" = c."linkId"
    WHERE c."programId" = ${ctx.program.id} AND l."creatorId" = ANY(${ids}) AND NOT c."bot" AND c."country" IS NOT NULL
      AND c."at" BETWEEN ${days(ctx.now, -1)} AND ${ctx.now} GROUP BY 1, 2`
  const found = new Map<string, Map<string, number>>()
  for (const { creatorId, country, count } of rows)
    found.set(creatorId, (found.get(creatorId) ?? new Map<string, number>()).set(country, count))
  return found
}

async function couponClicksOf(ctx: Context, ids: string[]): Promise<Map<string, number>> {
  const rows = await ctx.db.$queryRaw<{ creatorId: string; site: string; count: number }[]>`
    SELECT l."creatorId", substring(c."referer" FROM '^https?://[^/?#]+') AS site, COUNT(*)::int AS count
    FROM "Click" c JOIN "Link" l ON l."id" = c."linkId"
    WHERE c."programId" = ${ctx.program.id} AND l."creatorId" = ANY(${ids}) AND c."referer" IS NOT NULL
      AND c."at" BETWEEN ${days(ctx.now, -1)} AND ${ctx.now} GROUP BY 1, 2`
  const { couponSites } = policyOf(ctx.program)
  const found = new Map<string, number>()
  for (const { creatorId, site, count } of rows)
    if (couponSiteOf(site, couponSites) !== null) found.set(creatorId, (found.get(creatorId) ?? 0) + count)
  return found
}

/** The newest active code of each creator, and how many orders their codes decided in the four weeks before the last day. */
const codesOf = (ctx: Context, ids: string[]): Promise<{ creatorId: string; codeId: string; code: string; uses: number }[]> => ctx
  .db.$queryRaw`
    SELECT DISTINCT ON (c."creatorId") c."creatorId", c."id" AS "codeId", c."code", (
      SELECT COUNT(*)::int FROM "Order" o WHERE o."programId" = ${ctx.program.id} AND o."creatorId" = c."creatorId" AND o."rule" = 'code'
        AND o."at" BETWEEN ${days(ctx.now, -1 - PAST_DAYS)} AND ${days(ctx.now, -1)}) AS uses
    FROM "Code" c WHERE c."programId" = ${ctx.program.id} AND c."creatorId" = ANY(${ids}) AND c."state" = 'active'
    ORDER BY c."creatorId", c."createdAt" DESC`

/** Unique clicks of the last seven days and the orders they led to, of every creator of the program. */
const weeksOf = (ctx: Context): Promise<{ creatorId: string; unique: number; orders: number }[]> => ctx.db.$queryRaw`
    SELECT clicked."creatorId", clicked.unique, COALESCE(sold.orders, 0) AS orders FROM (
      SELECT l."creatorId", COUNT(*)::int AS unique FROM "Click" c JOIN "Link" l ON l."id" = c."linkId"
      WHERE c."programId" = ${ctx.program.id} AND c."uniqueInHour" AND NOT c."bot" AND c."at" BETWEEN ${days(ctx.now, -7)} AND ${ctx.now}
      GROUP BY 1) clicked
    LEFT JOIN (
      SELECT "creatorId", COUNT(*)::int AS orders FROM "Order"
      WHERE "programId" = ${ctx.program.id} AND "rule" = 'click' AND "creatorId" IS NOT NULL AND "at" BETWEEN ${days(ctx.now, -7)} AND ${ctx.now}
      GROUP BY 1) sold ON sold."creatorId" = clicked."creatorId"`
