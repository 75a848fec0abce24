/**
 * What was posted is looked at when it is live and once more after seven days, for captions are edited. A page that can't be read is no
 * verdict: its creator is asked for the caption, and the managers when nobody answers.
 */
import type { Context } from '../context.ts'
import type { Recheck, Submission } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days, hours, minutes } from '../kernel/time.ts'
import type { View } from './cards.ts'
import {
  goneCard,
  liveFailedCard,
  liveFailedNotice,
  liveMendedCard,
  saidMendedCard,
  unansweredCard,
  unreadCard,
} from './cards-disclosure.ts'
import { judge } from './disclosure.ts'
import { lock } from './intake.ts'
import type { Reading } from './live-page.ts'
import { viewOf } from './queries.ts'
import { askedOf, judgeSubmission, latestVerdict, type Stage, type Verdict } from './verdicts.ts'

const WEEK_DAYS = 7
/** A post that went live longer ago is not looked for any more. */
const LOOK_BACK_DAYS = 60
const LEASE_MINUTES = 10
const TRIES = 3
const ANSWER_DAYS = 3

export type Look = { id: string; url: string }

/** Lays down both looks for everything that has gone live; an address that was changed is looked at anew. Gives how many were new. */
export async function planLooks(ctx: Context): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ id: string; stage: Stage; url: string; dueAt: Date }[]>`
    SELECT s.id, t.stage, s."liveUrl" AS url,
      CASE t.stage WHEN 'live' THEN s."liveAt" ELSE s."liveAt" + make_interval(days => ${WEEK_DAYS}::int) END AS "dueAt"
    FROM "Submission" s CROSS JOIN (VALUES ('live'), ('week')) t(stage)
    LEFT JOIN "Recheck" r ON r."submissionId" = s.id AND r.stage = t.stage
    WHERE s."programId" = ${ctx.program.id} AND s."liveUrl" IS NOT NULL AND s."liveAt" > ${days(ctx.now, -LOOK_BACK_DAYS)}
      AND s.state IN ('approved', 'live', 'measured') AND (r.id IS NULL OR r.url <> s."liveUrl")
    ORDER BY s.id LIMIT 200`
  for (const { id: submissionId, stage, url, dueAt } of rows) {
    const fresh = { url, dueAt, state: 'due', tries: 0, outcome: null, caption: null, pastedBy: null }
    await ctx.db.recheck.upsert({
      where: { submissionId_stage: { submissionId, stage } },
      create: { id: ctx.id('recheck'), programId: ctx.program.id, submissionId, stage, ...fresh, createdAt: ctx.now },
      update: fresh,
    })
  }
  return rows.length
}

/** Takes looks that are due; whoever took one has it for ten minutes. */
export function claimLooks(ctx: Context, limit: number): Promise<Look[]> {
  return ctx.db.$queryRaw<Look[]>`
    UPDATE "Recheck" SET tries = tries + 1, "dueAt" = ${minutes(ctx.now, LEASE_MINUTES)}
    WHERE id IN (
      SELECT id FROM "Recheck" WHERE "programId" = ${ctx.program.id} AND state = 'due' AND "dueAt" <= ${ctx.now}
      ORDER BY "dueAt", id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, url`
}

/** What a reading comes to: a verdict with its cards, another try later, or a person who is asked. */
export async function settleLook(ctx: Context, look: Look, reading: Reading): Promise<void> {
  const before = await ctx.db.recheck.findFirst({ where: { id: look.id, programId: ctx.program.id } })
  const submission = before && (await lock(ctx, before.submissionId))
  const recheck = await ctx.db.recheck.findFirst({ where: { id: look.id, programId: ctx.program.id } })
  // Somebody pasted the caption meanwhile, or the address was changed.
  if (!submission || !recheck || recheck.state !== 'due' || recheck.url !== look.url) return
  const view = await viewOf(ctx, submission)
  if (reading.kind === 'read')
    return void (await keepCaption(ctx, view, recheck, await bestOf(ctx, submission, reading.captions), null))
  if (reading.kind === 'again' && recheck.tries < TRIES) {
    await ctx.db.recheck.update({
      where: { id: recheck.id },
      data: { dueAt: hours(ctx.now, recheck.tries ** 2), outcome: reading.why },
    })
    return
  }
  const why = reading.kind === 'gone' ? 'Nothing is to be found at this address.' : reading.why
  await ctx.db.recheck.update({
    where: { id: recheck.id },
    data: { state: 'asked', outcome: why, dueAt: days(ctx.now, ANSWER_DAYS) },
  })
  const card = reading.kind === 'gone' ? goneCard(view, recheck.url) : unreadCard(view, recheck.url, why)
  await ctx.show({ person: view.creator.personId }, keyOf(recheck), card)
}

/** A page gives its words in several places, cut or whole; what speaks for the creator is taken. */
async function bestOf(ctx: Context, submission: Submission, captions: string[]): Promise<string> {
  const asked = await askedOf(ctx, submission, '')
  const verdicts = captions.map((caption) => ({ caption, ...judge({ ...asked, caption }) }))
  const weight = { pass: 0, warn: 1, fail: 2 }
  return verdicts.reduce((best, one) => (weight[one.verdict] < weight[best.verdict] ? one : best)).caption
}

