// What stands somewhere without a right to stand there: the list that managers work through.
import type { Context } from '../context.ts'
import type { Grant, Placement } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { takedownCard } from './cards.ts'
import { viewOf } from './queries.ts'
import type { Channel } from './rules.ts'
import { checkUse, placementsOf, recordPlace } from './service.ts'

/** Placements of a licence's content that stand now and that no licence covers any more. */
export async function uncovered(ctx: Context, submissionId: string): Promise<Placement[]> {
  const live = (await placementsOf(ctx, submissionId)).filter(
    ({ since, until }) => since <= ctx.now && (until === null || until > ctx.now),
  )
  const found: Placement[] = []
  for (const placement of live)
    if (!(await checkUse(ctx, { submissionId, channel: placement.channel as Channel })).ok) found.push(placement)
  return found
}

/** Shows managers what has to come down and by when; the same post changes as it comes down. Says nothing where nothing stands. */
export async function showTakedown(ctx: Context, grant: Grant): Promise<void> {
  const key = `takedown:${grant.id}`
  const standing = await uncovered(ctx, grant.submissionId)
  const told = (await ctx.db.outbox.count({ where: { programId: ctx.program.id, kind: 'post', key } })) > 0
  if (standing.length > 0 || told) await ctx.show({ channel: 'managers' }, key, takedownCard(await viewOf(ctx, grant), standing))
}

/** A placement of this program. Refusal not_found. */
async function placementOf(ctx: Context, placementId: string): Promise<Placement> {
  const found = await ctx.db.placement.findFirst({ where: { id: placementId, programId: ctx.program.id } })
  if (!found) throw new Refusal('not_found', 'There is no such placement.', 'Pick one from the list.', 'placement')
  return found
}

/** Says that content was taken down. Refusal conflict when it was before. */
export async function unplace(ctx: Context, placementId: string): Promise<Placement> {
  await ctx.db.$queryRaw`SELECT id FROM "Placement" WHERE id = ${placementId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const before = await placementOf(ctx, placementId)
  if (before.until !== null && before.until <= ctx.now)
    throw new Refusal('conflict', 'This was taken down before.', 'Nothing is left to do.', 'placement')
  const until = new Date(Math.max(before.since.getTime(), ctx.now.getTime()))
  const placement = await ctx.db.placement.update({ where: { id: placementId }, data: { until } })
  await recordPlace(ctx, placement, 'unplaced')
  const where = { programId: ctx.program.id, submissionId: placement.submissionId, takedownAt: { not: null } }
  for (const grant of await ctx.db.grant.findMany({ where, orderBy: { id: 'asc' } })) await showTakedown(ctx, grant)
  return placement
}

/** Placements that stand now, for autocomplete. */
export async function suggestPlacements(ctx: Context, typed: string) {
  const rows = await ctx.db.placement.findMany({
    where: {
      programId: ctx.program.id,
      OR: [{ until: null }, { until: { gt: ctx.now } }],
      place: { contains: typed, mode: 'insensitive' },
    },
    orderBy: { since: 'desc' },
    take: 25,
  })
  return rows.map(({ id, channel, place }) => ({ label: `${channel}: ${place}`.slice(0, 100), value: id }))
}
