import type { Context } from '../context.ts'
import { card, paragraph, strong, text, toned } from '../kernel/card.ts'
import { days, isoWeek } from '../kernel/time.ts'
import { publicName } from './cards.ts'
import { creatorsOf, heldSales, tallies } from './queries.ts'
import { nameOn, periodAt } from './rules.ts'
import { pickStar, type Week } from './rules-star.ts'

/** Four weeks, and half a day for those in which the clocks are put back. */
const PAUSE_DAYS = 28.5

/** Chooses the creator of the week that ended and says so in #wins, once; false when that was done, or nobody stands out. */
export async function postStar(ctx: Context): Promise<boolean> {
  const { id: programId, zone } = ctx.program
  const week = periodAt('last_week', ctx.now, zone)
  const period = isoWeek(week.from, zone)
  if (await ctx.db.star.findUnique({ where: { programId_period: { programId, period } } })) return false
  const star = pickStar(await weeksOf(ctx), days(week.from, -PAUSE_DAYS))
  if (!star) return false
  const row = { programId, period, creatorId: star.creatorId, reasons: star.reasons, at: week.from }
  const { count } = await ctx.db.star.createMany({ data: row, skipDuplicates: true })
  if (count === 0) return false
  const known = await creatorsOf(ctx, [star])
  const name = publicName(known, star.creatorId)
  const shown = typeof name === 'string' ? strong(name) : name
  const board = card('Creator of the week', paragraph(text`${shown}: ${star.reasons.join(', ')}.`))
  await ctx.show({ channel: 'wins' }, `star:${period}`, toned('good', board))
  return true
}

async function weeksOf(ctx: Context): Promise<Week[]> {
  const programId = ctx.program.id
  const week = periodAt('last_week', ctx.now, ctx.program.zone)
  const { from, to } = week
  const found = await tallies(ctx, week, ['orders', 'content', 'growth', 'streak'])
  const held = await heldSales(ctx, week)
  const kudos = await ctx.db.kudos.findMany({
    where: { programId, at: { gte: from, lt: to } },
    select: { fromId: true, toId: true },
  })
  const stars = await ctx.db.star.findMany({ where: { programId }, orderBy: { at: 'asc' } })
  const lastAt = new Map(stars.map(({ creatorId, at }) => [creatorId, at]))
  const ids = new Set([...[...found.values()].flat().map(({ creatorId }) => creatorId), ...kudos.map(({ toId }) => toId)])
  const known = await creatorsOf(
    ctx,
    [...ids].map((creatorId) => ({ creatorId })),
  )
  const by = new Map([...found].map(([metric, rows]) => [metric, new Map(rows.map((row) => [row.creatorId, row.value]))]))
  const peers = (side: 'fromId' | 'toId', other: 'fromId' | 'toId') => {
    const met = new Map<string, Set<string>>()
    for (const row of kudos) met.set(row[side], (met.get(row[side]) ?? new Set()).add(row[other]))
    return met
  }
  const [thankedBy, helped] = [peers('toId', 'fromId'), peers('fromId', 'toId')]
  return [...known].map(([creatorId, creator]) => ({
    creatorId,
    named: nameOn(creator) !== null,
    // What a person has still to look at is no reason to cheer yet.
    orders: Math.max(0, Number(by.get('orders')?.get(creatorId) ?? 0n) - (held.get(creatorId) ?? 0)),
    approvals: Number(by.get('content')?.get(creatorId) ?? 0n),
    streak: Number(by.get('streak')?.get(creatorId) ?? 0n),
    growthBps: held.has(creatorId) ? null : (by.get('growth')?.get(creatorId) ?? null),
    thankedBy: thankedBy.get(creatorId)?.size ?? 0,
    helped: helped.get(creatorId)?.size ?? 0,
    lastAt: lastAt.get(creatorId) ?? null,
  }))
}
