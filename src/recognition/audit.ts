import type { Context } from '../context.ts'
import { tallies } from './queries.ts'
import { type Metric, monthAt } from './rules.ts'

/** Those that time alone does not move. */
const steady: Metric[] = ['revenue', 'orders', 'content']
const LOOKED_AT = 20

type Kept = { creatorId: string; metric: string; value: bigint }

/**
 * The law of boards: what is kept of this month is what a recount gives. Twenty creators are counted again, others each minute; whoever
 * is noted as old, or is counted just now, is left out. And the bands, from which places are counted, add up.
 */
export async function audit(ctx: Context): Promise<string[]> {
  const programId = ctx.program.id
  const { season: period, from, to } = monthAt(ctx.now, ctx.program.zone)
  const turn = ctx.now.toISOString().slice(0, 16)
  const some = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM (SELECT DISTINCT "creatorId" AS id FROM "Tally" WHERE "programId" = ${programId} AND period = ${period}) t
    ORDER BY hashtext(id || ${turn}) LIMIT ${LOOKED_AT}`
  const ids = some.map(({ id }) => id)
  const kept = (): Promise<Kept[]> =>
    ctx.db.tally.findMany({
      where: { programId, period, creatorId: { in: ids }, metric: { in: steady } },
      select: { creatorId: true, metric: true, value: true },
    })
  const before = await kept()
  const counted = await tallies(ctx, { from, to }, steady, ids)
  const stale = await ctx.db.stale.findMany({ where: { programId, creatorId: { in: ids } }, select: { creatorId: true } })
  const after = await kept()
  const busy = new Set(stale.map(({ creatorId }) => creatorId))
  const wrong = ids.filter((id) => {
    const [was, is] = [wordsOf(before, id), wordsOf(after, id)]
    const now = steady.flatMap((metric) => (counted.get(metric) ?? []).map((row) => ({ ...row, metric })))
    return !busy.has(id) && was === is && is !== wordsOf(now, id)
  })
  const amiss = await miscounted(ctx)
  return [
    ...(wrong.length === 0 ? [] : [`${wrong.length} creators whose place on the board is not what their sales give`]),
    ...(amiss === 0 ? [] : [`${amiss} boards whose bands do not add up to their creators`]),
  ]
}

/** Boards whose bands do not add up to those who are ranked: places are counted from both. */
async function miscounted(ctx: Context): Promise<number> {
  const [row] = await ctx.db.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM "Tallied" t WHERE "programId" = ${ctx.program.id}
      AND ranked <> (SELECT coalesce(sum(b.ranked), 0) FROM "TallyBand" b
        WHERE b."programId" = t."programId" AND b.period = t.period AND b.metric = t.metric)`
  return row!.n
}

const wordsOf = (rows: readonly Kept[], id: string): string =>
  rows
    .filter(({ creatorId }) => creatorId === id)
    .map(({ metric, value }) => `${metric} ${value}`)
    .sort()
    .join()
