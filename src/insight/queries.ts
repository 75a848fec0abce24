import type { Context } from '../context.ts'
import { creatorOfPerson } from '../creators/service.ts'
import { Prisma } from '../db/generated/client.ts'
import { inTurn } from '../kernel/turn.ts'
import { familyOf } from '../ledger/owners.ts'
import { untoldFees } from '../ledger/queries.ts'
import { purse } from '../ledger/rules.ts'
import { mayRun, personNow } from '../people/service.ts'
import { rightsCoverage } from '../rights/service.ts'
import { judgesOf } from '../trust/cases.ts'
import { mayDecide } from '../trust/rules.ts'
import { bookedSums, came, cameByOwn, handedOver, isCost, soldBrief, soldSums } from './counted.ts'
import type { Counts } from './rules.ts'

type Range = { from: Date; to: Date }

/** What happened in a window, for the program or one creator. */
export async function countsOf(ctx: Context, range: Range, creatorId?: string): Promise<Counts> {
  const [clicks, sales, booked, people, answer, rights] = [
    await clicksIn(ctx, range, creatorId),
    await salesIn(ctx, range, creatorId),
    await bookedIn(ctx, range, creatorId),
    creatorId === undefined ? await admittedIn(ctx, range) : { admitted: 0, activated: 0 },
    creatorId === undefined ? await answerHoursIn(ctx, range) : null,
    // Licences are known as they are today, so for an earlier end nothing is said.
    creatorId === undefined && range.to >= ctx.now ? await rightsCoverage(ctx) : { live: 0, covered: 0 },
  ]
  return { clicks, ...sales, ...booked, ...people, answerHours: answer, placed: rights.live, covered: rights.covered }
}

/** Null stands for everyone in these statements: one text, one plan. */
async function clicksIn(ctx: Context, { from, to }: Range, creatorId: string | null = null): Promise<number> {
  const [row] = await ctx.db.$queryRaw<{ n: bigint }[]>`
    SELECT count(*) AS n FROM "Click" c JOIN "Link" l ON l.id = c."linkId"
    WHERE c."programId" = ${ctx.program.id} AND c.at >= ${from} AND c.at < ${to} AND NOT c.bot AND c."uniqueInHour"
      AND (${creatorId}::text IS NULL OR l."creatorId" = ${creatorId})`
  return Number(row?.n ?? 0n)
}

async function salesIn(
  ctx: Context,
  { from, to }: Range,
  creatorId: string | null = null,
): Promise<{ orders: number; byClick: number; revenueMinor: bigint }> {
  const [row] = await ctx.db.$queryRaw<{ orders: bigint; byClick: bigint; net: bigint }[]>`
    SELECT ${soldSums} FROM (SELECT ${creatorId === null ? came : cameByOwn} AS clicked, ${soldBrief} FROM "Line" l JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order'
      WHERE l."programId" = ${ctx.program.id} AND l.at >= ${from} AND l.at < ${to}
        AND (${creatorId}::text IS NULL OR l."creatorId" = ${creatorId})) r`
  return { orders: Number(row?.orders ?? 0n), byClick: Number(row?.byClick ?? 0n), revenueMinor: row?.net ?? 0n }
}

/**
 * Commission and fees, bonuses and referrals among them, as the ledger booked them in the window; a reversal counts when it happened. Of
 * an approval that its creator has not heard of nothing is told to them.
 */
async function bookedIn(
  ctx: Context,
  { from, to }: Range,
  creatorId: string | null = null,
): Promise<{ commissionMinor: bigint; feesMinor: bigint }> {
  const family = creatorId === null ? [] : await familyOf(ctx, [creatorId])
  const own = family.flatMap((id) => [purse(id, 'pending'), purse(id, 'payable')])
  const untold = creatorId === null ? [] : (await untoldFees(ctx, creatorId)).keys
  const [row] = await ctx.db.$queryRaw<{ commission: bigint; fees: bigint }[]>`
    SELECT ${bookedSums}
    FROM (SELECT t."from", t."to", t.minor, t.currency, t.at FROM "Transfer" t
      WHERE t."programId" = ${ctx.program.id} AND ${isCost} AND t.key <> ALL(${untold}::text[])
      UNION ALL ${handedOver(ctx.program.id)}) t
    WHERE t.at >= ${from} AND t.at < ${to} AND t.currency = ${ctx.program.currency}
      AND (${creatorId}::text IS NULL OR t."from" = ANY(${own}) OR t."to" = ANY(${own}))`
  const mirrored = creatorId === null ? 0n : await mirroredIn(ctx, { from, to }, creatorId)
  return { commissionMinor: (row?.commission ?? 0n) + mirrored, feesMinor: row?.fees ?? 0n }
}

