import type { Context } from '../context.ts'
import { givenAt } from '../creators/rules-given.ts'
import { rateOf } from '../creators/service.ts'
import { earnTier, endTier, holdBefore } from '../creators/tiers.ts'
import { type Creator, type Line, Prisma } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { days, type Range } from '../kernel/time.ts'
import { partsOf, raise, standing } from '../ledger/rules.ts'
import {
  heldBefore,
  heldOf,
  lastReached,
  nextStep,
  reached,
  type Standing,
  type Step,
  standsUntil,
  stepNamed,
  type Tiers,
  tierFor,
  wholeWindow,
  windowAt,
  windowUntil,
} from '../ledger/rules-tiers.ts'
import { bookedOf, topUp } from '../ledger/service.ts'
import { notForfeited } from '../ledger/taken.ts'
import { type Policy, policyAt } from '../programs/rules.ts'
import { limitOn } from './caps.ts'
import { fellCard, type TierView } from './cards-tiers.ts'

/**
 * A creator's own sales of a span, net of what was given back. What an upheld case took does not count. `has` is the rate that a tier
 * which pays backwards has nothing to add to, as far as the line alone says.
 */
const salesIn = (ctx: Context, creatorId: string, { from, to }: Range): Prisma.Sql => Prisma.sql`
  SELECT own.at, own.net, own.has FROM (
    SELECT l.at, coalesce(l."leftBase", greatest(0, l.base)) AS net, CASE WHEN l."cappedBy" IS NOT NULL THEN 10000
      WHEN jsonb_array_length(l.parts) > 1 THEN coalesce(l."raisedBps", 0) ELSE greatest(l."raisedBps", l."rateBps") END AS has FROM "Line" l JOIN "Order" o ON o.id = l."orderId"
    WHERE l."programId" = ${ctx.program.id} AND l."creatorId" = ${creatorId} AND l.at >= ${from} AND l.at < ${to}
      AND NOT l.mirror AND o.kind = 'order' AND ${notForfeited}) own WHERE own.net > 0`

/** What counts for a creator's tier in a span: net revenue in minor units, or orders that were not given back. */
async function totalIn(ctx: Context, tiers: Tiers, creatorId: string, span: Range): Promise<bigint> {
  const [row] = await ctx.db.$queryRaw<{ revenue: bigint; orders: bigint }[]>`
    SELECT coalesce(sum(net), 0)::bigint AS revenue, count(*) AS orders FROM (${salesIn(ctx, creatorId, span)}) sales`
  return tiers.measure === 'revenue' ? (row?.revenue ?? 0n) : (row?.orders ?? 0n)
}

/** What counts in the window around an instant. */
const totalOf = (ctx: Context, tiers: Tiers, creatorId: string, at: Date): Promise<bigint> =>
  totalIn(ctx, tiers, creatorId, windowAt(tiers, at, ctx.program.zone))

/** When the sales of the window around an instant reached a step that they come to, whichever of them was told last. */
async function reachedAt(ctx: Context, tiers: Tiers, creatorId: string, step: Step, at: Date): Promise<Date> {
  const counted = tiers.measure === 'revenue' ? Prisma.sql`sum(net)` : Prisma.sql`count(*)`
  const [row] = await ctx.db.$queryRaw<{ at: Date | null }[]>`
    SELECT min(at) AS at FROM (
      SELECT at, ${counted} OVER (ORDER BY at) AS total FROM (${salesIn(ctx, creatorId, windowAt(tiers, at, ctx.program.zone))}) sales
    ) counted WHERE total >= ${BigInt(step.from)}`
  return row?.at ?? at
}

type Sold = { at: Date; total: bigint; has: number }

/** Each sale from the last days before an instant on, with what the last days come to at its own. */
async function rollingFrom(ctx: Context, tiers: Tiers, creatorId: string, at: Date): Promise<Sold[]> {
  const counted = tiers.measure === 'revenue' ? Prisma.sql`sum(net)` : Prisma.sql`count(*)`
  const span = { from: days(at, -tiers.days), to: days(at, 2 * tiers.days) }
  const rows = await ctx.db.$queryRaw<Sold[]>`
    SELECT at, (${counted} OVER (ORDER BY at RANGE BETWEEN make_interval(hours => ${24 * tiers.days}::int) PRECEDING AND CURRENT ROW))::bigint AS total, has
    FROM (${salesIn(ctx, creatorId, span)}) sales ORDER BY at`
  return rows
}

