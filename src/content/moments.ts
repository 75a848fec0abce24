/** Moments: what creators write in the chat, as content. */
import type { FileRef } from '../command.ts'
import type { Context } from '../context.ts'
import { creatorOf } from '../creators/service.ts'
import { must } from '../kernel/refusal.ts'
import { licencesOf } from '../rights/queries.ts'
import { isSigned } from '../rights/rules.ts'
import type { RightsAccepted } from '../rights/service.ts'
import type { View } from './cards.ts'
import { sourceGoneCard } from './cards-moments.ts'
import { contentOf, keepRevision, lock, lockCreator, refuseTwice, showReview } from './intake.ts'
import { viewOf } from './queries.ts'

export type Moment = {
  creatorId: string
  url: string
  caption?: string | undefined
  file?: FileRef | undefined
  intent?: string | undefined
  /** What its author agreed to, when somebody else had asked for it. */
  rightsAccepted?: RightsAccepted
}

/** Marks content whose message was deleted. What was licensed stays so, with its evidence; managers read what holds. */
export async function markSourceGone(ctx: Context, tails: string[]): Promise<void> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT s.id FROM "Submission" s WHERE s."programId" = ${ctx.program.id} AND s.kind = 'moment' AND s."sourceGoneAt" IS NULL
      AND s.state <> 'withdrawn'
      AND EXISTS (SELECT 1 FROM unnest(${tails}::text[]) tail WHERE right(split_part(s.url, '?', 1), length(tail)) = tail)
    ORDER BY s.id`
  for (const { id } of rows) {
    if ((await lock(ctx, id)).sourceGoneAt !== null) continue
    const submission = await ctx.db.submission.update({ where: { id }, data: { sourceGoneAt: ctx.now } })
    const view = await viewOf(ctx, submission)
    if (submission.state === 'submitted') await showReview(ctx, view)
    const licence = (await licencesOf(ctx, [id])).find(({ state }) => isSigned(state))
    if (submission.state !== 'rejected')
      await ctx.show({ channel: 'managers' }, `source-gone:${id}`, sourceGoneCard(view, licence?.id))
  }
}

/** Saves a message of the actor as content without a mission, for the managers to look at. Refuses the same message twice. */
export async function saveMoment(ctx: Context, moment: Moment): Promise<View> {
  must(moment.creatorId === ctx.actor.creatorId, 'everyone saves their own messages, and is asked for them by others')
  const creator = await creatorOf(ctx, moment.creatorId)
  await lockCreator(ctx, creator.id)
  const { first, parts } = await contentOf(ctx, moment)
  await refuseTwice(ctx, creator.id, parts)
  const submission = await ctx.db.submission.create({
    data: {
      id: ctx.id('submission'),
      programId: ctx.program.id,
      creatorId: creator.id,
      kind: 'moment',
      state: 'submitted',
      ...first,
      caption: moment.caption ?? '',
      intent: moment.intent ?? null,
      ...(moment.rightsAccepted ? { rightsAccepted: moment.rightsAccepted } : {}),
      submittedAt: ctx.now,
      createdAt: ctx.now,
    },
  })
  await keepRevision(ctx, submission, parts, null)
  const view = await viewOf(ctx, submission)
  await showReview(ctx, view)
  return view
}
