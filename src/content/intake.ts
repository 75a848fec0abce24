/** Taking content in: who may, what is kept of it, and that it is looked at once. */
import type { FileRef } from '../command.ts'
import type { Context } from '../context.ts'
import type { File, Submission } from '../db/generated/client.ts'
import { isId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { reviewCard, subject, type View } from './cards.ts'
import { LIST } from './media.ts'
import { submissionOf, viewOf } from './queries.ts'
import { addressKey, checkAddress, type SubmissionState } from './rules.ts'

/** What a creator hands over; a link or a file has to be there the first time. */
export type HandIn = { missionId?: string | undefined; url?: string | undefined; file?: FileRef | undefined; caption: string }

type Content = { url: string | null; fileId: string | null; caption: string }

/** The row under its lock: acts on one submission queue up. */
export async function lock(ctx: Context, submissionId: string): Promise<Submission> {
  await ctx.db.$queryRaw`SELECT id FROM "Submission" WHERE id = ${submissionId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  return submissionOf(ctx, submissionId)
}

/** One hand-in at a time per creator, so that the same content can't slip in twice; only active creators hand in. */
export async function lockCreator(ctx: Context, creatorId: string): Promise<void> {
  const [creator] = await ctx.db.$queryRaw<{ state: string }[]>`
    SELECT state FROM "Creator" WHERE id = ${creatorId} AND "programId" = ${ctx.program.id} FOR NO KEY UPDATE`
  if (creator?.state !== 'approved') {
    throw new Refusal('not_allowed', 'Only active creators hand in content.', 'Ask a manager of the program what your state is.')
  }
}

/** What is handed in, as it is kept. */
export async function contentOf(ctx: Context, handIn: HandIn): Promise<Content> {
  const url = handIn.url ? checkAddress(handIn.url) : null
  const file = handIn.file ? await fileOf(ctx, handIn.file) : null
  return { url, fileId: file?.id ?? null, caption: handIn.caption }
}

/** The stored file a reference names: doors store what is uploaded before they call. */
async function fileOf(ctx: Context, ref: FileRef): Promise<File> {
  const file = isId('file', ref.ref) ? await ctx.db.file.findFirst({ where: { id: ref.ref, programId: ctx.program.id } }) : null
  if (!file) throw new Refusal('invalid', 'The file did not arrive.', 'Choose it again.', 'file')
  if (file.mime === LIST) throw new Refusal('invalid', 'A list is no content.', 'Hand in a picture, a video or a PDF.', 'file')
  return file
}

/** Withdrawn content may come again; everything else is looked at once. */
export async function refuseTwice(ctx: Context, creatorId: string, content: Content, except?: string): Promise<void> {
  const earlier = await ctx.db.submission.findMany({
    where: {
      programId: ctx.program.id,
      creatorId,
      state: { not: 'withdrawn' },
      ...(except ? { id: { not: except } } : {}),
    },
    orderBy: { submittedAt: 'asc' },
    select: { id: true, url: true, fileId: true, state: true },
  })
  const key = content.url && addressKey(content.url)
  const same = earlier.find((s) => (key && s.url && addressKey(s.url) === key) || (content.fileId && s.fileId === content.fileId))
  if (!same) return
  const name = subject(await viewOf(ctx, await submissionOf(ctx, same.id)))
  const field = key && same.url && addressKey(same.url) === key ? 'url' : 'file'
  const what = field === 'url' ? 'This link' : 'This file'
  const fix = same.state === 'changes_requested' ? 'Hand that one in again from /content.' : 'See it in /content.'
  throw new Refusal(
    'conflict',
    `${what} was already handed in for “${name}” (${same.id}), which is ${says(same.state)}.`,
    fix,
    field,
  )
}

export const says = (state: string): string =>
  ({ submitted: 'waiting for review', changes_requested: 'waiting for your changes', rejected: 'turned down' })[
    state as SubmissionState as string
  ] ?? state

/** Keeps the version that was just handed in, with the note it answers. */
export async function keepRevision(ctx: Context, submission: Submission, answered: string | null): Promise<void> {
  const { url, fileId, caption } = submission
  const row = { id: ctx.id('revision'), programId: ctx.program.id, submissionId: submission.id, number: submission.revision }
  await ctx.db.revision.create({ data: { ...row, url, fileId, caption, note: answered, at: ctx.now } })
}

/** A revision has to be acted on, so it is a new post; the first keeps the plain key. */
export const reviewKey = (s: Submission): string => (s.revision === 1 ? `review:${s.id}` : `review:${s.id}:${s.revision}`)

/** The live post in #review. */
export const showReview = (ctx: Context, view: View): Promise<void> =>
  ctx.show({ channel: 'review' }, reviewKey(view.submission), reviewCard(view))
