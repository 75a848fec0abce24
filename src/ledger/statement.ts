import type { Context } from '../context.ts'
import type { Statement } from '../db/generated/client.ts'
import { csvFile } from '../kernel/csv.ts'
import { Refusal } from '../kernel/refusal.ts'
import { localDay, monthOf, monthRange, sayMonth } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { isClosed } from './close.ts'
import { familyOf, pursesOf } from './owners.ts'
import { keepPaper } from './papers.ts'
import { untoldFees } from './queries.ts'
import { purse } from './rules.ts'
import {
  bookedIn,
  earnedIn,
  effect,
  type Invoice,
  type InvoiceParty,
  invoiceNumber,
  lineOf,
  type Moved,
  type Sold,
  type StatementPaper,
  statementCells,
  statementHead,
  statementRows,
  subjectOf,
} from './rules-statement.ts'
import { vatNote } from './rules-vat.ts'
import { statementPdf } from './statement-pdf.ts'

/** More rows than a paper of a month can be read with; the list has no end, but a unit of work has. */
const MOST_ROWS = 20_000

/**
 * `number` is that of an invoice, or of a credit note, which has `corrects` as well. Two accounts that became one may have had a paper each:
 * `others` are those that were given out after this one, and `apart` says that the amounts of `paper` are not of this one alone.
 */
export type Given = Paper & { paper: StatementPaper; others: Paper[]; apart: boolean }
export type Paper = { number: string | null; corrects: string[] | null; pdfId: string; csvId: string }

/**
 * A creator's statement of a month as files. Of a closed month it is made once, and given out again for ever after; with a payee who
 * agreed to be billed for it is an invoice with the next number of the year. Before that it is provisional and made anew each time.
 */
