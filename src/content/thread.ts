/** What is said about a submission: in a thread of its own, from the first request or question until it is decided. */
import type { Audience, Context } from '../context.ts'
import type { Submission } from '../db/generated/client.ts'
import { subject, type View } from './cards.ts'
import { questionCard, saidCard, settledCard } from './cards-thread.ts'
import { changesCard } from './cards-told.ts'
import { lock } from './intake.ts'
import { viewOf } from './queries.ts'
import { asksAs } from './rules.ts'

const TITLE = 90

/** The creator's door holds the thread; the manager who asked is in it where they have an account there. */
const threadOf = ({ submission, creator, mission, file }: View, manager: string | null): Audience => ({
  thread: submission.id,
  title: [...`${creator.name}: ${subject({ submission, mission, file })}`].slice(0, TITLE).join(''),
  people: [creator.personId, ...(manager === null || manager === creator.personId ? [] : [manager])],
})

const requestKey = ({ id, revision }: Submission): string => `changes:${id}:${revision}`

/** Shows a request for changes as it stands now; `asked` is the submission as it was when they were asked for. */
export async function showRequest(ctx: Context, view: View, asked: Submission): Promise<void> {
  await ctx.show(threadOf(view, asked.decidedBy), requestKey(asked), changesCard(view))
}

/** Whether changes of this revision were asked for, and its creator knows. */
export const wasAsked = async (ctx: Context, submission: Submission): Promise<boolean> =>
  (await ctx.db.outbox.count({ where: { programId: ctx.program.id, kind: 'post', key: requestKey(submission) } })) > 0

/**
 * Says something in the thread of a submission that is not decided yet. What its creator says is shown in #review until someone
 * answers; what a manager says settles it. Refuses everyone else, and whoever comes after the decision.
 */
export async function ask(ctx: Context, submissionId: string, words: string): Promise<{ view: View; as: 'creator' | 'manager' }> {
  const submission = await lock(ctx, submissionId)
  const as = asksAs(submission, ctx.actor)
  const view = await viewOf(ctx, submission)
  const said = ctx.id('post')
  const manager = as === 'manager' ? ctx.actor.personId : submission.decidedBy
  await ctx.show(threadOf(view, manager), `said:${said}`, saidCard(view, ctx.actor.name, as, words))
  if (as === 'manager') await settleQuestions(ctx, view)
  else await ctx.show({ channel: 'review' }, `${questionsOf(submission)}${said}`, questionCard(view, words))
  return { view, as }
}

/** After the decision nothing is left to say: open questions are settled and the thread is archived. */
export async function endThread(ctx: Context, view: View): Promise<void> {
  await settleQuestions(ctx, view)
  await ctx.closeThread(view.submission.id)
}

const questionsOf = (submission: Submission): string => `question:${submission.id}:`

async function settleQuestions(ctx: Context, view: View): Promise<void> {
  const asked = await ctx.db.outbox.findMany({
    where: { programId: ctx.program.id, kind: 'post', audience: 'review', key: { startsWith: questionsOf(view.submission) } },
    distinct: ['key'],
    select: { key: true },
  })
  for (const { key } of asked) await ctx.show({ channel: 'review' }, key, settledCard(view))
}
