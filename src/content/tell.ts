/** Telling creators what was decided: once, when it can no longer be undone or when the manager says so. */
import { seatAgain, vacate } from '../campaigns/seats.ts'
import type { Context } from '../context.ts'
import type { Submission } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { minutes } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { withdrawOpen } from '../rights/asking.ts'
import { hasGone, type View } from './cards.ts'
import { reviewCard } from './cards-review.ts'
import { approvedCard, rejectedCard } from './cards-told.ts'
import { hasMoreIn, lock, reviewKey } from './intake.ts'
import { viewOf } from './queries.ts'
import { untold } from './rules.ts'
import { endThread, showRequest, wasAsked } from './thread.ts'

const TELL_AT_ONCE = 50

/** Tells the creator of a submission what was decided; the row is locked by the caller. */
export async function tell(ctx: Context, decided: Submission): Promise<Submission> {
  const submission = await ctx.db.submission.update({ where: { id: decided.id }, data: { toldAt: ctx.now } })
  const view = await viewOf(ctx, submission)
  const to = { person: view.creator.personId }
  const key = `decision:${submission.id}${submission.undone > 0 ? `:${submission.undone}` : ''}`
  if (submission.state === 'changes_requested') {
    await showRequest(ctx, view, submission)
    await ctx.show({ channel: 'review' }, reviewKey(submission), reviewCard(view))
  }
  if (submission.state === 'approved') await ctx.show(to, key, approvedCard(view, policyOf(ctx.program).payday))
  if (submission.state === 'rejected') {
    await ctx.show(to, key, rejectedCard(view))
    if (await wasAsked(ctx, submission)) await showRequest(ctx, view, submission)
    await endOf(ctx, submission, view)
  }
  if (submission.state !== 'changes_requested') await endThread(ctx, view)
  return submission
}

/** What is turned down leaves its seat for another try, and nobody asks for rights in it any more. */
async function endOf(ctx: Context, { id, missionId, creatorId }: Submission, { creator }: View): Promise<void> {
  await withdrawOpen(ctx, id)
  if (missionId === null || (await hasMoreIn(ctx, missionId, creatorId))) return
  await seatAgain(ctx, missionId, creatorId)
  if (hasGone(creator)) await vacate(ctx, creatorId)
}

/** The same before its time. Refusal when nothing is decided, or when they know. */
export async function tellNow(ctx: Context, submissionId: string): Promise<Submission> {
  const submission = await lock(ctx, submissionId)
  if (!untold(submission) || submission.state === 'withdrawn') {
    throw submission.decidedAt
      ? new Refusal('conflict', 'Its creator has been told already.')
      : new Refusal('conflict', 'Nothing is decided on this yet.', 'Decide first; it waits in /review queue.')
  }
  return tell(ctx, submission)
}

/** Tells everyone whose decision can no longer be undone; gives what they were told of. */
export async function due(ctx: Context): Promise<Submission[]> {
  const until = minutes(ctx.now, -policyOf(ctx.program).undoMinutes)
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Submission" WHERE "programId" = ${ctx.program.id} AND "toldAt" IS NULL AND "decidedAt" <= ${until}
    ORDER BY "decidedAt", id LIMIT ${TELL_AT_ONCE} FOR UPDATE SKIP LOCKED`
  const told: Submission[] = []
  for (const { id } of rows) told.push(await tell(ctx, await ctx.db.submission.findUniqueOrThrow({ where: { id } })))
  return told
}
