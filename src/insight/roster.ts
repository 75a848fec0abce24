import type { Context } from '../context.ts'
import type { Filter } from '../creators/rules-roster.ts'
import { type Creator, Prisma } from '../db/generated/client.ts'
import { days } from '../kernel/time.ts'
import { kept, net } from './counted.ts'

export const PAGE = 20

/** One page of the creators that fit, and how many fit in all; those who wait longest come first, else the newest. `page` counts from 1. */
export async function findCreators(ctx: Context, filter: Filter, page: number): Promise<{ rows: Creator[]; total: number }> {
  const where = fits(ctx, filter)
  const order = filter.state === 'applied' ? Prisma.sql`c."appliedAt" ASC, c.id ASC` : Prisma.sql`c."appliedAt" DESC, c.id ASC`
  const found = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM "Creator" c WHERE ${where} ORDER BY ${order} LIMIT ${PAGE} OFFSET ${(page - 1) * PAGE}`
  const [counted] = await ctx.db.$queryRaw<{ n: bigint }[]>`SELECT count(*) AS n FROM "Creator" c WHERE ${where}`
  const ids = found.map(({ id }) => id)
  const rows = await ctx.db.creator.findMany({ where: { programId: ctx.program.id, id: { in: ids } } })
  return { rows: ids.flatMap((id) => rows.filter((row) => row.id === id)), total: Number(counted?.n ?? 0n) }
}

/** The ids of all creators that fit. */
export const idsOf = (ctx: Context, filter: Filter): Promise<string[]> => idsWhere(ctx, fits(ctx, filter))

/** The same without those who are out, unless the filter asks for them by name: nobody means them with “all”. */
export const idsOfHere = (ctx: Context, filter: Filter): Promise<string[]> =>
  filter.state === undefined
    ? idsWhere(ctx, Prisma.sql`${fits(ctx, filter)} AND c.state NOT IN ('banned', 'declined', 'left')`)
    : idsOf(ctx, filter)

async function idsWhere(ctx: Context, where: Prisma.Sql): Promise<string[]> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`SELECT c.id FROM "Creator" c WHERE ${where} ORDER BY c.id`
  return rows.map(({ id }) => id)
}

function fits(ctx: Context, { state, tag, niche, inactive, sales }: Filter): Prisma.Sql {
  const since = inactive === undefined ? undefined : days(ctx.now, -inactive)
  const wanted = [
    Prisma.sql`c."programId" = ${ctx.program.id} AND c."mergedInto" IS NULL`,
    state !== undefined && Prisma.sql`c.state = ${state}`,
    // An application counts when it is complete.
    state === 'applied' && Prisma.sql`c."termsAt" IS NOT NULL`,
    tag !== undefined && Prisma.sql`(${tag.toLowerCase()} = ANY(c.tags) OR lower(c.tier) = ${tag.toLowerCase()})`,
    niche !== undefined && Prisma.sql`c.niche = ${niche}`,
    since !== undefined &&
      Prisma.sql`c.state = 'approved' AND coalesce(c."decidedAt", c."createdAt") <= ${since}
        AND NOT EXISTS (SELECT FROM "Line" l WHERE l."programId" = c."programId" AND l."creatorId" = c.id AND l.at > ${since})
        AND NOT EXISTS (SELECT FROM "Submission" s WHERE s."programId" = c."programId" AND s."creatorId" = c.id AND s."submittedAt" > ${since})`,
    sales !== undefined &&
      Prisma.sql`(SELECT count(*) FROM "Line" l JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order'
        WHERE l."programId" = c."programId" AND l."creatorId" = c.id) >= ${sales}`,
  ]
  return Prisma.join(
    wanted.filter((part): part is Prisma.Sql => part !== false),
    ' AND ',
  )
}

/** All that a creator ever sold: how many orders, how many of them stand, and what refunds left of them. */
export async function soldOf(ctx: Context, creatorId: string): Promise<{ sales: number; kept: number; netMinor: bigint }> {
  const [row] = await ctx.db.$queryRaw<{ sales: bigint; kept: bigint; net: bigint }[]>`
    SELECT count(*) AS sales, count(*) FILTER (WHERE ${kept}) AS kept, coalesce(sum(${net}), 0)::bigint AS net
    FROM "Line" l JOIN "Order" o ON o.id = l."orderId" AND o.kind = 'order'
    WHERE l."programId" = ${ctx.program.id} AND l."creatorId" = ${creatorId}`
  return { sales: Number(row?.sales ?? 0n), kept: Number(row?.kept ?? 0n), netMinor: row?.net ?? 0n }
}
