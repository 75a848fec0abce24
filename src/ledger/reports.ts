import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { csvFile } from '../kernel/csv.ts'
import type { Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days, monthOf, monthRange, sayMonth } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { ageBuckets, journalHead, journalRows, type Moved, usReporting } from './rules-books.ts'

/** What is owed to one creator, in one currency. `negative` is what a payable balance is below zero. */
export type Owed = {
  creatorId: string
  name: string
  currency: string
  pending: bigint
  payable: bigint
  paying: bigint
  negative: bigint
  /** Payable by age, youngest first, as in ageBuckets. */
  ages: bigint[]
}

/** All creators together, in one currency. */
export type OwedTotal = Omit<Owed, 'name' | 'creatorId'>
/** The same without the ages, which only the transfers know. */
export type OwedNow = Omit<OwedTotal, 'ages'>

export type Liability = { at: Date; month: string | null; owed: Owed[] }

/**
 * What the brand owes its creators at the end of a month, or now: one row for each creator and currency with anything open. Whoever
 * turned out to be somebody else is counted with them. Of what became payable within one age it makes no difference which was paid, so
 * each age is added up whole, and what is left of it all fills the youngest first.
 */
export async function liabilityOf(ctx: Context, month: string | null): Promise<Liability> {
  const at = month === null ? ctx.now : endOf(ctx, month)
  // Up to a month's end, but with what is booked this very moment.
  const before = at === ctx.now ? new Date(at.getTime() + 1) : at
  const programId = ctx.program.id
  const [young, middle, old] = ageBuckets.map(({ to }) => days(at, -(to ?? 0)))
  const rows = await ctx.db.$queryRaw<{ creatorId: string; name: string; currency: string; sums: string[] }[]>`
    WITH sums AS (
      SELECT COALESCE(c."mergedInto", a.id) AS id, a.currency, SUM(a.minor) FILTER (WHERE a.purse = 'pending') AS pending,
        COALESCE(SUM(a.minor) FILTER (WHERE a.purse = 'payable'), 0) AS payable, SUM(a.minor) FILTER (WHERE a.purse = 'paying') AS paying
      FROM (SELECT split_part(account, ':', 2) AS id, split_part(account, ':', 3) AS purse, currency, minor
        FROM (${month === null ? keptNow(ctx) : bookedBefore(ctx, before)}) kept) a
      LEFT JOIN "Creator" c ON c."programId" = ${programId} AND c.id = a.id GROUP BY 1, 2
    ), came AS (
      SELECT "to", "currency", SUM("minor") FILTER (WHERE "at" >= ${young}) AS a,
        SUM("minor") FILTER (WHERE "at" >= ${middle} AND "at" < ${young}) AS b,
        SUM("minor") FILTER (WHERE "at" >= ${old} AND "at" < ${middle}) AS c, SUM("minor") FILTER (WHERE "at" < ${old}) AS d
      FROM "Transfer" WHERE "programId" = ${programId} AND "at" < ${before} AND "to" LIKE 'creator:%:payable'
        AND "key" NOT LIKE 'merge:%' AND split_part("from", ':', 3) NOT IN ('paying', 'paid') GROUP BY 1, 2
    ), credit AS (
      SELECT COALESCE(c."mergedInto", m.id) AS id, m."currency", COALESCE(SUM(m.a), 0) AS a, COALESCE(SUM(m.b), 0) AS b,
        COALESCE(SUM(m.c), 0) AS c, COALESCE(SUM(m.d), 0) AS d
      FROM (SELECT *, split_part("to", ':', 2) AS id FROM came) m
      LEFT JOIN "Creator" c ON c."programId" = ${programId} AND c.id = m.id GROUP BY 1, 2
    )
    SELECT s.id AS "creatorId", COALESCE(c."name", s.id) AS name, s.currency,
      ARRAY[COALESCE(s.pending, 0), GREATEST(0, s.payable), COALESCE(s.paying, 0), GREATEST(0, -s.payable),
        GREATEST(0, LEAST(g.a, s.payable)), GREATEST(0, LEAST(g.b, s.payable - g.a)),
        GREATEST(0, LEAST(g.c, s.payable - g.a - g.b)), GREATEST(0, LEAST(g.d, s.payable - g.a - g.b - g.c))]::text[] AS sums
    FROM sums s LEFT JOIN credit g ON g.id = s.id AND g."currency" = s.currency
    LEFT JOIN "Creator" c ON c."programId" = ${programId} AND c.id = s.id
    WHERE s.pending <> 0 OR s.payable <> 0 OR s.paying <> 0
    ORDER BY s.currency, s.payable DESC, s.id`
  const owed = rows.map(({ sums, ...row }): Owed => {
    const [pending = 0n, payable = 0n, paying = 0n, negative = 0n, ...ages] = sums.map(BigInt)
    return { ...row, pending, payable, paying, negative, ages }
  })
  return { at, month, owed }
}

