// Lists of cases, to look at and to pick from.
import type { Context } from '../context.ts'
import type { Case } from '../db/generated/client.ts'
import { plural } from '../kernel/plural.ts'
import { atLeast } from '../people/service.ts'
import { isOpen, kindNames } from './rules.ts'

const MANY = 25

export type CaseRow = Pick<Case, 'id' | 'kind' | 'state' | 'score' | 'appeal' | 'createdAt' | 'dueAt'> & {
  name: string
  about: string
  open: boolean
}

/** Cases, those that wait first: all for managers, one's own for everyone else. */
export async function listCases(ctx: Context): Promise<CaseRow[]> {
  return describe(ctx, await newest(ctx, MANY))
}

const undecided = ['open', 'held']
const waits = { OR: [{ state: { in: undecided } }, { appeal: 'open' }] }
// An appeal that was never made is null, which no comparison finds.
const settled = { state: { notIn: undecided }, OR: [{ appeal: null }, { appeal: { not: 'open' } }] }

/** How many cases of these creators wait for a decision, and how many of them a bank decides and nobody here. */
export async function undecidedOf(ctx: Context, creatorIds: string[]): Promise<{ cases: number; atBank: number }> {
  const where = { programId: ctx.program.id, creatorId: { in: creatorIds }, ...waits }
  const cases = await ctx.db.case.count({ where })
  return { cases, atBank: cases === 0 ? 0 : await ctx.db.case.count({ where: { ...where, kind: 'chargeback' } }) }
}

/** What the reader may see, the newest first: all that waits before anything that is settled. */
async function newest(ctx: Context, take: number): Promise<Case[]> {
  const waiting = await among(ctx, waits, take)
  return [...waiting, ...(await among(ctx, settled, take - waiting.length))]
}

async function among(ctx: Context, which: typeof waits | typeof settled, take: number): Promise<Case[]> {
  const whose = atLeast(ctx.actor.role, 'manager') ? {} : { creatorId: ctx.actor.creatorId ?? '' }
  return ctx.db.case.findMany({
    where: { programId: ctx.program.id, ...whose, ...which },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take,
  })
}

async function describe(ctx: Context, cases: Case[]): Promise<CaseRow[]> {
  const programId = ctx.program.id
  const creators = await ctx.db.creator.findMany({
    where: { programId, id: { in: cases.map(({ creatorId }) => creatorId) } },
    select: { id: true, name: true },
  })
  const lines = await ctx.db.caseLine.groupBy({
    by: ['caseId'],
    where: { programId, caseId: { in: cases.map(({ id }) => id) } },
    _count: true,
  })
  const counts = new Map(lines.map(({ caseId, _count }) => [caseId, _count]))
  return cases.map((found) => ({
    ...found,
    name: creators.find(({ id }) => id === found.creatorId)?.name ?? '',
    about: found.kind === 'dispute' ? `order ${found.named ?? ''}` : plural(counts.get(found.id) ?? 0, 'order'),
    open: isOpen(found),
  }))
}

type Picks = { label: string; value: string }[]

/** As many as are looked through for what was typed. */
const SEARCHED = 500

/** What may be typed for a case: those that wait, newest first. */
export const suggestCases = async (ctx: Context, typed: string): Promise<Picks> =>
  picks(await describe(ctx, await newest(ctx, SEARCHED)), typed)

/** The same for what people decide: no case that is decided, and none that the bank decides. */
export const suggestUndecided = async (ctx: Context, typed: string): Promise<Picks> =>
  picks(
    (await describe(ctx, await newest(ctx, SEARCHED))).filter(({ open, kind }) => open && kind !== 'chargeback'),
    typed,
  )

function picks(rows: CaseRow[], typed: string): Picks {
  const words = typed.trim().toLowerCase()
  return rows
    .map((row) => ({
      label: `${(kindNames[row.kind] ?? row.kind).toLowerCase()} of ${row.name}, ${row.about}, ${row.appeal === 'open' ? 'appealed' : row.state}`,
      value: row.id,
    }))
    .filter(({ label, value }) => value === typed.trim() || label.toLowerCase().includes(words))
    .slice(0, MANY)
}
