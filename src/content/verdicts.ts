/** Verdicts on the disclosure of a submission: judged, kept as they were found, and overruled by a person with a reason. */
import type { Context } from '../context.ts'
import type { Verdict as Row, Submission } from '../db/generated/client.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { policyOf } from '../programs/rules.ts'
import { audienceOf } from '../programs/rules-territories.ts'
import { type Asked, type Finding, type Judgement, judge } from './disclosure.ts'
import { hasRule } from './disclosure-rules.ts'
import { lock } from './intake.ts'
import { submissionOf } from './queries.ts'

export type Stage = 'draft' | 'live' | 'week'

export type Verdict = Judgement & {
  id: string
  submissionId: string
  revision: number
  stage: Stage
  territories: string[]
  at: Date
  /** A person took responsibility for it, and why. */
  overridden: { personId: string; name: string; reason: string; at: Date } | null
}

/** What is said in the community or by a customer is no post yet. */
const unjudged = new Set(['moment', 'share'])

/** Judges what a submission says at a stage and keeps the verdict; `caption` is what was read where it was posted. */
export async function judgeSubmission(
  ctx: Context,
  submission: Submission,
  stage: Stage,
  caption: string = submission.caption,
): Promise<Verdict> {
  const asked = await askedOf(ctx, submission, caption)
  const judgement = unjudged.has(submission.kind) && stage === 'draft' ? { ...judge(asked), ...nothing } : judge(asked)
  const { verdict, findings, ruleSet, textHash } = judgement
  const row = await ctx.db.verdict.create({
    data: {
      id: ctx.id('verdict'),
      programId: ctx.program.id,
      submissionId: submission.id,
      revision: submission.revision,
      stage,
      event: 'judged',
      ...{ verdict, findings, ruleSet, textHash },
      territories: [...asked.territories],
      at: ctx.now,
    },
  })
  return withOverride(ctx, row, judgement.corrected)
}

const nothing = { verdict: 'pass' as const, findings: [] as Finding[] }

/** What judging needs to know. */
export async function askedOf(ctx: Context, submission: Submission, caption: string): Promise<Asked> {
  const policy = policyOf(ctx.program)
  return {
    caption,
    territories: await territoriesOf(ctx, submission),
    brand: ctx.program.name,
    accepted: policy.disclosureWords,
    kind: (await isFilm(ctx, submission)) ? 'short_video' : submission.kind,
    spoken: submission.spoken,
    shown: submission.shown,
    live: isStream(submission)
      ? { planned: submission.livePlan !== null, everyMinutes: await missionMinutes(ctx, submission) }
      : undefined,
  }
}

const streams =
  /^https:\/\/(?:[a-z]+\.)?(?:youtube\.com\/live\/|twitch\.tv\/|tiktok\.com\/@[^/]{1,80}\/live(?:[/?]|$)|instagram\.com\/(?!p\/|reels?\/|tv\/)[^/]{1,80}\/live(?:[/?]|$))/
const films =
  /^https:\/\/(?:[a-z]+\.)?(?:youtube\.com\/(?:watch|shorts|live)|youtu\.be\/|tiktok\.com\/|twitch\.tv\/|vimeo\.com\/|instagram\.com\/(?:[^/]{1,80}\/)?reels?\/)/

/** A live stream by what it is called or where it runs. */
export const isStream = ({ kind, liveUrl, url }: Pick<Submission, 'kind' | 'liveUrl' | 'url'>): boolean =>
  kind === 'live_stream' || streams.test(liveUrl ?? url ?? '')

/** How far apart a mission wants the disclosures of a live stream at most, or null. */
export async function missionMinutes(ctx: Context, { missionId }: Submission): Promise<number | null> {
  if (missionId === null) return null
  const where = { programId: ctx.program.id, id: missionId }
  return (await ctx.db.mission.findFirst({ where, select: { liveMinutes: true } }))?.liveMinutes ?? null
}

/** A film by what it is called, by where it was posted, or by what one of its files is. */
async function isFilm(ctx: Context, submission: Submission): Promise<boolean> {
  const { id: submissionId, revision, kind, url, liveUrl, fileId } = submission
  if (kind === 'short_video') return true
  const where = { programId: ctx.program.id, submissionId, revision }
  const pieces = await ctx.db.piece.findMany({ where, select: { url: true, fileId: true } })
  if ([url, liveUrl, ...pieces.map((piece) => piece.url)].some((one) => films.test(one ?? ''))) return true
  const ids = [fileId, ...pieces.map((piece) => piece.fileId)].filter((one) => one !== null)
  if (ids.length === 0) return false
  const filmed = { programId: ctx.program.id, id: { in: ids }, mime: { startsWith: 'video/' } }
  return (await ctx.db.file.count({ where: filmed })) > 0
}

