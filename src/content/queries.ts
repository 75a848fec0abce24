import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import type { Submission } from '../db/generated/client.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { isPaper } from '../ledger/papers.ts'
import { asRole, atLeast } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import type { View } from './cards.ts'
import { LIST } from './media.ts'

/** A submission of this program. Refusal not_found. */
export async function submissionOf(ctx: Context, submissionId: string): Promise<Submission> {
  const submission = await ctx.db.submission.findFirst({ where: { id: submissionId, programId: ctx.program.id } })
  if (!submission) throw new Refusal('not_found', 'This submission does not exist.', 'Pick one from the list.', 'submission')
  return submission
}

export async function viewOf(ctx: Context, submission: Submission): Promise<View> {
  const [view] = await views(ctx, [submission])
  must(view, 'one submission gives one view')
  return view
}

/** What cards need to show these submissions, in the same order; four reads however many there are. */
export async function views(ctx: Context, submissions: Submission[]): Promise<View[]> {
  if (submissions.length === 0) return []
  const programId = ctx.program.id
  const ids = (of: (s: Submission) => string | null) => [...new Set(submissions.map(of).filter((id) => id !== null))]
  const creators = await ctx.db.creator.findMany({ where: { programId, id: { in: ids((s) => s.creatorId) } } })
  const missions = await ctx.db.mission.findMany({ where: { programId, id: { in: ids((s) => s.missionId) } } })
  const files = await ctx.db.file.findMany({ where: { programId, id: { in: ids((s) => s.fileId) } } })
  const deciders = await ctx.db.membership.findMany({ where: { programId, personId: { in: ids((s) => s.decidedBy) } } })
  const { disclosure } = policyOf(ctx.program)
  return submissions.map((submission) => {
    const creator = creators.find((c) => c.id === submission.creatorId)
    must(creator, 'a submission has a creator')
    return {
      submission,
      creator,
      mission: missions.find((m) => m.id === submission.missionId) ?? null,
      file: files.find((f) => f.id === submission.fileId) ?? null,
      fileUrl: submission.fileId ? ctx.url(`/media/${submission.fileId}`) : null,
      decidedBy: deciders.find((d) => d.personId === submission.decidedBy) ?? null,
      currency: ctx.program.currency,
      disclosure,
    }
  })
}

/** A creator's own submissions, newest first, and how many there are. */
export async function ownContent(ctx: Context<'creator'>, limit = 10): Promise<{ views: View[]; total: number }> {
  const where = { programId: ctx.program.id, creatorId: ctx.actor.creatorId }
  const rows = await ctx.db.submission.findMany({ where, orderBy: [{ submittedAt: 'desc' }, { id: 'desc' }], take: limit })
  return { views: await views(ctx, rows), total: await ctx.db.submission.count({ where }) }
}

/**
 * Whether a person may open a stored file of the program. What was handed in is for those who handed it in and for managers;
 * everything else (a board's picture, the code of a link) was posted for all.
 */
export async function mayOpen(db: Db, programId: string, personId: string, fileId: string): Promise<boolean> {
  const member = await db.membership.findUnique({ where: { programId_personId: { programId, personId } } })
  // Statements and reports are opened by their own page.
  if (!member || (await isPaper(db, programId, fileId))) return false
  if (atLeast(asRole(member.role), 'manager')) return true
  // A list names people with their e-mail addresses and balances.
  if ((await db.file.count({ where: { programId, id: fileId, mime: LIST } })) > 0) return false
  const handedIn = await db.revision.findMany({ where: { programId, fileId }, select: { submissionId: true } })
  if (handedIn.length === 0) return true
  const creator = await db.creator.findUnique({ where: { programId_personId: { programId, personId } }, select: { id: true } })
  const ids = handedIn.map((revision) => revision.submissionId)
  return creator !== null && (await db.submission.count({ where: { programId, creatorId: creator.id, id: { in: ids } } })) > 0
}
