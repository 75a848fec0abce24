import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import type { Submission } from '../db/generated/client.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { isPaper } from '../ledger/papers.ts'
import { asRole, atLeast } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import { presetOf } from '../rights/presets.ts'
import type { View } from './cards.ts'
import { LIST } from './media.ts'
import { latestVerdict } from './verdicts.ts'

/** A submission of this program. Refusal not_found. */
export async function submissionOf(ctx: Context, submissionId: string): Promise<Submission> {
  const submission = await ctx.db.submission.findFirst({ where: { id: submissionId, programId: ctx.program.id } })
  if (!submission) throw new Refusal('not_found', 'This submission does not exist.', 'Pick one from the list.', 'submission')
  return submission
}

/** One submission with everything a card says about it, its verdict included. */
export async function viewOf(ctx: Context, submission: Submission): Promise<View> {
  const [view] = await views(ctx, [submission])
  must(view, 'one submission gives one view')
  return { ...view, verdict: await latestVerdict(ctx, submission.id) }
}

/** What cards need to show these submissions, in the same order; the same few reads however many there are. */
export async function views(ctx: Context, submissions: Submission[]): Promise<View[]> {
  if (submissions.length === 0) return []
  const programId = ctx.program.id
  const ids = (of: (s: Submission) => (string | null)[]) => [...new Set(submissions.flatMap(of).filter((id) => id !== null))]
  const creators = await ctx.db.creator.findMany({ where: { programId, id: { in: ids((s) => [s.creatorId]) } } })
  const missions = await ctx.db.mission.findMany({ where: { programId, id: { in: ids((s) => [s.missionId]) } } })
  const all = await ctx.db.piece.findMany({
    where: { programId, OR: submissions.map(({ id, revision }) => ({ submissionId: id, revision })) },
    orderBy: { position: 'asc' },
  })
  const fileIds = [...ids((s) => [s.fileId]), ...all.flatMap(({ fileId }) => (fileId === null ? [] : [fileId]))]
  const files = await ctx.db.file.findMany({ where: { programId, id: { in: fileIds } } })
  const people = ids((s) => [s.decidedBy, s.takenBy, s.firstBy])
  const managers = await ctx.db.membership.findMany({ where: { programId, personId: { in: people } } })
  const named = (personId: string | null) => managers.find((one) => one.personId === personId) ?? null
  const shown = (fileId: string | null) => {
    const file = files.find(({ id }) => id === fileId) ?? null
    return { file, fileUrl: fileId === null ? null : ctx.url(`/media/${fileId}`) }
  }
  const { reviewers } = policyOf(ctx.program)
  return submissions.map((submission) => {
    const creator = creators.find((c) => c.id === submission.creatorId)
    must(creator, 'a submission has a creator')
    const mission = missions.find((m) => m.id === submission.missionId) ?? null
    return {
      submission,
      creator,
      mission,
      pieces: all.filter((p) => p.submissionId === submission.id).map(({ url, fileId }) => ({ url, ...shown(fileId) })),
      ...shown(submission.fileId),
      decidedBy: named(submission.decidedBy),
      takenBy: submission.takenUntil !== null && submission.takenUntil > ctx.now ? named(submission.takenBy) : null,
      firstBy: named(submission.firstBy),
      reviewers: Math.max(mission?.reviewers ?? 1, reviewers),
      currency: ctx.program.currency,
      rights: rightsOf(submission),
    }
  })
}

function rightsOf({ rightsAccepted }: Submission): View['rights'] {
  const preset = presetOf(String((rightsAccepted as { preset?: string } | null)?.preset ?? 'none'))
  return preset.scope === null ? null : preset
}

const isUndecided = ({ state, decidedAt }: Submission): boolean => state === 'submitted' && decidedAt === null

/** As many as a message of Discord holds with their buttons. */
const OWN = 9

/** A creator's own submissions, newest first, and how many there are. */
export async function ownContent(ctx: Context<'creator'>): Promise<{ views: View[]; total: number }> {
  const where = { programId: ctx.program.id, creatorId: ctx.actor.creatorId }
  const rows = await ctx.db.submission.findMany({ where, orderBy: [{ submittedAt: 'desc' }, { id: 'desc' }], take: OWN })
  const shown = await views(ctx, rows)
  // What waits can be mended, so its creator reads what is missing; of the rest nothing is to do here.
  for (const view of shown) if (isUndecided(view.submission)) view.verdict = await latestVerdict(ctx, view.submission.id)
  return { views: shown, total: await ctx.db.submission.count({ where }) }
}

/**
 * Whether a person may open a stored file of the program. What was handed in is for those who handed it in and for managers;
 * everything else (a board's picture, the code of a link) was posted for all.
 */
export async function mayOpen(db: Db, programId: string, personId: string, fileId: string, now: Date): Promise<boolean> {
  const member = await db.membership.findUnique({ where: { programId_personId: { programId, personId } } })
  // Statements and reports are opened by their own page.
  if (!member || (await isPaper(db, programId, fileId))) return false
  if (atLeast(asRole(member.role), 'manager')) return true
  // A list names people with their e-mail addresses and balances.
  if ((await db.file.count({ where: { programId, id: fileId, mime: LIST } })) > 0) return false
  const library = await libraryOf(db, programId, fileId, now)
  // What is in the library is for all, whoever else handed the same file in.
  if (library === 'in') return true
  const handedIn = await db.piece.findMany({ where: { programId, fileId }, select: { submissionId: true } })
  // What a customer sent is for managers.
  if (handedIn.length === 0)
    return (
      library !== 'out' &&
      !(await sentByOther(db, programId, personId, fileId)) &&
      (await db.share.count({ where: { programId, fileId } })) === 0
    )
  const creator = await db.creator.findUnique({ where: { programId_personId: { programId, personId } }, select: { id: true } })
  const ids = handedIn.map((piece) => piece.submissionId)
  return creator !== null && (await db.submission.count({ where: { programId, creatorId: creator.id, id: { in: ids } } })) > 0
}

/** Whether a file is the newest version of an asset that creators may use now, or was one and no longer is. */
async function libraryOf(db: Db, programId: string, fileId: string, now: Date): Promise<'in' | 'out' | 'never'> {
  const rows = await db.$queryRaw<{ current: boolean }[]>`
    SELECT a."retiredAt" IS NULL AND coalesce(a."validTo" > ${now}, true)
      AND NOT EXISTS (SELECT FROM "AssetVersion" n WHERE n."assetId" = v."assetId" AND n.number > v.number) AS current
    FROM "AssetVersion" v JOIN "Asset" a ON a.id = v."assetId" WHERE v."programId" = ${programId} AND v."fileId" = ${fileId}`
  return rows.length === 0 ? 'never' : rows.some(({ current }) => current) ? 'in' : 'out'
}

/** What came through the page for large files is its sender's until it is handed in. */
async function sentByOther(db: Db, programId: string, personId: string, fileId: string): Promise<boolean> {
  const senders = await db.upload.findMany({ where: { programId, fileId }, select: { personId: true } })
  return senders.length > 0 && senders.every((sender) => sender.personId !== personId)
}