/** Where the audience lives: as the mission says, else as the program says, and where its creator does. */
export async function territoriesOf(
  ctx: Context,
  { missionId, creatorId }: Pick<Submission, 'missionId' | 'creatorId'>,
): Promise<string[]> {
  const programId = ctx.program.id
  const where = (id: string) => ({ where: { programId, id } })
  const mission = missionId ? await ctx.db.mission.findFirst({ ...where(missionId), select: { territories: true } }) : null
  const creator = await ctx.db.creator.findFirst({ ...where(creatorId), select: { country: true } })
  const said = mission && mission.territories.length > 0 ? mission.territories : policyOf(ctx.program).territories
  const own = creator && hasRule(creator.country) ? [creator.country] : []
  return [...new Set([...audienceOf(said, ctx.program), ...own])]
}

/** The newest verdict on a submission, or null. */
export async function latestVerdict(ctx: Context, submissionId: string): Promise<Verdict | null> {
  const row = await ctx.db.verdict.findFirst({
    where: { programId: ctx.program.id, submissionId, event: 'judged' },
    orderBy: { seq: 'desc' },
  })
  if (!row) return null
  const submission = await submissionOf(ctx, submissionId)
  const asked = await askedOf(ctx, submission, await captionOf(ctx, row, submission))
  return withOverride(ctx, row, judge({ ...asked, territories: row.territories }).corrected)
}

/** The caption a verdict speaks of; verdicts keep its hash only, so that what is erased is gone. */
async function captionOf(ctx: Context, row: Row, submission: Submission): Promise<string> {
  if (row.stage === 'draft') return submission.caption
  const where = { submissionId_stage: { submissionId: submission.id, stage: row.stage } }
  return (await ctx.db.recheck.findUnique({ where }))?.caption ?? submission.caption
}

/** An override holds for the same words judged by the same rules for the same places, at whichever stage they are read. */
async function withOverride(ctx: Context, row: Row, corrected: string): Promise<Verdict> {
  const { programId, submissionId, textHash, ruleSet, territories } = row
  const over =
    row.verdict === 'pass'
      ? null
      : await ctx.db.verdict.findFirst({
          where: { programId, submissionId, textHash, ruleSet, territories: { equals: territories }, event: 'overridden' },
          orderBy: { seq: 'desc' },
        })
  const by =
    over && (await ctx.db.membership.findFirst({ where: { programId, personId: over.personId! }, select: { name: true } }))
  return {
    ...{ id: row.id, submissionId, revision: row.revision, stage: row.stage as Stage, territories, ruleSet, textHash, corrected },
    verdict: row.verdict as Judgement['verdict'],
    findings: row.findings as Finding[],
    at: row.at,
    overridden: over && { personId: over.personId!, name: by?.name ?? 'a manager', reason: over.reason!, at: over.at },
  }
}

/** A manager takes a failed or doubtful disclosure upon themselves, with a reason that stays; never for their own content. */
export async function override(
  ctx: Context,
  submissionId: string,
  reason: string,
): Promise<{ submission: Submission; verdict: Verdict }> {
  const submission = await lock(ctx, submissionId)
  if (ctx.actor.role !== 'manager' && ctx.actor.role !== 'admin')
    throw new Refusal('not_allowed', 'Only managers overrule a verdict.', 'Ask a manager of the program.')
  if (ctx.actor.creatorId === submission.creatorId)
    throw new Refusal('not_allowed', 'Nobody overrules a verdict on their own content.', 'Ask another manager to look at it.')
  const row = await ctx.db.verdict.findFirst({
    where: { programId: ctx.program.id, submissionId, event: 'judged' },
    orderBy: { seq: 'desc' },
  })
  if (!row || row.verdict === 'pass')
    throw new Refusal('conflict', 'There is nothing to overrule: the disclosure was found to be fine.', 'Go on with the review.')
  const { revision, stage, verdict, findings, territories, ruleSet, textHash } = row
  await ctx.db.verdict.create({
    data: {
      ...{
        id: ctx.id('verdict'),
        programId: ctx.program.id,
        submissionId,
        revision,
        stage,
        verdict,
        territories,
        ruleSet,
        textHash,
      },
      findings: findings as Finding[],
      event: 'overridden',
      personId: ctx.actor.personId,
      reason,
      at: ctx.now,
    },
  })
  const now = await latestVerdict(ctx, submissionId)
  must(now?.overridden, 'what was overruled a moment ago is overruled')
  return { submission, verdict: now }
}

/** Refusal conflict when the newest verdict fails and nobody took it upon themselves. */
export async function checkVerdict(ctx: Context, submission: Submission): Promise<void> {
  const latest = await latestVerdict(ctx, submission.id)
  if (latest?.verdict !== 'fail' || latest.overridden) return
  const [first] = latest.findings.filter((one) => one.level === 'fail')
  throw new Refusal(
    'conflict',
    first?.sentence ?? 'The disclosure is missing.',
    'Ask for changes, or overrule the verdict with a reason.',
    undefined,
    { label: 'Overrule', run: 'review override', given: { submission: submission.id } },
  )
}