const standingOf = (creator: Creator, at: Date): Standing => ({
  given: givenAt(creator, at),
  earned: creator.earnedTier,
  earnedAt: creator.earnedAt,
  earnedUntil: creator.earnedUntil,
  before: heldOf(creator.earnedBefore),
})

/** The tier that a sale of this creator gets, before it counts itself: what came after it does not count, even if it was told before. */
export async function tierOf(ctx: Context, { tiers }: Pick<Policy, 'tiers'>, creator: Creator, at: Date) {
  const total =
    tiers && givenAt(creator, at) === null ? await totalIn(ctx, tiers, creator.id, windowUntil(tiers, at, ctx.program.zone)) : 0n
  return tierFor(tiers, standingOf(creator, at), total, at)
}

type Paying = Pick<Policy, 'caps' | 'holdDays'>

/**
 * Counts a line that was just booked: a tier that it reaches is kept on the creator and told, and where tiers pay backwards every
 * line of the window is topped up. The creator's earning is locked by the caller.
 */
export async function climb(ctx: Context, policy: Paying & Pick<Policy, 'tiers'>, creatorId: string, at: Date): Promise<void> {
  const { tiers } = policy
  if (!tiers) return
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId } })
  if (givenAt(creator, at) !== null) return
  const total = await totalOf(ctx, tiers, creatorId, at)
  const step = reached(tiers, total)
  const now = step ? await keepEarned(ctx, tiers, creator, step, at) : creator
  const pays = paysBackwards(ctx, tiers, now, total, at)
  if (pays) await payBackwards(ctx, policy, tiers, pays, creatorId, at)
  if (tiers.window === 'rolling') await climbOn(ctx, policy, tiers, now, at)
}

/** The step whose rate all sales of the window around an instant get; undefined where tiers pay no sales of before. */
const paysBackwards = (ctx: Context, tiers: Tiers, creator: Creator, total: bigint, at: Date): Step | undefined =>
  tiers.mode === 'retroactive'
    ? (tierFor(tiers, wholeWindow(standingOf(creator, at), windowAt(tiers, at, ctx.program.zone)), total, at)?.step ?? undefined)
    : undefined

/**
 * Where the last days count, a sale that is told late counts for those that came after it as well, as it would have if it had been told
 * in time: what they reach with it is kept, and paid backwards.
 */
async function climbOn(ctx: Context, policy: Paying, tiers: Tiers, creator: Creator, at: Date): Promise<void> {
  const after = { programId: ctx.program.id, creatorId: creator.id, at: { gt: at } }
  if ((await ctx.db.line.findFirst({ where: after, select: { id: true } })) === null) return
  const sold = await rollingFrom(ctx, tiers, creator.id, at)
  let now = creator
  for (const { at: then, total } of sold.filter((sale) => sale.at > at)) {
    const step = reached(tiers, total)
    if (step) now = await keepEarned(ctx, tiers, now, step, then)
    const pays = paysBackwards(ctx, tiers, now, total, then)
    if (!pays) continue
    const short = sold.filter((sale) => sale.at >= days(then, -tiers.days) && sale.at <= then && sale.has < pays.rateBps)
    if (short.length > 0) await payBackwards(ctx, policy, tiers, pays, creator.id, then)
    for (const sale of short) sale.has = pays.rateBps
  }
}

