import type { Context } from '../context.ts'
import { creatorOfPerson } from '../creators/service.ts'
import { Prisma } from '../db/generated/client.ts'
import { inTurn } from '../kernel/turn.ts'
import { mayRun, personNow } from '../people/service.ts'
import { judgesOf } from '../trust/cases.ts'
import { mayDecide } from '../trust/rules.ts'

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
export async function parkedOf(ctx: Context, page: number): Promise<ParkedPage> {
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
