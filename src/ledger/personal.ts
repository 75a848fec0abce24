import type { Context } from '../context.ts'
import type { Prisma } from '../db/generated/client.ts'
import { BOOK_YEARS, type Forgotten, REMOVED, type Section, type Subject } from '../kernel/personal.ts'
import { purse } from './rules.ts'

const BOOKS = `${BOOK_YEARS} years, as tax law asks`
const WHY = 'Books have to be kept. They say what moved and name an account number, no person.'

const accountsOf = (creatorIds: string[]): string[] =>
  creatorIds.flatMap((id) => (['pending', 'payable', 'paying', 'paid'] as const).map((which) => purse(id, which)))

const movedFor = (ctx: Context, { creatorIds }: Subject) => {
  const accounts = accountsOf(creatorIds)
  return { programId: ctx.program.id, OR: [{ from: { in: accounts } }, { to: { in: accounts } }] }
}

/** The next of the moves after one. */
export const pages = [
  (ctx: Context, subject: Subject, after: string, take: number) =>
    ctx.db.transfer.findMany({ where: { ...movedFor(ctx, subject), id: { gt: after } }, orderBy: { id: 'asc' }, take }),
]

/** What somebody earned: every move, which `pages` has, bonuses with their reasons, and the papers that were made of it. */
export async function personal(ctx: Context, subject: Subject): Promise<Section[]> {
  const { creatorIds } = subject
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  const accounts = accountsOf(creatorIds)
  const count = await ctx.db.transfer.count({ where: movedFor(ctx, subject) })
  const balances = await ctx.db.balance.findMany({ where: { programId: ctx.program.id, account: { in: accounts } } })
  const holds = await ctx.db.hold.findMany({ where: own })
  const bonuses = await ctx.db.bonus.findMany({ where: own })
  const statements = await ctx.db.statement.findMany({ where: own })
  const papers = await ctx.db.paper.findMany({ where: own })
  const invoices = statements.filter(({ number }) => number !== null)
  return [
    {
      name: 'Money',
      about: 'to pay you and to keep the books',
      until: BOOKS,
      fate: 'pseudonymised',
      why: WHY,
      rows: [],
      more: { count, ids: [] },
    },
    { name: 'Balances', about: 'to pay you', until: BOOKS, fate: 'pseudonymised', why: WHY, rows: [...balances, ...holds] },
    {
      name: 'Bonuses',
      about: 'to pay you; their reasons go',
      until: BOOKS,
      fate: 'pseudonymised',
      why: WHY,
      rows: bonuses,
      texts: bonuses.map(({ reason }) => reason),
    },
    {
      name: 'Statements',
      about: 'your account of each month',
      until: BOOKS,
      fate: 'pseudonymised',
      why: WHY,
      rows: statements,
      fileIds: statements.flatMap(({ pdfId, csvId }) => [pdfId, csvId]),
    },
    {
      name: 'Invoices',
      about: 'invoices that were written for you',
      until: BOOKS,
      fate: 'kept',
      why: 'An invoice has to be kept as it was given out, with name and address.',
      rows: invoices.map(({ month, year, number }) => ({ month, year, number })),
    },
    {
      name: 'Papers',
      about: 'files that were made for you',
      until: 'while you are here',
      fate: 'deleted',
      rows: papers,
      fileIds: papers.map(({ fileId }) => fileId),
    },
  ]
}

/**
 * Amounts, parties and days stay to the cent; reasons that people wrote go. The papers are forgotten with the content, which knows what
 * else names a file; here they stop being anybody's. Invoices stay as they were given out.
 */
export async function forget(ctx: Context, { creatorIds }: Subject): Promise<Forgotten> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  const accounts = accountsOf(creatorIds)
  await ctx.db.$executeRaw`SELECT set_config('troupe.erasing', ${ctx.program.id}, true)`
  await ctx.db.$executeRaw`
    UPDATE "Transfer" SET because = because || ${JSON.stringify({ reason: REMOVED })}::jsonb
    WHERE "programId" = ${ctx.program.id} AND ("from" = ANY(${accounts}) OR "to" = ANY(${accounts}))
      AND jsonb_exists(because, 'reason') AND because->>'reason' <> ${REMOVED}`
  await ctx.db.bonus.updateMany({ where: own, data: { reason: REMOVED } })
  const kept = await invoiceFiles(ctx, own)
  await ctx.db.paper.updateMany({ where: { ...own, fileId: { in: kept } }, data: { creatorId: null } })
  return {}
}

const invoiceFiles = async (ctx: Context, where: Prisma.StatementWhereInput): Promise<string[]> =>
  (await ctx.db.statement.findMany({ where: { ...where, number: { not: null } } })).flatMap(({ pdfId, csvId }) => [pdfId, csvId])
