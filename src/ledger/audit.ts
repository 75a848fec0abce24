// The laws of the books that no key or check can hold alone. Everything is added up anew from the transfers, so that whatever is kept
// beside them (balances, holds, a closed month, numbers of invoices) is held against what really moved.
import type { Context } from '../context.ts'
import { brokenClose } from './close.ts'

/** A law that does not hold: how often, and the first few of the rows that break it. */
export type Break = { law: string; count: number; ids: string[] }

type Found = { law: string; count: bigint; ids: string[] | null }

/** Every broken law of the ledger, with the ids that break it; none when the books balance. */
export async function breaks(ctx: Context): Promise<Break[]> {
  const found = [...(await brokenLines(ctx)), ...(await brokenAccounts(ctx)), ...(await brokenNumbers(ctx))]
  const broken = found.filter(({ count }) => count > 0n)
  return [...broken.map(({ law, count, ids }) => ({ law, count: Number(count), ids: ids ?? [] })), ...(await brokenClose(ctx))]
}

/** A sentence for each law that is broken, none when all hold. */
export const audit = async (ctx: Context): Promise<string[]> => (await breaks(ctx)).map(({ law, count }) => `${count} ${law}`)

/**
 * Lines: what each booked, gave back and let ripen. `pending` and `total` are what is left of a line on its creator's accounts. What a
 * creator has pending is taken from the balances, which are held to their transfers with the other accounts.
 */
function brokenLines(ctx: Context): Promise<Found[]> {
  const programId = ctx.program.id
  return ctx.db.$queryRaw<Found[]>`
    WITH moved AS (
      SELECT kind, split_part("key", ':', CASE WHEN kind IN ('refund', 'undone', 'forfeit', 'restore') THEN 3 ELSE 2 END) AS line, "minor",
        CASE WHEN "to" LIKE '%:pending' THEN "minor" WHEN "from" LIKE '%:pending' THEN -"minor" ELSE 0 END AS pending,
        CASE WHEN "from" LIKE 'program:%' THEN "minor" WHEN "to" LIKE 'program:%' THEN -"minor" ELSE 0 END AS total
      FROM (SELECT split_part("key", ':', 1) AS kind, "key", "from", "to", "minor" FROM "Transfer" WHERE "programId" = ${programId}) t
      WHERE kind IN ('commission', 'refund', 'undone', 'mature', 'topup', 'forfeit', 'restore')
    ), sums AS (
      SELECT line, SUM(pending) AS pending, SUM(total) AS total,
        SUM("minor") FILTER (WHERE kind = 'commission') AS booked, SUM("minor") FILTER (WHERE kind = 'mature') AS matured
      FROM moved GROUP BY line
    ), book AS (
      SELECT l."id", l."mirror", s.line, l."creatorId", l."minor", h."line" IS NOT NULL AS held, COALESCE(s.booked, 0) AS booked,
        COALESCE(s.matured, 0) AS matured, COALESCE(s.pending, 0) AS pending, COALESCE(s.total, 0) AS total
      FROM (SELECT "id", "mirror", "creatorId", "minor" FROM "Line" WHERE "programId" = ${programId}) l
      LEFT JOIN "Hold" h ON h."line" = l."id" FULL JOIN sums s ON s.line = l."id"
    ), held AS (
      SELECT 'creator:' || "creatorId" || ':pending' AS account, SUM(pending) AS minor FROM book WHERE held AND NOT "mirror" GROUP BY 1
    ), pending AS (
      SELECT "account" AS account, SUM("minor") AS minor FROM "Balance"
      WHERE "programId" = ${programId} AND "account" LIKE 'creator:%:pending' AND "minor" <> 0 GROUP BY 1
    ), broken AS (
      SELECT 1 AS n, 'lines whose commission was not booked as they say' AS law, "id" FROM book WHERE NOT "mirror" AND booked <> "minor"
      UNION ALL SELECT 2, 'lines that gave back more than they booked', "id" FROM book WHERE NOT "mirror" AND total < 0
      UNION ALL SELECT 3, 'lines past their hold whose pending part did not ripen to the cent', "id" FROM book
        WHERE NOT "mirror" AND NOT held AND pending <> 0
      UNION ALL SELECT 4, 'lines that are still held although they have ripened', "id" FROM book WHERE NOT "mirror" AND held AND matured > 0
      UNION ALL SELECT 5, 'commissions without a line', line FROM book WHERE "id" IS NULL AND booked > 0
      UNION ALL SELECT 6, 'creators whose pending balance is not the sum of their held lines', COALESCE(p.account, h.account)
        FROM pending p FULL JOIN held h ON p.account = h.account WHERE COALESCE(p.minor, 0) <> COALESCE(h.minor, 0)
    )
    SELECT law, COUNT(*) AS count, (array_agg("id" ORDER BY "id"))[1:5] AS ids FROM broken GROUP BY n, law ORDER BY n`
}