/** A tier that was reached is kept, so that it stands until its window is over. */
async function keepEarned(ctx: Context, tiers: Tiers, creator: Creator, step: Step, at: Date): Promise<Creator> {
  const until = standsUntil(tiers, at, ctx.program.zone)
  if (until && until <= ctx.now) return keepOver(ctx, tiers, creator, step, { at, until })
  const has = creator.earnedTier === null ? null : stepNamed(tiers, creator.earnedTier)
  const stands = has && (creator.earnedUntil === null || creator.earnedUntil > ctx.now)
  if (stands && BigInt(has.from) > BigInt(step.from)) return creator
  const later = stands && has.name === step.name && at >= creator.earnedAt!
  // It stands that long already.
  if (later && creator.earnedTier === step.name && +(creator.earnedUntil ?? Infinity) >= +(until ?? Infinity)) return creator
  const since = later ? at : await reachedAt(ctx, tiers, creator.id, step, at)
  return earnTier(ctx, creator, { name: step.name, rateBps: step.rateBps, at: since, until })
}

/** A tier of a window that is over earns its sales, but is no news any more. */
async function keepOver(ctx: Context, tiers: Tiers, creator: Creator, step: Step, { at, until }: { at: Date; until: Date }) {
  const held = heldBefore(heldOf(creator.earnedBefore), standingOf(creator, at))
  const known = held.some((one) => one.name === step.name && one.from <= at && (one.until === null || one.until >= until))
  if (known) return creator
  return holdBefore(ctx, creator, { name: step.name, from: await reachedAt(ctx, tiers, creator.id, step, at), until })
}

/**
 * Of l: whether a part of it may earn less than the step's rate. Most sales earned it when they were booked, and are not looked at again
 * for each that comes after them.
 */
const earnsLess = ({ rateBps }: Step): Prisma.Sql => Prisma.sql`
  CASE WHEN jsonb_array_length(l.parts) = 0 THEN l."rateBps" < ${rateBps} ELSE EXISTS (SELECT FROM jsonb_array_elements(l.parts) AS part
    WHERE part->>'fixedMinor' IS NOT NULL OR coalesce((part->>'rateBps')::int, 0) < ${rateBps}) END`

