/** What every case does, whichever way it began: it is noted, it withholds its lines, it lets them go, and it is shown. */
import type { Context } from '../context.ts'
import type { Case } from '../db/generated/client.ts'
import { days } from '../kernel/time.ts'
import { managers } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import { alertCard, decidedCard, heldCard } from './cards.ts'
import { look } from './queries.ts'
import type { CaseKind } from './rules.ts'

/** Writes down what happened, all of one kind; nobody edits it. */
export async function noteAll(ctx: Context, caseId: string, kind: string, words: string[]): Promise<string[]> {
  const personId = ctx.actor.personId === 'system' ? null : ctx.actor.personId
  const own = { programId: ctx.program.id, caseId, kind, personId, at: ctx.now }
  const data = words.map((said) => ({ ...own, id: ctx.id('event'), words: said.slice(0, 2_000) }))
  await ctx.db.caseEvent.createMany({ data })
  return data.map(({ id }) => id)
}

/** Writes down one thing that happened and gives its id. */
export const note = async (ctx: Context, caseId: string, kind: string, words: string): Promise<string> =>
  (await noteAll(ctx, caseId, kind, [words]))[0]!

export type NewCase = { creatorId: string; kind: CaseKind; subject: string } & Partial<
  Pick<Case, 'orderId' | 'named' | 'words' | 'code' | 'score'>
>

/** Opens a case, once for its subject; undefined when there is one already. */
export async function open(ctx: Context, plan: NewCase): Promise<Case | undefined> {
  const id = ctx.id('case')
  const dueAt = plan.kind === 'chargeback' ? null : days(ctx.now, policyOf(ctx.program).caseDays)
  const { count } = await ctx.db.case.createMany({
    data: { id, programId: ctx.program.id, ...plan, dueAt, createdAt: ctx.now },
    skipDuplicates: true,
  })
  if (count === 0) return undefined
  await note(ctx, id, 'opened', plan.words ?? '')
  return ctx.db.case.findUniqueOrThrow({ where: { id } })
}

/** Names lines in a case; those it names already stay as they are. */
export async function nameLines(ctx: Context, caseId: string, lines: { lineId: string; orderId: string }[]): Promise<void> {
  const data = lines.map((line) => ({ ...line, caseId, programId: ctx.program.id }))
  await ctx.db.caseLine.createMany({ data, skipDuplicates: true })
}

/** Withholds lines of a case, all of them unless some are named, that are still to ripen and that no other case withholds. */
export async function withhold(ctx: Context, caseId: string, only: string[] | null = null): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.$queryRaw`
    SELECT h."line" FROM "Hold" h JOIN "CaseLine" c ON c."lineId" = h."line"
    WHERE h."programId" = ${programId} AND c."caseId" = ${caseId} ORDER BY h."line" FOR UPDATE OF h`
  await ctx.db.$executeRaw`
    UPDATE "Hold" h SET "caseId" = ${caseId} FROM "CaseLine" c
    WHERE h."programId" = ${programId} AND h."caseId" IS NULL AND c."caseId" = ${caseId} AND c."lineId" = h."line" AND c."outcome" IS NULL
      AND (${only}::text[] IS NULL OR h."line" = ANY(${only}::text[]))`
}

/**
 * Lets lines of a case go: each ripens at its date or now, whichever is later, unless another case that names it goes on withholding
 * it.
 */
export async function letGo(ctx: Context, caseId: string, lines: string[]): Promise<void> {
  if (lines.length === 0) return
  const programId = ctx.program.id
  await ctx.db.$queryRaw`
    SELECT "line" FROM "Hold" WHERE "programId" = ${programId} AND "line" = ANY(${lines}) ORDER BY "line" FOR UPDATE`
  await ctx.db.$executeRaw`
    UPDATE "Hold" h SET "availableAt" = greatest(h."availableAt", ${ctx.now}), "caseId" = (
      SELECT c."id" FROM "CaseLine" o JOIN "Case" c ON c."id" = o."caseId"
      WHERE o."programId" = ${programId} AND o."lineId" = h."line" AND o."caseId" <> ${caseId} AND o."outcome" IS NULL AND c."state" = 'held'
      ORDER BY c."createdAt", c."id" LIMIT 1)
    WHERE h."programId" = ${programId} AND h."caseId" = ${caseId} AND h."line" = ANY(${lines})`
  await ctx.db.caseLine.updateMany({
    where: { programId, caseId, lineId: { in: lines }, outcome: null },
    data: { outcome: 'released' },
  })
}

/** Shows a case as it stands to the managers; the same post is edited. */
export async function showManagers(ctx: Context, caseId: string): Promise<void> {
  const view = await look(ctx, await ctx.db.case.findUniqueOrThrow({ where: { id: caseId } }))
  await ctx.show({ channel: 'managers' }, `case:${caseId}`, alertCard(view))
}

/** Tells the creator that lines of theirs are withheld. What joins a case later edits the same post. */
export async function tellHeld(ctx: Context, caseId: string, because: string | null): Promise<void> {
  const view = await look(ctx, await ctx.db.case.findUniqueOrThrow({ where: { id: caseId } }))
  if (view.lines.some(({ held }) => held))
    await ctx.show({ person: view.creator.personId }, `case-held:${caseId}`, heldCard(view, because))
}

/** Tells the creator what was decided; an appeal, and money that a bank gave back after all, get a post of their own. */
export async function tellDecided(ctx: Context, caseId: string): Promise<void> {
  const view = await look(ctx, await ctx.db.case.findUniqueOrThrow({ where: { id: caseId } }))
  const { kind, appeal } = view.found
  const won = kind === 'chargeback' && view.lines.some(({ outcome }) => outcome === 'restored')
  const again = appeal === 'decided' ? ':appeal' : won ? ':won' : ''
  await ctx.show({ person: view.creator.personId }, `case-decided:${caseId}${again}`, decidedCard(view))
}

/** Everyone who could decide a case. */
export const judgesOf = async (ctx: Context): Promise<string[]> =>
  (await managers(ctx)).filter(({ mergedInto }) => mergedInto === null).map(({ personId }) => personId)
