import type { Context } from '../context.ts'
import { nextLocal } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import type { Done, Earned, Earnings } from './cards.ts'
import { familyOf } from './owners.ts'
import { feeAccount, purse } from './rules.ts'
import { balances, reversedOf } from './service.ts'

const RECENT = 10

/** Balances, the next payday and the last ten things earned, newest first. */
export async function earningsOf(ctx: Context, creatorId: string): Promise<Earnings> {
  const policy = policyOf(ctx.program)
  const recent = [...(await commissionsOf(ctx, creatorId)), ...(await feesOf(ctx, creatorId))]
  return {
    ...(await balances(ctx, creatorId)),
    // Noon, so that a reader in another zone is shown the same day.
    payday: nextLocal({ every: 'month', at: '12:00', day: policy.payday }, ctx.program.zone, ctx.now),
    recent: recent.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, RECENT),
  }
}

async function commissionsOf(ctx: Context, creatorId: string): Promise<Earned[]> {
  const programId = ctx.program.id
  const lines = await ctx.db.line.findMany({
    where: { programId, creatorId },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: RECENT,
  })
  if (lines.length === 0) return []
  const ids = lines.map((line) => line.id)
  const orders = await ctx.db.order.findMany({
    where: { programId, id: { in: lines.map((line) => line.orderId) } },
    select: { id: true, number: true },
  })
  const holds = await ctx.db.hold.findMany({ where: { programId, line: { in: ids } } })
  const reversed = await reversedOf(ctx, [creatorId], ids)
  return lines.map(({ id, orderId, at, base, rateBps, minor, currency }) => ({
    kind: 'commission',
    orderId,
    number: orders.find((order) => order.id === orderId)?.number ?? orderId,
    at,
    base: { minor: base, currency },
    rateBps,
    booked: { minor, currency },
    reversed: { minor: reversed.get(id) ?? 0n, currency },
    availableAt: holds.find((hold) => hold.line === id)?.availableAt ?? null,
  }))
}

async function feesOf(ctx: Context, creatorId: string): Promise<Earned[]> {
  const payable = (await familyOf(ctx, [creatorId])).map((id) => purse(id, 'payable'))
  const fees = await ctx.db.transfer.findMany({
    where: { programId: ctx.program.id, to: { in: payable }, from: feeAccount },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: RECENT,
  })
  return fees.map(({ at, minor, currency }) => ({ kind: 'fee', at, fee: { minor, currency } }))
}

type Broken = { what: string; count: bigint }

/**
 * The laws of the books that no key or check can hold alone; a sentence for each that is broken, none when all hold.
 * That every currency sums to zero needs no counting: a transfer takes from one account what it gives to another.
 */
export async function audit(ctx: Context): Promise<string[]> {
  const programId = ctx.program.id
  const found = await ctx.db.$queryRaw<Broken[]>`
    WITH book AS (
      SELECT l."id", l."creatorId", l."minor", h."line" IS NOT NULL AS held,
        COALESCE((SELECT t."minor" FROM "Transfer" t WHERE t."programId" = ${programId} AND t."key" = 'commission:' || l."id"), 0) AS booked,
        COALESCE((SELECT t."minor" FROM "Transfer" t WHERE t."programId" = ${programId} AND t."key" = 'mature:' || l."id"), 0) AS matured,
        COALESCE(r."minor", 0) AS reversed, COALESCE(r."pending", 0) AS reversed_pending
      FROM "Line" l
      LEFT JOIN "Hold" h ON h."line" = l."id"
      LEFT JOIN (SELECT split_part("key", ':', 3) AS line, SUM("minor") AS minor, SUM("minor") FILTER (WHERE "from" LIKE '%:pending') AS pending
                 FROM "Transfer" WHERE "programId" = ${programId} AND "key" LIKE 'refund:%' GROUP BY 1) r ON r.line = l."id"
      WHERE l."programId" = ${programId}
    ), account AS (
      SELECT name, SUM(minor) AS minor FROM (
        SELECT "to" AS name, "minor" AS minor FROM "Transfer" WHERE "programId" = ${programId}
        UNION ALL SELECT "from", -"minor" FROM "Transfer" WHERE "programId" = ${programId}) moved
      GROUP BY name
    ), held AS (
      SELECT "creatorId", SUM(booked - reversed_pending) AS minor FROM book WHERE held GROUP BY 1
    )
    SELECT 'lines whose commission was not booked as they say' AS what, COUNT(*) AS count FROM book WHERE booked <> "minor"
    UNION ALL SELECT 'lines that gave back more than they booked', COUNT(*) FROM book WHERE reversed > booked
    UNION ALL SELECT 'lines past their hold whose pending part did not ripen to the cent', COUNT(*) FROM book
      WHERE NOT held AND booked - reversed_pending <> matured
    UNION ALL SELECT 'lines that are still held although they have ripened', COUNT(*) FROM book WHERE held AND matured > 0
    UNION ALL SELECT 'commissions without a line', COUNT(*) FROM "Transfer" t WHERE t."programId" = ${programId} AND t."key" LIKE 'commission:%'
      AND NOT EXISTS (SELECT 1 FROM "Line" l WHERE l."id" = split_part(t."key", ':', 2))
    UNION ALL SELECT 'creators whose pending balance is not the sum of their held lines', COUNT(*) FROM account
      LEFT JOIN held ON account.name = 'creator:' || held."creatorId" || ':pending'
      WHERE account.name LIKE 'creator:%:pending' AND account.minor <> COALESCE(held.minor, 0)
    UNION ALL SELECT 'creators who are someone else now and still have money', COUNT(*) FROM account
      JOIN "Creator" c ON c."programId" = ${programId} AND c."mergedInto" IS NOT NULL AND account.name LIKE 'creator:' || c."id" || ':%'
      WHERE account.minor <> 0
    UNION ALL SELECT 'currencies other than the program''s in the books', COUNT(DISTINCT "currency") FROM "Transfer"
      WHERE "programId" = ${programId} AND "currency" <> ${ctx.program.currency}`
  return found.filter(({ count }) => count > 0n).map(({ what, count }) => `${count} ${what}`)
}

/** The last twenty things that people did, newest first. */
export async function lastDone(ctx: Context): Promise<Done[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.audit.findMany({ where: { programId }, orderBy: [{ at: 'desc' }, { id: 'desc' }], take: 20 })
  const people = rows.flatMap((row) => row.personId ?? [])
  const members = await ctx.db.membership.findMany({
    where: { programId, personId: { in: people } },
    select: { personId: true, name: true },
  })
  return rows.map(({ at, personId, run, outcome }) => ({
    at,
    name: members.find((member) => member.personId === personId)?.name ?? 'Troupe',
    run,
    outcome,
  }))
}