/** What creators' accounts hold at this moment. */
const keptNow = ({ program }: Context): Prisma.Sql => Prisma.sql`
  SELECT account, currency, minor FROM "Balance" WHERE "programId" = ${program.id} AND account LIKE 'creator:%' AND minor <> 0`

/** What was booked on creators' accounts before an instant, in two parts for each. */
const bookedBefore = ({ program }: Context, before: Date): Prisma.Sql => Prisma.sql`
  SELECT "to" AS account, "currency" AS currency, SUM("minor") AS minor FROM "Transfer"
    WHERE "programId" = ${program.id} AND "at" < ${before} AND "to" LIKE 'creator:%' AND "key" NOT LIKE 'merge:%' GROUP BY 1, 2
  UNION ALL SELECT "from", "currency", -SUM("minor") FROM "Transfer"
    WHERE "programId" = ${program.id} AND "at" < ${before} AND "from" LIKE 'creator:%' AND "key" NOT LIKE 'merge:%' GROUP BY 1, 2`

/**
 * What is owed in all at this moment, for each currency: the totals of that report from the balances, which the audit holds to
 * the transfers. Who turned out to be somebody else has nothing left.
 */
export async function owedNow(ctx: Context): Promise<OwedNow[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ currency: string; sums: string[] }[]>`
    WITH own AS (
      SELECT split_part(account, ':', 2) AS id, currency,
        COALESCE(SUM(minor) FILTER (WHERE account LIKE '%:pending'), 0) AS pending,
        COALESCE(SUM(minor) FILTER (WHERE account LIKE '%:payable'), 0) AS payable,
        COALESCE(SUM(minor) FILTER (WHERE account LIKE '%:paying'), 0) AS paying
      FROM "Balance" WHERE "programId" = ${programId} AND account LIKE 'creator:%' AND minor <> 0 GROUP BY 1, 2
    )
    SELECT currency, ARRAY[SUM(pending), SUM(GREATEST(0, payable)), SUM(paying), SUM(GREATEST(0, -payable))]::text[] AS sums
    FROM own WHERE pending <> 0 OR payable <> 0 OR paying <> 0 GROUP BY 1 ORDER BY currency COLLATE "C"`
  return rows.map(({ currency, sums }) => {
    const [pending = 0n, payable = 0n, paying = 0n, negative = 0n] = sums.map(BigInt)
    return { currency, pending, payable, paying, negative }
  })
}

/** The report as a list, a row for each creator and one of totals for each currency. */
export function liabilitySheet({ owed }: Liability): Uint8Array {
  const head = [
    'Creator',
    'Id',
    'Currency',
    'Pending',
    'Payable',
    'Paying',
    'Below zero',
    ...ageBuckets.map(({ label }) => label),
  ]
  const row = (name: string, id: string, one: OwedTotal) => {
    const amount = (minor: bigint): Money => ({ minor, currency: one.currency })
    return [name, id, one.currency, ...[one.pending, one.payable, one.paying, one.negative, ...one.ages].map(amount)]
  }
  return csvFile(head, [
    ...owed.map((one) => row(one.name, one.creatorId, one)),
    ...owedTotals(owed).map((one) => row('Total', '', one)),
  ])
}

/** What is owed in all, for each currency. */
export function owedTotals(owed: readonly Owed[]): OwedTotal[] {
  return [...new Set(owed.map(({ currency }) => currency))].sort().map((currency) => {
    const own = owed.filter((one) => one.currency === currency)
    const total = (pick: (one: Owed) => bigint) => own.reduce((sum, one) => sum + pick(one), 0n)
    return {
      currency,
      pending: total((one) => one.pending),
      payable: total((one) => one.payable),
      paying: total((one) => one.paying),
      negative: total((one) => one.negative),
      ages: ageBuckets.map((_, i) => total((one) => one.ages[i] ?? 0n)),
    }
  })
}

