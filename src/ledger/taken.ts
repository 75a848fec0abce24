// What upheld cases took: it counts as taken back wherever somebody adds up a line, and the sale behind it counts for nothing.
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { forfeitKey } from './rules.ts'

/** Of a line `l` in a statement: no upheld case has taken it. What was taken counts for no tier, milestone, limit or place. */
export const notForfeited = Prisma.sql`NOT EXISTS (
  SELECT FROM "CaseLine" k WHERE k."programId" = l."programId" AND k."lineId" = l."id" AND k."outcome" = 'forfeited')`

/** What upheld cases took of each of these lines and hold, in minor units; a part of what was taken back. Others are missing. */
export async function forfeitedOn(ctx: Context, lines: string[]): Promise<Map<string, bigint>> {
  const programId = ctx.program.id
  const named = await ctx.db.caseLine.findMany({ where: { programId, lineId: { in: lines }, outcome: 'forfeited' } })
  if (named.length === 0) return new Map()
  const keys = new Map(named.map(({ caseId, lineId }) => [forfeitKey(caseId, lineId), lineId]))
  const moved = await ctx.db.transfer.findMany({
    where: { programId, key: { in: [...keys.keys()] } },
    select: { key: true, minor: true },
  })
  const taken = new Map<string, bigint>()
  for (const { key, minor } of moved) taken.set(keys.get(key)!, (taken.get(keys.get(key)!) ?? 0n) + minor)
  return taken
}
