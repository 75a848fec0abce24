/** Live streams: announced with start and length, answered with the times of the disclosure, and looked at when they are over. */
import type { Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Prisma, Submission } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { policyOf } from '../programs/rules.ts'
import { subject, type View } from './cards.ts'
import { announcedCard, checkCard, checkedCard, missedCard } from './cards-streams.ts'
import { minutesFor } from './disclosure.ts'
import { RULE_SET, ruleOf } from './disclosure-rules.ts'
import { lock, showReview } from './intake.ts'
import { viewOf, views } from './queries.ts'
import { endOf, planOf, type StreamPlan } from './rules-streams.ts'
import { isStream, judgeSubmission, missionMinutes, territoriesOf } from './verdicts.ts'

const open = ['submitted', 'changes_requested', 'approved', 'live', 'measured']

/** Keeps when a stream runs and when its disclosure is said; announced again, the newer start counts until somebody has looked. */
export async function announce(
  ctx: Context<'creator'>,
  submissionId: string,
  { startsAt, lengthMinutes }: { startsAt: Date; lengthMinutes: number },
): Promise<{ view: View; plan: StreamPlan }> {
  const before = await lock(ctx, submissionId)
  if (before.creatorId !== ctx.actor.creatorId)
    throw new Refusal('not_allowed', 'This is somebody else’s content.', 'See your own with /content.', 'submission')
  if (!isStream(before))
    throw new Refusal(
      'invalid',
      'This is no live stream.',
      'Hand it in with /submit and choose “Live stream” as its kind.',
      'submission',
    )
  if (!open.includes(before.state)) throw new Refusal('conflict', 'This is over.', 'Hand in the next one with /submit.')
  if (planOf(before)?.check)
    throw new Refusal('conflict', 'This stream was looked at already.', 'Hand in the next one with /submit.')
  const territories = await territoriesOf(ctx, before)
  const rules = territories.map(ruleOf)
  const own = policyOf(ctx.program).disclosure
  const plan: StreamPlan = {
    startsAt,
    lengthMinutes,
    everyMinutes: minutesFor(rules, await missionMinutes(ctx, before)),
    words: [...new Set(rules.map((rule) => own ?? rule.label))],
    territories,
    ruleSet: RULE_SET,
    announcedAt: ctx.now,
  }
  const submission = await keep(ctx, before, plan, endOf(plan))
  if (submission.state === 'submitted') await judgeSubmission(ctx, submission, 'draft')
  const view = await viewOf(ctx, submission)
  if (submission.state === 'submitted') await showReview(ctx, view)
  else await ctx.show({ channel: 'review' }, `stream:${submission.id}`, announcedCard(view, plan))
  return { view, plan }
}

const keep = (ctx: Context, { id }: Submission, plan: StreamPlan, streamEndsAt: Date | null): Promise<Submission> =>
  ctx.db.submission.update({
    where: { id },
    data: { livePlan: JSON.parse(JSON.stringify(plan)) as Prisma.InputJsonValue, streamEndsAt },
  })

/** Asks the reviewers of streams that are over whether the disclosure was said. Gives how many were asked about now. */
export async function askAboutStreams(ctx: Context): Promise<number> {
  const rows = await ctx.db.submission.findMany({
    where: { programId: ctx.program.id, streamEndsAt: { lte: ctx.now } },
    orderBy: [{ streamEndsAt: 'asc' }, { id: 'asc' }],
    take: 50,
  })
  for (const { id } of rows) {
    const submission = await lock(ctx, id)
    const plan = planOf(submission)
    await ctx.db.submission.update({ where: { id }, data: { streamEndsAt: null } })
    if (plan && !plan.check && open.includes(submission.state))
      await ctx.show({ channel: 'review' }, `stream-check:${id}`, checkCard(await viewOf(ctx, submission), plan))
  }
  return rows.length
}

/** A reviewer says whether the disclosure was said at each time. Whoever is second reads what the first said. */
export async function checkStream(
  ctx: Context,
  submissionId: string,
  kept: boolean,
  note: string | undefined,
): Promise<{ view: View; plan: StreamPlan; first: boolean }> {
  const before = await lock(ctx, submissionId)
  const plan = planOf(before)
  if (!plan)
    throw new Refusal('conflict', 'Its creator has not said when it runs.', 'Ask them; they say so with /stream.', 'submission')
  if (plan.startsAt > ctx.now)
    throw new Refusal(
      'conflict',
      'This stream has not begun.',
      'Look at it when it runs; you are asked when it is over.',
      'submission',
    )
  const view = await viewOf(ctx, before)
  if (before.creatorId === ctx.actor.creatorId)
    throw new Refusal('not_allowed', 'It is your own stream.', 'Somebody else looks at it.', 'submission')
  if (plan.check) return { view, plan, first: false }
  const said: StreamPlan = { ...plan, check: { kept, by: ctx.actor.personId, at: ctx.now, ...(note ? { note } : {}) } }
  const submission = await keep(ctx, before, said, null)
  const checked = { ...view, submission }
  await ctx.show({ channel: 'review' }, `stream-check:${submission.id}`, checkedCard(checked, said, ctx.actor))
  if (!kept) await ctx.show({ person: view.creator.personId }, `stream-missed:${submission.id}`, missedCard(checked, said))
  return { view: checked, plan: said, first: true }
}

/** One's own streams whose start may be said, for autocomplete. */
export async function suggestStreams(ctx: Context, typed: string): Promise<Suggestion[]> {
  if (ctx.actor.creatorId === undefined) return []
  const where = { programId: ctx.program.id, creatorId: ctx.actor.creatorId, state: { in: open } }
  const rows = await ctx.db.submission.findMany({ where, orderBy: { submittedAt: 'desc' }, take: 50 })
  const named = (await views(ctx, rows.filter(isStream))).map((view) => ({ label: subject(view), value: view.submission.id }))
  return named.filter((s) => s.label.toLowerCase().includes(typed.toLowerCase())).slice(0, 25)
}

/** Streams that were announced and not looked at, for autocomplete. */
export async function suggestUnchecked(ctx: Context, typed: string): Promise<Suggestion[]> {
  const where = { programId: ctx.program.id, kind: 'live_stream', state: { in: open } }
  const rows = await ctx.db.submission.findMany({ where, orderBy: { submittedAt: 'desc' }, take: 50 })
  const waiting = rows.filter((row) => planOf(row) !== null && !planOf(row)?.check)
  const named = (await views(ctx, waiting)).map((view) => ({
    label: `${view.creator.name}: ${subject(view)}`,
    value: view.submission.id,
  }))
  return named.filter((s) => s.label.toLowerCase().includes(typed.toLowerCase())).slice(0, 25)
}