/** The month's journal: each day's moves between two accounts, in double entry. */
export async function journalOf(ctx: Context, month: string): Promise<{ moves: Moved[]; sheet: Uint8Array }> {
  const { from, to } = monthRange(month, ctx.program.zone)
  if (from > ctx.now) throw new Refusal('invalid', `${sayMonth(month)} has not begun yet.`, 'Choose an earlier month.', 'month')
  const rows = await ctx.db.$queryRaw<(Omit<Moved, 'minor'> & { minor: string })[]>`
    SELECT to_char("at" AT TIME ZONE ${ctx.program.zone}, 'YYYY-MM-DD') AS day,
      CASE WHEN "from" LIKE 'creator:%' THEN 'creators:' || split_part("from", ':', 3) ELSE "from" END AS "from",
      CASE WHEN "to" LIKE 'creator:%' THEN 'creators:' || split_part("to", ':', 3) ELSE "to" END AS "to",
      "currency", SUM("minor")::text AS minor, COUNT(*)::int AS count
    FROM "Transfer" WHERE "programId" = ${ctx.program.id} AND "at" >= ${from} AND "at" < ${to} AND "key" NOT LIKE 'merge:%'
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 4, 2, 3`
  const moves = rows.map((row) => ({ ...row, minor: BigInt(row.minor) }))
  return { moves, sheet: csvFile(journalHead, journalRows(moves, policyOf(ctx.program).books.accounts ?? {})) }
}

/** What a creator was paid in a year. */
export type YearRow = { creatorId: string; name: string; country: string; taxForm: string; paid: Money; report: string }

/** Everyone who was paid in a calendar year of the program's zone, for tax reports. */
export async function yearOf(ctx: Context, year: number): Promise<YearRow[]> {
  const programId = ctx.program.id
  const { from } = monthRange(`${year}-01`, ctx.program.zone)
  const { to } = monthRange(`${year}-12`, ctx.program.zone)
  if (from > ctx.now) throw new Refusal('invalid', `${year} has not begun yet.`, 'Choose an earlier year.', 'year')
  const rows = await ctx.db.$queryRaw<
    { creatorId: string; name: string; country: string; us: boolean; taxForm: string; currency: string; minor: string }[]
  >`
    WITH moved AS (
      SELECT split_part("to", ':', 2) AS id, "currency", "minor" AS minor FROM "Transfer"
        WHERE "programId" = ${programId} AND "at" >= ${from} AND "at" < ${to} AND "to" LIKE 'creator:%:paid' AND "key" NOT LIKE 'merge:%'
      UNION ALL SELECT split_part("from", ':', 2), "currency", -"minor" FROM "Transfer"
        WHERE "programId" = ${programId} AND "at" >= ${from} AND "at" < ${to} AND "from" LIKE 'creator:%:paid' AND "key" NOT LIKE 'merge:%'
    ), paid AS (
      SELECT COALESCE(c."mergedInto", m.id) AS id, m."currency", SUM(m.minor) AS minor
      FROM moved m LEFT JOIN "Creator" c ON c."programId" = ${programId} AND c.id = m.id GROUP BY 1, 2
    )
    SELECT p.id AS "creatorId", COALESCE(c."name", p.id) AS name, COALESCE(y."country", went.last, c."country", '') AS country,
      COALESCE(went.us, false) AS us,
      CASE WHEN y."taxSignedAt" IS NULL THEN 'none' ELSE y."taxForm" END AS "taxForm", p."currency" AS currency, p.minor::text AS minor
    FROM paid p LEFT JOIN "Creator" c ON c."programId" = ${programId} AND c.id = p.id
    LEFT JOIN "Payee" y ON y."programId" = ${programId} AND y."creatorId" = p.id
    LEFT JOIN LATERAL (SELECT bool_or(t."country" = 'US') AS us, (array_agg(t."country" ORDER BY t."doneAt" DESC))[1] AS last FROM "Payment" t
      WHERE t."programId" = ${programId} AND t."creatorId" = p.id AND t."state" = 'settled' AND t."doneAt" >= ${from} AND t."doneAt" < ${to}) went ON true
    WHERE p.minor <> 0 ORDER BY p.minor DESC, p.id`
  return rows.map(({ currency, minor, us, ...row }) => {
    const paid = { minor: BigInt(minor), currency }
    // Details may have changed since, or gone with their owner; where the money went did not.
    return { ...row, paid, report: usReporting(year, paid, us ? { ...row, country: 'US' } : row) }
  })
}

export const yearSheet = (rows: readonly YearRow[]): Uint8Array =>
  csvFile(
    ['Creator', 'Id', 'Country', 'Tax form', 'Paid', 'Currency', 'US report'],
    rows.map((row) => [row.name, row.creatorId, row.country, row.taxForm, row.paid, row.paid.currency, row.report]),
  )

/** The end of a month that has begun; of the running one it is now. */
function endOf(ctx: Context, month: string): Date {
  const { from, to } = monthRange(month, ctx.program.zone)
  if (from > ctx.now) throw new Refusal('invalid', `${sayMonth(month)} has not begun yet.`, 'Choose an earlier month.', 'month')
  return monthOf(ctx.now, ctx.program.zone) === month ? ctx.now : to
}