export async function statementOf(ctx: Context, creatorId: string, month: string, payee: InvoiceParty | null): Promise<Given> {
  if (monthRange(month, ctx.program.zone).from > ctx.now)
    throw new Refusal('invalid', `${sayMonth(month)} has not begun yet.`, 'Choose an earlier month.', 'month')
  const closed = await isClosed(ctx, month)
  // What an approval pays that can still be undone is not given away; what is closed says all that was booked.
  const draft = await draftOf(ctx, creatorId, month, closed ? [] : (await untoldFees(ctx, creatorId)).waiting)
  if (!closed) {
    return { paper: draft, number: null, corrects: null, others: [], apart: false, ...(await filesOf(ctx, creatorId, draft)) }
  }
  // Two who ask at once: the second waits here and finds what the first has made.
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`statement ${creatorId} ${month}`}, 0))`
  const before = await issued(ctx, creatorId, month)
  const [first, ...others] = before.map(paperOf)
  if (first) {
    const apart = others.length > 0 || before[0]!.closingMinor !== draft.closing.minor
    return { paper: { ...draft, provisional: false }, ...first, others, apart }
  }
  return issue(ctx, creatorId, { ...draft, provisional: false }, payee)
}

const paperOf = ({ year, number, corrects, pdfId, csvId }: Statement): Paper => ({
  number: number === null ? null : invoiceNumber(year ?? 0, number),
  corrects: corrects?.split(' ').filter((one) => one !== '-') ?? null,
  pdfId,
  csvId,
})

/** The statements as they were given out, under whichever names the creator had then. */
async function issued(ctx: Context, creatorId: string, month: string): Promise<Statement[]> {
  const family = await familyOf(ctx, [creatorId])
  return ctx.db.statement.findMany({
    where: { programId: ctx.program.id, creatorId: { in: family }, month },
    orderBy: { id: 'asc' },
  })
}

async function issue(ctx: Context, creatorId: string, draft: StatementPaper, payee: InvoiceParty | null): Promise<Given> {
  // A month in which nothing was earned leaves nothing to bill; one that took back more than it brought corrects what was billed.
  const billed = payee !== null && draft.earned.minor !== 0n ? await nextNumber(ctx) : null
  const corrects = billed && draft.earned.minor < 0n ? await correctedBy(ctx, creatorId, draft.month) : null
  const paper = billed && payee ? { ...draft, invoice: invoiceOf(ctx, billed, payee, corrects) } : draft
  const files = await filesOf(ctx, creatorId, paper)
  await ctx.db.statement.create({
    data: {
      id: ctx.id('statement'),
      programId: ctx.program.id,
      creatorId,
      month: paper.month,
      currency: paper.currency,
      openingMinor: paper.opening.minor,
      closingMinor: paper.closing.minor,
      year: billed?.year ?? null,
      number: billed?.number ?? null,
      corrects: corrects && (corrects.join(' ') || '-'),
      at: ctx.now,
      ...files,
    },
  })
  return { paper, number: paper.invoice?.number ?? null, corrects, others: [], apart: false, ...files }
}

/** The invoices that a credit note of this month takes from: those of the months in which what it takes back was booked for them. */
async function correctedBy(ctx: Context, creatorId: string, month: string): Promise<string[]> {
  const { id: programId, zone } = ctx.program
  const { from, to } = monthRange(month, zone)
  const family = await familyOf(ctx, [creatorId])
  const own = new Set(family)
  const accounts = family.flatMap((id) => [purse(id, 'pending'), purse(id, 'payable')])
  const left = await ctx.db.transfer.findMany({
    where: { programId, at: { gte: from, lt: to }, from: { in: accounts } },
    select: { key: true, from: true, to: true, minor: true },
  })
  const taken = new Set(left.flatMap((one) => (effect(one, own) < 0n ? (subjectOf(one.key) ?? []) : [])))
  const named = [...taken].map((subject) => subject.split(':').at(-1)!)
  const before = await ctx.db.$queryRaw<Omit<Moved, 'id' | 'because'>[]>`
    SELECT "key", "from", "to", "minor", "at" FROM "Transfer"
    WHERE "programId" = ${programId} AND "at" < ${from} AND ("to" = ANY(${accounts}) OR "from" = ANY(${accounts}))
      AND (split_part("key", ':', 2) = ANY(${named}) OR split_part("key", ':', 3) = ANY(${named}))
    ORDER BY "at", ("to" = ANY(${accounts})) DESC`
  const booked = bookedIn(before, own, zone)
  const months = [...new Set([...taken].flatMap((subject) => [...(booked.get(subject)?.months ?? [])]))]
  const invoices = await ctx.db.statement.findMany({
    where: { programId, creatorId: { in: family }, month: { in: months }, number: { not: null }, corrects: null },
    orderBy: { month: 'asc' },
  })
  return invoices.map(({ year, number }) => invoiceNumber(year!, number!))
}

/**
 * The next number of the year. Whoever takes one holds the year's row until their statement is kept, so two never share one, and one
 * that comes to nothing is given back.
 */
async function nextNumber(ctx: Context): Promise<{ year: number; number: number }> {
  const year = Number(localDay(ctx.now, ctx.program.zone).slice(0, 4))
  const [row] = await ctx.db.$queryRaw<{ last: number }[]>`
    INSERT INTO "StatementNumber" AS n ("programId", "year", "last") VALUES (${ctx.program.id}, ${year}, 1)
    ON CONFLICT ("programId", "year") DO UPDATE SET "last" = n."last" + 1 RETURNING "last"`
  return { year, number: row!.last }
}

function invoiceOf(
  ctx: Context,
  { year, number }: { year: number; number: number },
  payee: InvoiceParty,
  corrects: string[] | null,
): Invoice {
  const { legalName, address, country, vatId } = policyOf(ctx.program).books
  const payer = {
    name: legalName ?? ctx.program.name,
    address: (address ?? '')
      .split(/[\n;]/)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    country: country ?? '',
    vatId: vatId ?? '',
  }
  const day = localDay(ctx.now, ctx.program.zone)
  return { number: invoiceNumber(year, number), day, payer, payee, note: vatNote(payer, payee), corrects }
}

async function filesOf(ctx: Context, creatorId: string, paper: StatementPaper): Promise<{ pdfId: string; csvId: string }> {
  const name = `statement-${paper.month}`
  const keep = (bytes: Uint8Array, ext: string) =>
    keepPaper(ctx, { bytes, name: `${name}.${ext}`, what: `statement ${paper.month}`, creatorId })
  const pdfId = await keep(await statementPdf(paper, creatorId, localDay(ctx.now, ctx.program.zone)), 'pdf')
  return { pdfId, csvId: await keep(csvFile(statementHead, [...statementCells(paper), ['Creator', creatorId]]), 'csv') }
}

/** Everything a statement says, read from the transfers of the month, but for those under keys that are not told yet. */
async function draftOf(ctx: Context, creatorId: string, month: string, untold: string[]): Promise<StatementPaper> {
  const { id: programId, currency, zone, locale } = ctx.program
  const { from, to } = monthRange(month, zone)
  const family = await familyOf(ctx, [creatorId])
  const accounts = family.flatMap((id) => (['pending', 'payable', 'paying'] as const).map((which) => purse(id, which)))
  const all = await ctx.db.transfer.findMany({
    where: { programId, currency, at: { gte: from, lt: to }, OR: [{ from: { in: accounts } }, { to: { in: accounts } }] },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    take: MOST_ROWS + 1,
  })
  if (all.length > MOST_ROWS)
    throw new Refusal('over_limit', 'This month has too many rows for one statement.', 'Ask finance for the journal.')
  const moved = all.filter(({ key }) => !untold.includes(key))
  const sumOf = (some: readonly { key: string; minor: bigint }[]) =>
    some.reduce((sum, { key, minor }) => (untold.includes(key) ? sum + minor : sum), 0n)
  // An approval of the last minutes of a month can still be undone in the first of the next.
  const before = sumOf(untold.length === 0 ? [] : await bookedUnder(ctx, untold, from))
  const hidden = before + sumOf(all)
  const sold = await soldBy(ctx, [...new Set(moved.flatMap(({ key }) => lineOf(key) ?? []))])
  const own = new Set(family)
  const rows = statementRows(moved, { family: own, sold, zone, locale, currency })
  const creator = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId }, select: { name: true } })
  const money = (minor: bigint) => ({ minor, currency })
  const [opening, ends] = [await heldAt(ctx, family, from), await heldAt(ctx, family, to)]
  const closing = { ...ends, payable: ends.payable - hidden }
  return {
    program: policyOf(ctx.program).books.legalName ?? ctx.program.name,
    creator: creator.name,
    month,
    currency,
    locale,
    opening: money(opening.pending + opening.payable + opening.paying - before),
    rows,
    closing: money(closing.pending + closing.payable + closing.paying),
    pending: money(closing.pending),
    payable: money(closing.payable),
    paying: money(closing.paying),
    earned: money(earnedIn(moved, own)),
    provisional: true,
    invoice: null,
  }
}

const bookedUnder = (ctx: Context, keys: string[], before: Date) =>
  ctx.db.transfer.findMany({
    where: { programId: ctx.program.id, currency: ctx.program.currency, key: { in: keys }, at: { lt: before } },
    select: { key: true, minor: true },
  })

/** What the accounts of a family held just before an instant. */
async function heldAt(
  ctx: Context,
  family: string[],
  until: Date,
): Promise<{ pending: bigint; payable: bigint; paying: bigint }> {
  const { id: programId, currency } = ctx.program
  const held = { pending: 0n, payable: 0n, paying: 0n }
  for (const which of ['pending', 'payable', 'paying'] as const) {
    const accounts = family.map((id) => purse(id, which))
    const [row] = await ctx.db.$queryRaw<{ minor: bigint }[]>`
      SELECT (COALESCE((SELECT SUM("minor") FROM "Transfer" WHERE "programId" = ${programId} AND "to" = ANY(${accounts}) AND "currency" = ${currency} AND "at" < ${until}), 0)
            - COALESCE((SELECT SUM("minor") FROM "Transfer" WHERE "programId" = ${programId} AND "from" = ANY(${accounts}) AND "currency" = ${currency} AND "at" < ${until}), 0))::bigint AS minor`
    held[which] = row?.minor ?? 0n
  }
  return held
}

async function soldBy(ctx: Context, lineIds: string[]): Promise<Map<string, Sold>> {
  const programId = ctx.program.id
  const lines = await ctx.db.line.findMany({ where: { programId, id: { in: lineIds } } })
  const orders = await ctx.db.order.findMany({
    where: { programId, id: { in: lines.map((line) => line.orderId) } },
    select: { id: true, number: true },
  })
  const numbers = new Map(orders.map(({ id, number }) => [id, number]))
  return new Map(lines.map((line) => [line.id, { ...line, number: numbers.get(line.orderId) ?? '' }]))
}

/** The months a creator may ask for: those in which anything was booked for them, newest first, at most 24. */
export async function monthsOf(ctx: Context, creatorId: string): Promise<string[]> {
  const accounts = await pursesOf(ctx, [creatorId])
  const first = await ctx.db.transfer.findFirst({
    where: { programId: ctx.program.id, to: { in: accounts } },
    orderBy: { at: 'asc' },
    select: { at: true },
  })
  const months = []
  const start = monthOf(first?.at ?? ctx.now, ctx.program.zone)
  for (let month = monthOf(ctx.now, ctx.program.zone); month >= start && months.length < 24; month = monthBefore(month))
    months.push(month)
  return months
}

function monthBefore(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`
}

