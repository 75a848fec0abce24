/** Taking content in: who may, what is kept of it, and that it is looked at once. */
import type { FileRef } from '../command.ts'
import type { Context } from '../context.ts'
import type { File, Submission } from '../db/generated/client.ts'
import { isId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { holdFile } from '../programs/files.ts'
import { subject, type View } from './cards.ts'
import { reviewCard } from './cards-review.ts'
import { LIST } from './media.ts'
import { warnOfDuplicates } from './near.ts'
import { submissionOf, viewOf } from './queries.ts'
import { showQueue } from './queue.ts'
import { addressKey, knownState, type SubmissionState } from './rules.ts'
import type { Part } from './rules-kinds.ts'
import { addressesIn, checkPost } from './rules-posts.ts'
import { warnOfSamePost } from './same-post.ts'

/** What a creator hands over; `url` may hold several addresses. What its kind needs has to be there the first time. */
export type HandIn = {
  missionId?: string | undefined
  url?: string | undefined
  file?: FileRef | undefined
  caption: string
  kind?: string | undefined
  spoken?: boolean | undefined
  shown?: boolean | undefined
  /** The moment it was made for; whoever calls has asked the moment. */
  momentId?: string | undefined
  intent?: string | undefined
}

/** As it is kept: the first address and file in the submission itself, all of them as pieces. */
export type Content = { first: { url: string | null; fileId: string | null }; parts: Part[] }

/** The row under its lock: acts on one submission queue up. */
export async function lock(ctx: Context, submissionId: string): Promise<Submission> {
  await ctx.db.$queryRaw`SELECT id FROM "Submission" WHERE id = ${submissionId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  return submissionOf(ctx, submissionId)
}

/** One hand-in at a time per creator, so that the same content can't slip in twice; only active creators hand in. */
export async function lockCreator(ctx: Context, creatorId: string): Promise<void> {
  const [creator] = await inTurnOf(ctx, creatorId)
  if (creator?.state !== 'approved') {
    throw new Refusal('not_allowed', 'Only active creators hand in content.', 'Ask a manager of the program what your state is.')
  }
}

/** Whoever says of the same creator's content where it stands waits for one another. */
export const inTurnOf = (ctx: Context, creatorId: string): Promise<{ state: string }[]> =>
  ctx.db.$queryRaw<{ state: string }[]>`
    SELECT state FROM "Creator" WHERE id = ${creatorId} AND "programId" = ${ctx.program.id} FOR NO KEY UPDATE`

/** What is handed in, as it is kept. A mission that is for some networks takes no address on another. */
export async function contentOf(
  ctx: Context,
  { url, file }: Pick<HandIn, 'url' | 'file'>,
  mission: { title: string; platforms: string[] } | null = null,
): Promise<Content> {
  const addresses = addressesIn(url ?? '').map((address) => checkPost(address, mission))
  const stored = file ? await fileOf(ctx, file) : null
  const links = addresses.map((address): Part => ({ url: address, fileId: null, mime: null }))
  return contentFrom([...links, ...(stored ? [{ url: null, fileId: stored.id, mime: stored.mime }] : [])])
}

export const contentFrom = (parts: Part[]): Content => ({
  first: {
    url: parts.find((part) => part.url !== null)?.url ?? null,
    fileId: parts.find((part) => part.fileId !== null)?.fileId ?? null,
  },
  parts,
})

/** The pieces of a submission as it stands. */
export async function partsOf(ctx: Context, submission: Submission): Promise<Part[]> {
  const pieces = await ctx.db.piece.findMany({
    where: { programId: ctx.program.id, submissionId: submission.id, revision: submission.revision },
    orderBy: { position: 'asc' },
  })
  const ids = pieces.map(({ fileId }) => fileId).filter((id) => id !== null)
  const files = await ctx.db.file.findMany({
    where: { programId: ctx.program.id, id: { in: ids } },
    select: { id: true, mime: true },
  })
  const mimes = new Map(files.map(({ id, mime }) => [id, mime]))
  return pieces.map(({ url, fileId }) => ({ url, fileId, mime: fileId === null ? null : (mimes.get(fileId) ?? null) }))
}

/** The stored file a reference names: doors store what is uploaded before they call. */
async function fileOf(ctx: Context, ref: FileRef): Promise<File> {
  const file = isId('file', ref.ref) ? await holdFile(ctx, ref.ref) : undefined
  if (!file) throw new Refusal('invalid', 'The file did not arrive.', 'Choose it again.', 'file')
  if (file.mime === LIST) throw new Refusal('invalid', 'A list is no content.', 'Hand in a picture, a video or a PDF.', 'file')
  return file
}

/** Withdrawn content may come again; everything else is looked at once, and so is what stands somewhere already. */
export async function refuseTwice(ctx: Context, creatorId: string, parts: readonly Part[], except?: string): Promise<void> {
  const keys = parts.flatMap(({ url }) => (url ? [addressKey(url)] : []))
  if (new Set(keys).size < keys.length)
    throw new Refusal('invalid', 'The same link is given twice.', 'Give each address once.', 'url')
  const earlier = await ctx.db.$queryRaw<{ submissionId: string; url: string | null; fileId: string | null }[]>`
    SELECT p."submissionId", p.url, p."fileId" FROM "Submission" s JOIN "Piece" p ON p."submissionId" = s.id
    WHERE s."programId" = ${ctx.program.id} AND s."creatorId" = ${creatorId} AND s.state <> 'withdrawn' AND s.id <> ${except ?? ''}
    UNION ALL SELECT s.id, s."liveUrl", NULL FROM "Submission" s
    WHERE s."programId" = ${ctx.program.id} AND s."creatorId" = ${creatorId} AND s."liveUrl" IS NOT NULL AND s.id <> ${except ?? ''}`
  const sameLink = earlier.find(({ url }) => url !== null && keys.includes(addressKey(url)))
  const sameFile = earlier.find(({ fileId }) => fileId !== null && parts.some((part) => part.fileId === fileId))
  const same = sameLink ?? sameFile
  if (!same) return
  const before = await submissionOf(ctx, same.submissionId)
  const state = knownState(before)
  throw new Refusal(
    'conflict',
    `${sameLink ? 'This link' : 'This file'} was already handed in for “${subject(await viewOf(ctx, before))}” (${before.id}), which is ${says(state)}.`,
    state === 'changes_requested' ? 'Hand that one in again from /content.' : 'See it in /content.',
    sameLink ? 'url' : 'file',
  )
}

/** Whether a creator has something in a mission that is neither withdrawn nor turned down. */
export const hasMoreIn = async (ctx: Context, missionId: string, creatorId: string): Promise<boolean> =>
  (await ctx.db.submission.count({
    where: { programId: ctx.program.id, missionId, creatorId, state: { notIn: ['withdrawn', 'rejected'] } },
  })) > 0

export const says = (state: string): string =>
  ({ submitted: 'waiting for review', changes_requested: 'waiting for your changes', rejected: 'turned down' })[
    state as SubmissionState as string
  ] ?? state

/** Keeps the version that was just handed in, with the note it answers. */
export async function keepRevision(
  ctx: Context,
  submission: Submission,
  parts: readonly Part[],
  answered: string | null,
): Promise<void> {
  const { url, fileId, caption } = submission
  const row = { id: ctx.id('revision'), programId: ctx.program.id, submissionId: submission.id, number: submission.revision }
  await ctx.db.revision.create({ data: { ...row, url, fileId, caption, note: answered, at: ctx.now } })
  await keepPieces(ctx, submission, parts)
}

/** Adds pieces to the present version, after those it has. */
export async function keepPieces(ctx: Context, submission: Submission, parts: readonly Part[], after = 0): Promise<void> {
  await ctx.db.piece.createMany({
    data: parts.map(({ url, fileId }, i) => ({
      id: ctx.id('piece'),
      programId: ctx.program.id,
      submissionId: submission.id,
      revision: submission.revision,
      position: after + i + 1,
      kind: url === null ? 'file' : 'url',
      url,
      fileId,
    })),
  })
}

/** A revision has to be acted on, so it is a new post; the first keeps the plain key. */
export const reviewKey = (s: Submission): string => (s.revision === 1 ? `review:${s.id}` : `review:${s.id}:${s.revision}`)

/** The live post in #review, and the pinned count. What else takes locks comes before it. */
export async function showReview(ctx: Context, view: View): Promise<void> {
  await ctx.show({ channel: 'review' }, reviewKey(view.submission), reviewCard(view))
  await warnOfDuplicates(ctx, view.submission)
  await warnOfSamePost(ctx, view.submission)
  await showQueue(ctx)
}