/** What networks pay a creator themselves: earnings of theirs, and no cost of the program. */
async function mirroredIn(ctx: Context, { from, to }: Range, creatorId: string): Promise<bigint> {
  const [row] = await ctx.db.$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(coalesce("leftMinor", minor)), 0)::bigint AS minor FROM "Line"
    WHERE "programId" = ${ctx.program.id} AND "creatorId" = ${creatorId} AND mirror AND at >= ${from} AND at < ${to}`
  return row?.minor ?? 0n
}

async function admittedIn(ctx: Context, { from, to }: Range): Promise<{ admitted: number; activated: number }> {
  const [row] = await ctx.db.$queryRaw<{ admitted: bigint; activated: bigint }[]>`
    SELECT count(*) AS admitted, count(*) FILTER (WHERE
        EXISTS (SELECT FROM "Line" l WHERE l."programId" = c."programId" AND l."creatorId" = c.id AND l.at < c."decidedAt" + interval '14 days')
        OR EXISTS (SELECT FROM "Submission" s WHERE s."programId" = c."programId" AND s."creatorId" = c.id AND s.state IN ('approved', 'live', 'measured') AND s."decidedAt" < c."decidedAt" + interval '14 days')
      ) AS activated
    FROM "Creator" c WHERE c."programId" = ${ctx.program.id} AND c."mergedInto" IS NULL AND c.state IN ('approved', 'paused', 'left') AND c."decidedAt" >= ${from} AND c."decidedAt" < ${to}`
  return { admitted: Number(row?.admitted ?? 0n), activated: Number(row?.activated ?? 0n) }
}

async function answerHoursIn(ctx: Context, { from, to }: Range): Promise<number | null> {
  const [row] = await ctx.db.$queryRaw<{ hours: number | null }[]>`
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM "decidedAt" - "submittedAt") / 3600)::float8 AS hours
    FROM "Submission" WHERE "programId" = ${ctx.program.id} AND "decidedAt" >= ${from} AND "decidedAt" < ${to} AND state IN ('approved', 'live', 'measured', 'rejected', 'changes_requested')`
  return row?.hours ?? null
}

export type Waiting = { count: number; oldest: Date | null; first: string | null }
export type Worklist = {
  applications: Waiting
  content: Waiting
  cases: Waiting & { late: number }
  payouts: Waiting
  parked: Waiting
}

/** What waits for a manager, with the age of the oldest; not what is about them, for others answer that. */
export async function worklistOf(ctx: Context, personId = ctx.actor.personId): Promise<Worklist> {
  const programId = ctx.program.id
  const creators = { where: { programId, state: 'applied', termsAt: { not: null }, personId: { not: personId } } }
  const own = (await creatorOfPerson(ctx, personId))?.id ?? ''
  const content = { where: { programId, state: 'submitted', creatorId: { not: own } } }
  const parked = { where: { programId, state: 'parked' } }
  // Where nothing is left to read, nothing waits for anybody.
  const readable = { where: { ...parked.where, OR: [{ body: { not: null } }, { facts: { not: Prisma.DbNull } }] } }
  const application = await ctx.db.creator.findFirst({
    ...creators,
    orderBy: [{ appliedAt: 'asc' }, { id: 'asc' }],
    select: { id: true, appliedAt: true },
  })
  const submission = await ctx.db.submission.findFirst({
    ...content,
    orderBy: [{ submittedAt: 'asc' }, { id: 'asc' }],
    select: { id: true, submittedAt: true },
  })
  const delivery = await ctx.db.inbox.findFirst({
    ...readable,
    orderBy: { receivedAt: 'asc' },
    select: { id: true, receivedAt: true },
  })
  const post = await ctx.db.outbox.findFirst({ ...parked, orderBy: { createdAt: 'asc' }, select: { id: true, createdAt: true } })
  const parkedSince = [delivery?.receivedAt, post?.createdAt]
    .filter((d): d is Date => d !== undefined)
    .sort((a, b) => a.getTime() - b.getTime())[0]
  return {
    applications: {
      count: await ctx.db.creator.count(creators),
      oldest: application?.appliedAt ?? null,
      first: application?.id ?? null,
    },
    content: {
      count: await ctx.db.submission.count(content),
      oldest: submission?.submittedAt ?? null,
      first: submission?.id ?? null,
    },
    cases: await casesWaiting(ctx, personId),
    payouts: await payoutsWaiting(ctx),
    parked: {
      count: (await ctx.db.inbox.count(readable)) + (await ctx.db.outbox.count(parked)),
      oldest: parkedSince ?? null,
      first: delivery?.id ?? post?.id ?? null,
    },
  }
}

/** Cases and appeals that nobody has decided and this reader may; a chargeback is decided by the bank. An appeal waits since it came. */
async function casesWaiting(ctx: Context, personId: string): Promise<Worklist['cases']> {
  const programId = ctx.program.id
  const open = await ctx.db.case.findMany({
    where: { programId, kind: { not: 'chargeback' }, OR: [{ state: { in: ['open', 'held'] } }, { appeal: 'open' }] },
    orderBy: { id: 'asc' },
    select: { id: true, creatorId: true, appeal: true, appealedAt: true, decidedBy: true, createdAt: true, dueAt: true },
  })
  const judges = await judgesOf(ctx)
  const own = await ctx.db.creator.findMany({
    where: { programId, personId: { in: judges } },
    select: { id: true, personId: true },
  })
  const personOf = (creatorId: string) => own.find(({ id }) => id === creatorId)?.personId ?? ''
  // However many appeals wait, each manager who decided is looked up once.
  const deciders = [...new Set(open.flatMap(({ appeal, decidedBy }) => (appeal === 'open' && decidedBy ? [decidedBy] : [])))]
  const now = new Map(await inTurn(deciders, async (id) => [id, await personNow(ctx, id)] as const))
  const theirs = open.filter((one) => {
    const decidedBy = now.get(one.decidedBy ?? '') ?? null
    return mayDecide(personId, { ...one, decidedBy, creatorPersonId: personOf(one.creatorId), judges })
  })
  const since = (one: (typeof open)[number]) => (one.appeal === 'open' && one.appealedAt) || one.createdAt
  const [first] = theirs.toSorted((a, b) => since(a).getTime() - since(b).getTime())
  return {
    count: theirs.length,
    oldest: first ? since(first) : null,
    first: first?.id ?? null,
    late: theirs.filter(({ dueAt }) => dueAt !== null && dueAt < ctx.now).length,
  }
}

/** Batches that this reader may confirm, for another prepared them, or send; none for who has nothing to do with money. */
export async function payoutsWaiting(ctx: Context): Promise<Waiting> {
  if (!mayRun(ctx.actor, { role: 'anyone', finance: true })) return { count: 0, oldest: null, first: null }
  const theirs = { state: 'prepared', preparedBy: { not: ctx.actor.personId } }
  const where = { programId: ctx.program.id, OR: [theirs, { state: 'confirmed' }] }
  const oldest = await ctx.db.batch.findFirst({
    where,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true, createdAt: true },
  })
  return { count: await ctx.db.batch.count({ where }), oldest: oldest?.createdAt ?? null, first: oldest?.id ?? null }
}

export type Parked = {
  id: string
  kind: 'delivery' | 'post'
  what: string
  error: string | null
  at: Date
  /** Nothing is left to read of it. */
  dropped?: boolean
  /** More than words, such as a code that a shop is to make: it is done one day, or what waits for it never ends. */
  task?: boolean
}

export type ParkedPage = { rows: Parked[]; page: number; left: number }

/** Each row has a button of its own, and a chat message has room for so many of each kind. */
const PAGE = 8

/**
 * A page of the deliveries and posts that could not be taken further, oldest first, and how many come after it. Deliveries of which
 * nothing is left come last, for nothing can be done about them here, and they stand in nobody's way.
 */
export async function parkedOf(ctx: Context, page = 1): Promise<ParkedPage> {
  const programId = ctx.program.id
  const where = { programId, state: 'parked' }
  const skip = (page - 1) * PAGE
  const heard = await ctx.db.$queryRaw<Omit<Parked, 'kind'>[]>`
    SELECT id, 'from ' || source || ': ' || left("externalId", 60) AS what, error, "receivedAt" AS at, body IS NULL AND facts IS NULL AS dropped
    FROM "Inbox" WHERE "programId" = ${programId} AND state = 'parked' ORDER BY dropped, at, id LIMIT ${PAGE} OFFSET ${skip}`
  const posts = await ctx.db.outbox.findMany({
    where,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: PAGE,
    skip,
    select: { id: true, kind: true, audience: true, key: true, error: true, createdAt: true },
  })
  const counts = [await ctx.db.inbox.count({ where }), await ctx.db.outbox.count({ where })]
  return {
    rows: [
      ...heard.map((row) => ({ ...row, kind: 'delivery' as const })),
      ...posts.map(({ id, kind, audience, key, error, createdAt: at }) => ({
        id,
        kind: 'post' as const,
        what: `to ${audience}: ${key}`,
        error,
        at,
        task: kind !== 'post' && kind !== 'mail',
      })),
    ],
    page,
    left: counts.reduce((sum, count) => sum + Math.max(0, count - page * PAGE), 0),
  }
}