/** Accounts: what is kept of them against what moved. */
function brokenAccounts(ctx: Context): Promise<Found[]> {
  const programId = ctx.program.id
  return ctx.db.$queryRaw<Found[]>`
    WITH moved AS (
      SELECT account, "currency", SUM(minor) AS minor FROM (
        SELECT "to" AS account, "currency", "minor" AS minor FROM "Transfer" WHERE "programId" = ${programId}
        UNION ALL SELECT "from", "currency", -"minor" FROM "Transfer" WHERE "programId" = ${programId}) m
      GROUP BY 1, 2
    ), kept AS (
      SELECT "account", "currency", "minor" FROM "Balance" WHERE "programId" = ${programId}
    ), broken AS (
      SELECT 1 AS n, 'balances that are not the sum of their transfers' AS law, COALESCE(m.account, k."account") AS id
        FROM (SELECT * FROM moved WHERE account LIKE 'creator:%') m
        FULL JOIN kept k ON k."account" = m.account AND k."currency" = m."currency"
        WHERE COALESCE(m.minor, 0) <> COALESCE(k."minor", 0)
      UNION ALL SELECT 2, 'currencies whose accounts do not add up to zero', "currency"
        FROM (SELECT "currency", "minor" FROM kept UNION ALL SELECT "currency", minor FROM moved WHERE account NOT LIKE 'creator:%') a
        GROUP BY "currency" HAVING SUM(minor) <> 0
      UNION ALL SELECT 3, 'creators who are someone else now and still have money', c."id" FROM moved
        JOIN "Creator" c ON c."programId" = ${programId} AND c."mergedInto" IS NOT NULL AND c."id" = split_part(moved.account, ':', 2)
        WHERE moved.account LIKE 'creator:%' AND moved.minor <> 0
      UNION ALL SELECT 4, 'currencies other than the program''s in the books', "currency" FROM moved
        WHERE "currency" <> ${ctx.program.currency} GROUP BY "currency"
    )
    SELECT law, COUNT(*) AS count, (array_agg(id ORDER BY id))[1:5] AS ids FROM broken GROUP BY n, law ORDER BY n`
}

/** Numbers of invoices: from one to the last, each once. */
function brokenNumbers(ctx: Context): Promise<Found[]> {
  const programId = ctx.program.id
  return ctx.db.$queryRaw<Found[]>`
    SELECT 'years whose invoice numbers have a gap' AS law, COUNT(*) AS count, array_agg(n."year"::text) AS ids
    FROM "StatementNumber" n LEFT JOIN (
      SELECT "year", COUNT(*) AS count, MAX("number") AS last FROM "Statement" WHERE "programId" = ${programId} GROUP BY 1) s
      ON s."year" = n."year"
    WHERE n."programId" = ${programId} AND (n."last" <> COALESCE(s.last, 0) OR n."last" <> COALESCE(s.count, 0))`
}
