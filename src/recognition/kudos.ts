import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Part } from '../kernel/card.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { localDay, type Range, sayDay } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { publicName } from './cards.ts'
import { kudosCard, reactedCard, thanksCard } from './cards-kudos.ts'
import { creatorsOf } from './queries.ts'
import { fold, nameOn } from './rules.ts'
import { whyNoThanks } from './rules-kudos.ts'

const NAMED = 20

export type Thanked = { name: Part | null; allowance: Allowance }

/** How many kudos a giver has left of a day's. */
export type Allowance = { left: number; of: number }

/**
 * Thanks a peer: once a pair and day, within the day's allowance. The receiver reads it in the card of their day and #wins counts
 * it. Gives the receiver's name where they go by it, and what the giver has left today.
 */
export async function thank(ctx: Context<'creator'>, toId: string, note?: string): Promise<Thanked> {
  const done = await tryThank(ctx, toId, note)
  if (done instanceof Refusal) throw done
  return done
}

/** The same by a reaction, which has no answer: what came of it stands in the giver's private place, in one card a day. */
export async function thankByReaction(ctx: Context<'creator'>, toId: string): Promise<Thanked | Refusal> {
  const done = await tryThank(ctx, toId)
  const allowance = done instanceof Refusal ? await allowanceOf(ctx) : done.allowance
  const card = reactedCard(sayToday(ctx), allowance, done instanceof Refusal ? done : null)
  const day = localDay(ctx.now, ctx.program.zone)
  await ctx.show({ person: ctx.actor.personId }, `kudos-given:${day}`, card, { unasked: 'answer' })
  return done
}

/** What somebody has left to give today. */
export async function allowanceOf(ctx: Context): Promise<Allowance> {
  const of = policyOf(ctx.program).kudosPerDay
  const where = { programId: ctx.program.id, fromId: ctx.actor.creatorId ?? '', day: localDay(ctx.now, ctx.program.zone) }
  return { left: Math.max(0, of - (await ctx.db.kudos.count({ where }))), of }
}

async function tryThank(ctx: Context<'creator'>, toId: string, note?: string): Promise<Thanked | Refusal> {
  const { id: programId, zone } = ctx.program
  const fromId = ctx.actor.creatorId
  const day = localDay(ctx.now, zone)
  // Two thanks at once would each count, and show the day, without the other.
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`kudos ${programId} ${day}`}, 0))`
  const known = await creatorsOf(ctx, [{ creatorId: fromId }, { creatorId: toId }])
  const from = known.get(fromId)
  must(from, 'a creator has a row')
  const given = await ctx.db.kudos.findMany({ where: { programId, fromId, day }, select: { toId: true } })
  const { kudosPerDay } = policyOf(ctx.program)
  const to = known.get(toId) ?? null
  const today = given.map((row) => row.toId)
  const why = whyNoThanks(from, to, today, kudosPerDay)
  if (why || !to) return why ?? new Refusal('not_found', 'This is no active creator of the program.', 'Pick one from the list.')
  const source = ctx.actor.platform ?? null
  const row = { id: ctx.id('kudos'), programId, fromId, toId, day, note: note ?? null, source, at: ctx.now }
  await ctx.db.kudos.create({ data: row })
  await showThanks(ctx, to, day)
  await showDay(ctx, day)
  const allowance = { left: kudosPerDay - given.length - 1, of: kudosPerDay }
  return { name: to.shown === 'name' ? publicName(known, toId) : null, allowance }
}

/** What a creator got and gave in a span. */
export async function kudosOf(
  ctx: Context,
  creatorId: string,
  { from, to }: Range,
): Promise<{ received: number; given: number }> {
  const [counted] = await ctx.db.$queryRaw<{ received: number; given: number }[]>`
    SELECT (SELECT count(*) FROM "Kudos" WHERE "programId" = ${ctx.program.id} AND "toId" = ${creatorId} AND at >= ${from} AND at < ${to})::int AS received,
      (SELECT count(*) FROM "Kudos" WHERE "programId" = ${ctx.program.id} AND "fromId" = ${creatorId} AND at >= ${from} AND at < ${to})::int AS given`
  return counted!
}

/** Active creators by the name they go by; whoever is hidden, and oneself, is left out. */
export async function suggestPeers(ctx: Context, typed: string): Promise<Suggestion[]> {
  const contains = { contains: typed, mode: 'insensitive' as const }
  const rows = await ctx.db.creator.findMany({
    where: {
      programId: ctx.program.id,
      state: 'approved',
      personId: { not: ctx.actor.personId },
      OR: [
        { shown: 'name', name: contains },
        { shown: 'alias', alias: contains },
        { shown: 'alias', alias: null, name: contains },
      ],
    },
    orderBy: { id: 'asc' },
    take: 25,
  })
  const named = rows.flatMap((row) => ({ label: nameOn(row) ?? '', value: row.id }))
  return named.sort((a, b) => a.label.localeCompare(b.label))
}

/** Gives the kudos of a creator to the one they turned out to be: none to themselves, and still one a pair and day. */
export async function followKudos(ctx: Context, { from, to }: { from: string; to: string }): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.kudos.deleteMany({
    where: {
      programId,
      OR: [
        { fromId: from, toId: to },
        { fromId: to, toId: from },
      ],
    },
  })
  await ctx.db.$executeRaw`
    DELETE FROM "Kudos" k USING "Kudos" other
    WHERE k."programId" = ${programId} AND other."programId" = ${programId} AND other.day = k.day
      AND ((k."fromId" = ${from} AND other."fromId" = ${to} AND other."toId" = k."toId")
        OR (k."toId" = ${from} AND other."toId" = ${to} AND other."fromId" = k."fromId"))`
  await ctx.db.kudos.updateMany({ where: { programId, fromId: from }, data: { fromId: to } })
  await ctx.db.kudos.updateMany({ where: { programId, toId: from }, data: { toId: to } })
}

async function showThanks(ctx: Context, to: { id: string; personId: string }, day: string): Promise<void> {
  const where = { programId: ctx.program.id, toId: to.id, day }
  const rows = await ctx.db.kudos.findMany({ where, orderBy: [{ at: 'asc' }, { id: 'asc' }] })
  const givers = await creatorsOf(
    ctx,
    rows.map((row) => ({ creatorId: row.fromId })),
  )
  const thanks = rows.map((row) => ({ from: publicName(givers, row.fromId), note: row.note }))
  await ctx.show({ person: to.personId }, `kudos:${day}`, thanksCard(sayToday(ctx), thanks), { unasked: true })
}

async function showDay(ctx: Context, day: string): Promise<void> {
  const where = { programId: ctx.program.id, day }
  const rows = await ctx.db.kudos.groupBy({ by: ['toId'], where, _count: true, orderBy: { toId: 'asc' } })
  const givers = await ctx.db.kudos.findMany({ where, distinct: ['fromId'], select: { fromId: true } })
  const known = await creatorsOf(
    ctx,
    rows.map((row) => ({ creatorId: row.toId })),
  )
  const all = rows.map((row) => {
    const creator = known.get(row.toId)
    return { creatorId: row.toId, name: creator ? nameOn(creator) : null, count: row._count }
  })
  const { named, rest } = fold(all, NAMED)
  const wins = {
    named: named.map((row) => ({ name: publicName(known, row.creatorId), count: row.count })),
    rest: rest.reduce((sum, row) => sum + row.count, 0),
    givers: givers.length,
  }
  await ctx.show({ channel: 'wins' }, `kudos:${day}`, kudosCard(sayToday(ctx), wins))
}

const sayToday = ({ now, program }: Context): string => sayDay(now, program.zone, program.locale)
