import type { Context } from '../context.ts'

type Broken = { what: string; count: bigint }

/** The laws of payments that no key or check can hold alone; a sentence for each that is broken, none when all hold. */
export async function audit(ctx: Context): Promise<string[]> {
  const programId = ctx.program.id
  const found = await ctx.db.$queryRaw<Broken[]>`
    WITH step AS (
      SELECT p.id, p.state, p.minor, p."batchId", p."creatorId",
        (SELECT t.minor FROM "Transfer" t WHERE t."programId" = ${programId} AND t.key = 'pay:' || p.id) AS pay,
        (SELECT t.minor FROM "Transfer" t WHERE t."programId" = ${programId} AND t.key = 'settle:' || p.id) AS settle,
        (SELECT t.minor FROM "Transfer" t WHERE t."programId" = ${programId} AND t.key = 'fail:' || p.id) AS fail,
        (SELECT t.minor FROM "Transfer" t WHERE t."programId" = ${programId} AND t.key = 'bounce:' || p.id) AS bounce,
        p."bouncedAt" IS NOT NULL AS bounced
      FROM "Payment" p WHERE p."programId" = ${programId}
    ), paying AS (
      SELECT split_part(name, ':', 2) AS "creatorId", SUM(minor) AS minor FROM (
        SELECT "to" AS name, minor FROM "Transfer" WHERE "programId" = ${programId} AND "to" LIKE 'creator:%:paying'
        UNION ALL SELECT "from", -minor FROM "Transfer" WHERE "programId" = ${programId} AND "from" LIKE 'creator:%:paying') moved
      GROUP BY 1
    ), live AS (
      SELECT "creatorId", SUM(minor) AS minor FROM step WHERE state NOT IN ('settled', 'failed', 'cancelled') GROUP BY 1
    )
    SELECT 'payments that did not take from payable what they say' AS what, COUNT(*) AS count FROM step WHERE pay IS DISTINCT FROM minor
    UNION ALL SELECT 'settled payments that were not booked as paid, or the other way round', COUNT(*) FROM step
      WHERE settle IS DISTINCT FROM CASE WHEN state = 'settled' THEN minor END
    UNION ALL SELECT 'failed payments whose money did not go back, or the other way round', COUNT(*) FROM step
      WHERE fail IS DISTINCT FROM CASE WHEN state IN ('failed', 'cancelled') THEN minor END
    UNION ALL SELECT 'bounced payments whose money did not go back, or the other way round', COUNT(*) FROM step
      WHERE bounce IS DISTINCT FROM CASE WHEN bounced THEN minor END
    UNION ALL SELECT 'transfers of payments that do not exist', COUNT(*) FROM "Transfer" t WHERE t."programId" = ${programId}
      AND split_part(t.key, ':', 1) IN ('pay', 'settle', 'fail', 'bounce')
      AND NOT EXISTS (SELECT 1 FROM "Payment" p WHERE p.id = split_part(t.key, ':', 2) AND p."programId" = ${programId})
    UNION ALL SELECT 'creators whose money in payment is not the sum of their open payments', COUNT(*)
      FROM paying FULL JOIN live USING ("creatorId") WHERE COALESCE(paying.minor, 0) <> COALESCE(live.minor, 0)
    UNION ALL SELECT 'payments that left without a second person', COUNT(*) FROM step JOIN "Batch" b ON b.id = step."batchId"
      WHERE b."confirmedBy" IS NULL AND step.state NOT IN ('prepared', 'cancelled')`
  return found.filter(({ count }) => count > 0n).map(({ what, count }) => `${count} ${what}`)
}