async function payBackwards(
  ctx: Context,
  { caps, holdDays }: Paying,
  tiers: Tiers,
  step: Step,
  creatorId: string,
  at: Date,
): Promise<void> {
  const { from, to } = windowAt(tiers, at, ctx.program.zone)
  // A limit that was reached stays one: what it cut is not paid by another way, nor what an upheld case took. Locked, so that no refund reads what is raised here.
  const found = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT l.id FROM "Line" l JOIN "Order" o ON o.id = l."orderId"
    WHERE l."programId" = ${ctx.program.id} AND l."creatorId" = ${creatorId} AND l.at >= ${from} AND l.at < ${to} AND o.kind = 'order'
      AND NOT l.mirror AND l."cappedBy" IS NULL AND coalesce(l."raisedBps", 0) < ${step.rateBps} AND ${earnsLess(step)} AND ${notForfeited}
    ORDER BY l.id FOR UPDATE OF l`
  const lines = await ctx.db.line.findMany({
    where: { programId: ctx.program.id, id: { in: found.map(({ id }) => id) } },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
  for (const line of lines) await raiseLine(ctx, line, step, caps, holdDays)
}

/** Raises one line to the tier's rate: what is left of it is worth more now, and later refunds take their share of that too. */
async function raiseLine(ctx: Context, line: Line, step: Step, caps: Paying['caps'], holdDays: number): Promise<void> {
  const before = partsOf(line)
  const after = raise(before, step.rateBps)
  if (after.every((part, i) => part === before[i])) return
  const { currency } = line
  const left = { part: line.leftBase ?? line.base, of: line.base }
  const all: Money = { minor: 2n ** 62n, currency }
  const worth = standing(all, after, left)
  const { booked, reversed } = await bookedOf(ctx, line.id)
  const has = { minor: booked.minor - reversed.minor, currency }
  const { most, cappedBy } = await limitOn(ctx, caps, line, { has, worth })
  const money = { minor: most - has.minor, currency }
  const leftMinor = money.minor > 0n ? most : has.minor
  await ctx.db.line.update({ where: { id: line.id }, data: { raisedBps: step.rateBps, leftMinor, cappedBy } })
  if (money.minor <= 0n) return
  const because = { rule: 'tier', rateBps: step.rateBps, order: line.orderId, left: left.part.toString(), of: left.of.toString() }
  await topUp(ctx, {
    line: line.id,
    creatorId: line.creatorId,
    tier: step.name,
    again: line.raisedBps === null ? null : step.rateBps,
    money,
    availableAt: days(line.at, holdDays),
    because,
  })
}

/**
 * Managers hear when what a refund or an upheld case took of a sale leaves its creator below the tier they have; what they have stays
 * until someone decides. A sale that did not count for that tier changes nothing about it.
 */
export async function fellBelow(ctx: Context, creatorId: string, at: Date, after = 'a refund'): Promise<void> {
  const { tiers } = policyAt(ctx.program, at)
  if (!tiers) return
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId } })
  const { earnedTier, earnedAt, earnedUntil } = creator
  const step = earnedTier === null ? null : stepNamed(tiers, earnedTier)
  if (!step || earnedAt === null || givenAt(creator, ctx.now) !== null || (earnedUntil !== null && earnedUntil <= ctx.now)) return
  const reachedAt = lastReached(tiers, { earnedAt, earnedUntil })
  const { from, to } = windowAt(tiers, reachedAt, ctx.program.zone)
  if (at < from || at >= to) return
  const total = await totalOf(ctx, tiers, creatorId, reachedAt)
  if (total >= BigInt(step.from)) return
  const key = `tier-below:${creatorId}:${step.name}:${earnedUntil?.toISOString() ?? 'ever'}`
  const card = fellCard({ creatorId, name: creator.name, step, total, tiers, after, currency: ctx.program.currency })
  await ctx.show({ channel: 'managers' }, key, card)
}

/** Where a creator stands now: tier, what counts, and the way to the next step. */
export async function wayOf(ctx: Context, tiers: Tiers, creator: Creator): Promise<TierView> {
  const total = await totalOf(ctx, tiers, creator.id, ctx.now)
  const given = givenAt(creator, ctx.now)
  const has = tierFor(tiers, standingOf(creator, ctx.now), total, ctx.now)
  const step = has?.step ?? null
  const next = given === null ? nextStep(tiers, step && BigInt(step.from) > total ? BigInt(step.from) : total) : null
  const standard = rateOf(ctx, creator)
  return {
    tiers,
    currency: ctx.program.currency,
    tier: has?.name ?? null,
    byHand: given !== null,
    total,
    from: step ? BigInt(step.from) : 0n,
    next: next && { step: next.step, missing: BigInt(next.step.from) - total },
    rateBps: step && step.rateBps > standard ? step.rateBps : standard,
  }
}

/** How many creators have each tier, by its name. */
export async function holdersOf(ctx: Context): Promise<Map<string, number>> {
  const rows = await ctx.db.$queryRaw<{ tier: string; n: bigint }[]>`
    SELECT coalesce(tier, "earnedTier") AS tier, count(*) AS n FROM "Creator"
    WHERE "programId" = ${ctx.program.id} AND "mergedInto" IS NULL AND state IN ('approved', 'paused')
      AND (tier IS NOT NULL OR ("earnedTier" IS NOT NULL AND ("earnedUntil" IS NULL OR "earnedUntil" > ${ctx.now})))
    GROUP BY 1`
  return new Map(rows.map(({ tier, n }) => [tier, Number(n)]))
}

const AT_ONCE = 50

/** Ends earned tiers whose time is over; where a rolling window still reaches one, that one begins. Gives how many there were. */
export async function dueTiers(ctx: Context): Promise<number> {
  const over = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, earnedTier: { not: null }, earnedUntil: { lte: ctx.now } },
    orderBy: [{ earnedUntil: 'asc' }, { id: 'asc' }],
    take: AT_ONCE,
  })
  const { tiers } = policyAt(ctx.program, ctx.now)
  for (const creator of over) {
    const step = tiers?.window === 'rolling' ? reached(tiers, await totalOf(ctx, tiers, creator.id, ctx.now)) : null
    if (step) await earnTier(ctx, creator, { name: step.name, rateBps: step.rateBps, at: ctx.now, until: days(ctx.now, 1) })
    else await endTier(ctx, creator)
  }
  return over.length
}