/** Creators who agreed to be billed for and have no statement of this closed month yet, though something was booked for them in it. */
export async function unbilled(ctx: Context, month: string, most: number): Promise<string[]> {
  const programId = ctx.program.id
  const { from, to } = monthRange(month, ctx.program.zone)
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT c."id" FROM "Payee" p JOIN "Creator" c ON c."programId" = ${programId} AND c."id" = p."creatorId" AND c."mergedInto" IS NULL
    WHERE p."programId" = ${programId} AND p."billingAt" IS NOT NULL
      AND NOT EXISTS (SELECT FROM "Statement" s WHERE s."programId" = ${programId} AND s."month" = ${month} AND s."creatorId" IN (
        SELECT c."id" UNION SELECT o."id" FROM "Creator" o WHERE o."programId" = ${programId} AND o."mergedInto" = c."id"))
      AND EXISTS (SELECT FROM "Transfer" t WHERE t."programId" = ${programId} AND t."at" >= ${from} AND t."at" < ${to}
        AND (t."to" IN ('creator:' || c."id" || ':pending', 'creator:' || c."id" || ':payable')
          OR t."from" IN ('creator:' || c."id" || ':pending', 'creator:' || c."id" || ':payable')))
    ORDER BY c."id" LIMIT ${most}`
  return rows.map(({ id }) => id)
}