const keyOf = ({ submissionId, stage }: Pick<Recheck, 'submissionId' | 'stage'>): string => `live:${submissionId}:${stage}`

/** Judges what was read or pasted, and tells both sides when it fails; when it is mended, their cards say so. */
async function keepCaption(
  ctx: Context,
  view: View,
  recheck: Recheck,
  caption: string,
  pastedBy: string | null,
): Promise<Verdict> {
  const { submission, creator } = view
  await ctx.db.recheck.update({ where: { id: recheck.id }, data: { caption, pastedBy } })
  const verdict = await judgeSubmission(ctx, submission, recheck.stage as Stage, caption)
  await ctx.db.recheck.update({ where: { id: recheck.id }, data: { state: 'done', outcome: verdict.verdict } })
  const key = keyOf(recheck)
  if (verdict.verdict === 'fail' && !verdict.overridden) {
    await ctx.show({ person: creator.personId }, key, liveFailedCard(view, verdict, recheck.url))
    await ctx.show({ channel: 'managers' }, key, liveFailedNotice(view, verdict, recheck.url))
  } else await settleCards(ctx, view, key, pastedBy === creator.personId ? recheck.url : null)
  return verdict
}

/** Cards that asked for something say that it is done; nobody who was not asked hears of it. `said` is the address of which its creator says so. */
async function settleCards(ctx: Context, view: View, key: string, said: string | null = null): Promise<void> {
  const { personId } = view.creator
  const asked = await ctx.db.outbox.findMany({
    where: { programId: ctx.program.id, kind: 'post', key, audience: { in: [`person:${personId}`, 'managers'] } },
    distinct: ['audience'],
    select: { audience: true },
  })
  for (const { audience } of asked)
    if (audience === 'managers')
      await ctx.show({ channel: 'managers' }, key, said === null ? liveMendedCard(view) : saidMendedCard(view, said))
    else await ctx.show({ person: personId }, key, liveMendedCard(view))
}

/** A caption that its creator or a manager pasted, for the look that was last begun. */
export async function pasteCaption(
  ctx: Context,
  submissionId: string,
  caption: string,
): Promise<{ view: View; verdict: Verdict }> {
  const { submission, recheck } = await begun(ctx, submissionId)
  const view = await viewOf(ctx, submission)
  return { view, verdict: await keepCaption(ctx, view, recheck, caption, ctx.actor.personId) }
}

/** The page is read once more, for a caption that was changed there. */
export async function lookAgain(ctx: Context, submissionId: string): Promise<View> {
  const { submission, recheck } = await begun(ctx, submissionId)
  if (recheck.state === 'due')
    throw new Refusal('conflict', 'The post is being looked at just now.', 'Wait a few minutes; the answer comes by itself.')
  await ctx.db.recheck.update({ where: { id: recheck.id }, data: { state: 'due', dueAt: ctx.now, tries: 0 } })
  ctx.ring('live')
  return viewOf(ctx, submission)
}

/** The look that was last begun, for those whom it concerns. */
async function begun(ctx: Context, submissionId: string): Promise<{ submission: Submission; recheck: Recheck }> {
  const submission = await lock(ctx, submissionId)
  const own = ctx.actor.creatorId === submission.creatorId
  if (!own && ctx.actor.role !== 'manager' && ctx.actor.role !== 'admin')
    throw new Refusal('not_allowed', 'Only its creator and managers have it checked.', 'See your own content with /content.')
  const all = await ctx.db.recheck.findMany({ where: { programId: ctx.program.id, submissionId } })
  const looks = all.filter((look) => look.state !== 'due' || look.tries > 0 || look.outcome !== null)
  const recheck = looks.find((look) => look.stage === 'week') ?? looks[0]
  if (!recheck)
    throw new Refusal(
      'conflict',
      'This post is not being checked.',
      'It is looked at once its address is handed in.',
      'submission',
    )
  return { submission, recheck }
}

/** After a verdict was overruled, what asked for something else says so. */
export async function settleOverridden(ctx: Context, submission: Submission): Promise<View> {
  const view = await viewOf(ctx, submission)
  const latest = await latestVerdict(ctx, submission.id)
  if (latest && latest.stage !== 'draft')
    await settleCards(ctx, view, keyOf({ submissionId: submission.id, stage: latest.stage }))
  return view
}

/** Tells the managers of captions that nobody pasted. Gives how many. */
export async function remindUnanswered(ctx: Context): Promise<number> {
  const late = await ctx.db.recheck.findMany({
    where: { programId: ctx.program.id, state: 'asked', dueAt: { lte: ctx.now } },
    orderBy: { dueAt: 'asc' },
    take: 50,
  })
  for (const recheck of late) {
    const submission = await lock(ctx, recheck.submissionId)
    // Somebody may have pasted it meanwhile.
    const still = { id: recheck.id, programId: ctx.program.id, state: 'asked', dueAt: { lte: ctx.now } }
    if ((await ctx.db.recheck.updateMany({ where: still, data: { state: 'done' } })).count === 0) continue
    const why = recheck.outcome ?? 'It could not be read.'
    await ctx.show({ channel: 'managers' }, keyOf(recheck), unansweredCard(await viewOf(ctx, submission), recheck.url, why))
  }
  return late.length
}
