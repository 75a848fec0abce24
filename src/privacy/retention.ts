// What is kept no longer than it is needed, looked at each night.

import { dropFiles } from '../content/drop.ts'
import { forget as forgetContent } from '../content/personal.ts'
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { forgetHeard } from '../db/inbox.ts'
import { networkAlone } from '../insight/splits.ts'
import { BOOK_YEARS } from '../kernel/personal.ts'
import { days } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { forget as forgetRights } from '../rights/personal.ts'

const CLICK_DAYS = 90
const CALL_DAYS = 7
const LATELY_DAYS = 3
const MANY = 5_000

/** Raw bodies of deliveries and answered calls are kept so long as the program says. Each minute asks for what became old lately, the night for all. */
export function dropHeard(ctx: Context, { lately }: { lately: boolean }): Promise<number> {
  // What is kept of deliveries for ever grows with the years, and is not to be read each minute.
  const until = (to: Date) => ({ from: lately ? days(to, -LATELY_DAYS) : new Date(0), to })
  const { bodyDays } = policyOf(ctx.program)
  return forgetHeard(ctx.db, ctx.program.id, { bodies: until(days(ctx.now, -bodyDays)), calls: until(days(ctx.now, -CALL_DAYS)) })
}

/**
 * Raw clicks lose whatever could tell shoppers apart: address, browser, page and mark. That there was a click, when, in which country, from
 * which network and whether it was the first of its hour stays, for all figures are counted from that. Begins at an instant, or with the
 * first click; gives where to go on, and undefined when all is done. No turn reads more than a month, however many years there are.
 */
export async function trimClicks(ctx: Context, from?: Date): Promise<Date | undefined> {
  const programId = ctx.program.id
  const end = days(ctx.now, -CLICK_DAYS)
  const start = from ?? (await firstClick(ctx))
  if (start === undefined || start >= end) return undefined
  const to = new Date(Math.min(days(start, 30).getTime(), end.getTime()))
  // By their time alone, so that no other month is read; joined by id, they would be looked for among all clicks there are.
  const [more] = await ctx.db.$queryRaw<{ at: Date }[]>`
    SELECT at FROM "Click" WHERE "programId" = ${programId} AND at >= ${start} AND at < ${to} AND visitor <> '' ORDER BY at OFFSET ${MANY} LIMIT 1`
  const until = more ? new Date(Math.max(more.at.getTime(), start.getTime() + 1)) : to
  await ctx.db.$executeRaw`
    UPDATE "Click" c SET ip = NULL, "userAgent" = NULL, referer = ${networkAlone(Prisma.sql`c.referer`)}, visitor = ''
    WHERE c."programId" = ${programId} AND c.at >= ${start} AND c.at < ${until} AND c.visitor <> ''`
  return until < end ? until : undefined
}

async function firstClick(ctx: Context): Promise<Date | undefined> {
  const [first] = await ctx.db.$queryRaw<
    { at: Date }[]
  >`SELECT at FROM "Click" WHERE "programId" = ${ctx.program.id} ORDER BY at LIMIT 1`
  return first?.at
}

/** Content of those who were forgotten while a licence held: it goes once none holds any more. Gives hashes of bytes that may go. */
export async function dropLapsed(ctx: Context): Promise<string[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ creatorId: string; personId: string }[]>`
    SELECT DISTINCT c.id AS "creatorId", c."personId" FROM "Creator" c JOIN "Submission" s ON s."creatorId" = c.id AND s."programId" = c."programId"
    WHERE c."programId" = ${programId} AND c."erasedAt" IS NOT NULL AND (s.caption <> '' OR num_nonnulls(s.url, s."fileId", s."liveUrl") > 0)
      AND NOT EXISTS (SELECT FROM "Grant" g WHERE g."programId" = c."programId" AND g."submissionId" = s.id
        AND g.state IN ('granted', 'expiring', 'disputed', 'renewed') AND g."endsAt" > ${ctx.now})
    LIMIT 50`
  const gone: string[] = []
  for (const { creatorId, personId } of rows) {
    const subject = { personIds: [personId], creatorIds: [creatorId], words: [] }
    await forgetRights(ctx, subject)
    gone.push(...((await forgetContent(ctx, subject)).files ?? []))
  }
  return gone
}

/** Invoices of those who were forgotten, once no law asks for them. Gives hashes of bytes that may go. */
export async function dropInvoices(ctx: Context): Promise<string[]> {
  const programId = ctx.program.id
  const before = days(ctx.now, -Math.ceil(BOOK_YEARS * 365.25) - 365)
  const old = await ctx.db.statement.findMany({
    where: { programId, number: { not: null }, at: { lt: before } },
    select: { creatorId: true, pdfId: true, csvId: true },
  })
  if (old.length === 0) return []
  const erased = await ctx.db.creator.findMany({
    where: { programId, id: { in: old.map(({ creatorId }) => creatorId) }, erasedAt: { not: null } },
    select: { id: true },
  })
  const ids = new Set(erased.map(({ id }) => id))
  const files = old.filter(({ creatorId }) => ids.has(creatorId)).flatMap(({ pdfId, csvId }) => [pdfId, csvId])
  await ctx.db.paper.deleteMany({ where: { programId, fileId: { in: files } } })
  return dropFiles(ctx, files)
}

const LIST_DAYS = 30
const RECAP_DAYS = 90

/**
 * Lists that managers handed over (a roster, orders as a shop wrote them) and previews of them, once they are read in; and pictures of
 * somebody's month, which are drawn anew whenever they are asked for. Gives hashes of bytes that may go.
 */
export async function dropLists(ctx: Context): Promise<string[]> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT f.id FROM "File" f WHERE f."programId" = ${programId} AND (
        (f.mime = 'text/csv' AND f."createdAt" < ${days(ctx.now, -LIST_DAYS)})
        OR (f.name LIKE 'recap-%' AND f.mime = 'image/png' AND f."createdAt" < ${days(ctx.now, -RECAP_DAYS)}))
      AND NOT EXISTS (SELECT FROM "Import" i WHERE i."programId" = ${programId} AND f.id IN (i."fileId", i."reportId")
        AND (i."doneAt" IS NULL OR i."doneAt" >= ${days(ctx.now, -LIST_DAYS)}))
      AND NOT EXISTS (SELECT FROM "Statement" s WHERE s."programId" = ${programId} AND f.id IN (s."pdfId", s."csvId"))
      AND NOT EXISTS (SELECT FROM "Paper" p WHERE p."programId" = ${programId} AND p."fileId" = f.id)
    ORDER BY f.id LIMIT 500`
  return dropFiles(
    ctx,
    rows.map(({ id }) => id),
  )
}

/**
 * Sheets and reports for finance and managers: they name creators with what they brought, and are made anew whenever they are asked for.
 * Gives hashes of bytes that may go.
 */
export async function dropSheets(ctx: Context, before = days(ctx.now, -LIST_DAYS)): Promise<string[]> {
  const programId = ctx.program.id
  const sheets = [
    { what: { in: ['journal', 'liability', 'year'] } },
    { what: { startsWith: 'report ' } },
    { what: { startsWith: 'reels ' } },
  ]
  const old = { programId, creatorId: null, createdAt: { lte: before }, OR: sheets }
  const files = (await ctx.db.paper.findMany({ where: old, select: { fileId: true } })).map(({ fileId }) => fileId)
  await ctx.db.paper.deleteMany({ where: old })
  return dropFiles(ctx, files)
}
