// What other rooms ask of rights: the licence that comes with an approval, whether a use is covered, and where content stands.
import type { Context } from '../context.ts'
import type { Grant, Placement } from '../db/generated/client.ts'
import { addressOf } from '../kernel/address.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addDays, instantOf, localDay, startOfDay } from '../kernel/time.ts'
import { termOf, withdrawOpen } from './asking.ts'
import { assetsOf, record } from './events.ts'
import { type Preset, presetOf } from './presets.ts'
import { checkContent, contentOf, licencesOf, lockContent } from './queries.ts'
import { type Answer, type Channel, covering, isOpen, type Use } from './rules.ts'
import { FROM_APPROVAL, offerText, scopeLines, scopeOf } from './rules-words.ts'
import { currentTerms, sha256 } from './terms.ts'

/** What a creator agreed to by handing in content for a brief; kept with the submission. */
export type RightsAccepted = {
  preset: string
  /** The text word for word, for the program may be called otherwise when it is approved; an earlier version kept the hash alone. */
  text?: string
  termsHash: string
  at: string
  platform: string | null
  personId?: string | null
  callId?: string | null
  locale?: string
}

/** A preset as a creator reads it before handing in, with the whole text that is agreed to and its hash; null for 'none'. */
export async function presetOffer(ctx: Context, presetId: string) {
  const preset = presetOf(presetId)
  const terms = await currentTerms(ctx)
  return preset.scope === null ? null : textOf(ctx, preset, terms)
}

function textOf(ctx: Context, preset: Preset, terms: { version: number; text: string; hash: string; id: string }) {
  const lines = preset.scope === null ? [] : scopeLines(preset.scope, ctx.program.currency, ctx.program.locale, FROM_APPROVAL)
  const text = offerText({
    program: ctx.program.name,
    creator: 'whoever hands it in',
    content: 'what is handed in for the brief, as it is approved',
    lines,
    version: terms.version,
    terms: terms.text,
  })
  return { preset, lines, text, hash: sha256(text), terms }
}

/** What to keep with the submission when its creator hands it in and agrees to a preset; null when there is nothing to agree to. */
export async function acceptPreset(ctx: Context, presetId: string): Promise<RightsAccepted | null> {
  const offer = await presetOffer(ctx, presetId)
  if (!offer) return null
  return {
    preset: offer.preset.id,
    text: offer.text,
    termsHash: offer.hash,
    at: ctx.now.toISOString(),
    platform: ctx.actor.platform ?? null,
    personId: ctx.actor.personId,
    callId: ctx.actor.call ?? null,
    locale: ctx.actor.locale,
  }
}

/**
 * The licence that an approval brings, in the same unit of work: what the creator agreed to when handing in, no more. Null when they
 * agreed to nothing, or not in words that we can show; then rights are asked for by themselves.
 */
export async function grantOnApproval(
  ctx: Context,
  plan: { submissionId: string; creatorId: string; preset: string; missionId: string | null },
): Promise<Grant | null> {
  if (presetOf(plan.preset).scope === null) return null
  await lockContent(ctx, plan.submissionId)
  const submission = await contentOf(ctx, plan.submissionId)
  const accepted = submission.rightsAccepted as RightsAccepted | null
  const agreed = accepted === null ? undefined : await agreedText(ctx, accepted)
  if (accepted === null || !agreed?.preset.scope) return null
  const { scope } = agreed.preset
  const grant = await ctx.db.grant.create({
    data: {
      id: ctx.id('grant'),
      programId: ctx.program.id,
      submissionId: plan.submissionId,
      creatorId: plan.creatorId,
      state: 'granted',
      preset: agreed.preset.id,
      ...scope,
      currency: ctx.program.currency,
      termsId: agreed.terms.id,
      offeredBy: 'brand',
      requestedBy: ctx.actor.personId,
      createdAt: ctx.now,
      ...termOf(ctx, scope, ctx.now),
    },
  })
  const { personId } = await ctx.db.creator.findUniqueOrThrow({ where: { id: plan.creatorId }, select: { personId: true } })
  await record(ctx, {
    submissionId: plan.submissionId,
    grantId: grant.id,
    kind: 'accepted',
    side: 'creator',
    text: agreed.text,
    termsHash: agreed.terms.hash,
    assets: await assetsOf(ctx, plan.submissionId),
    by: {
      personId: accepted.personId ?? personId,
      platform: accepted.platform,
      callId: accepted.callId ?? null,
      locale: accepted.locale ?? ctx.program.locale,
      at: new Date(accepted.at),
    },
  })
  return grant
}

/**
 * The words that the creator agreed to: as they were kept, as long as the preset still means what they say; else those whose hash, or that
 * of the conditions they read, was kept, under whichever version that was.
 */
async function agreedText(ctx: Context, { preset: id, text, termsHash }: RightsAccepted) {
  const preset = presetOf(id)
  const versions = await ctx.db.rightsTerms.findMany({ where: { programId: ctx.program.id }, orderBy: { version: 'desc' } })
  const terms = versions.find((version) => text?.endsWith(version.text))
  if (text !== undefined && terms && sha256(text) === termsHash)
    return textOf(ctx, preset, terms).lines.every(({ label, says }) => text.includes(`${label}: ${says}\n`))
      ? { preset, text, terms }
      : undefined
  return versions
    .map((version) => textOf(ctx, preset, version))
    .find(({ hash, terms: { hash: alone } }) => hash === termsHash || alone === termsHash)
}

/**
 * Takes back the licence that an approval brought and what was asked since, because the approval is undone. Refusal conflict when the
 * content is placed already.
 */
export async function ungrant(ctx: Context, submissionId: string): Promise<void> {
  const where = { programId: ctx.program.id, submissionId }
  await withdrawOpen(ctx, submissionId)
  const grants = await ctx.db.grant.findMany({ where: { ...where, preset: { not: null }, state: 'granted' } })
  if (grants.length === 0) return
  if ((await placementsOf(ctx, submissionId)).some(({ until }) => until === null || until > ctx.now))
    throw new Refusal('conflict', 'This content is placed already.', 'Take it down first: /rights list shows where it stands.')
  for (const grant of grants) {
    await ctx.db.grant.update({ where: { id: grant.id }, data: { state: 'none' } })
    await record(ctx, { submissionId, grantId: grant.id, kind: 'undone', side: 'brand' })
  }
}

export type Asked = Omit<Use, 'at'> & { submissionId: string; at?: Date | undefined }

/** Whether a use of content is covered by one of its licences; when not, the clause and a sentence. Left out, `at` is now. */
export async function checkUse(ctx: Context, { submissionId, at, ...use }: Asked) {
  const grants = await licencesOf(ctx, [submissionId])
  return judge(grants, { ...use, at: at ?? ctx.now })
}

export type Checked = { ok: true; grant: Grant } | Exclude<Answer, { ok: true }>

function judge(grants: Grant[], use: Use): Checked {
  const licences = grants.map((grant) => ({ ...scopeOf(grant), ...pick(grant), grant }))
  const answer = covering(licences, use)
  return answer.ok ? { ok: true, grant: answer.licence.grant } : answer
}

const pick = ({ state, startsAt, endsAt }: Grant) => ({ state, startsAt, endsAt })

export type NewPlacement = { submissionId: string; channel: Channel; where: string; since: Date; until?: Date | undefined }

/**
 * The first and last day of a placement as instants, both of them that day included. A licence begins and ends at some hour: on that
 * very day the placement does so with it.
 */
export async function spanOf(
  ctx: Context,
  { submissionId, channel }: Pick<NewPlacement, 'submissionId' | 'channel'>,
  { since, until }: { since?: string | undefined; until?: string | undefined },
): Promise<Pick<NewPlacement, 'since' | 'until'>> {
  const { zone } = ctx.program
  const licences = (await licencesOf(ctx, [submissionId])).filter(({ channels }) => channels.includes(channel))
  const beginning = (day: string): Date => startOfDay(instantOf(day, '12:00', zone), zone)
  const on = (day: string, edge: 'startsAt' | 'endsAt'): Date | null | undefined =>
    licences.find((grant) => grant[edge] !== null && localDay(grant[edge], zone) === day)?.[edge]
  return {
    since: since === undefined ? ctx.now : (on(since, 'startsAt') ?? beginning(since)),
    until: until === undefined ? undefined : (on(until, 'endsAt') ?? beginning(addDays(until, 1))),
  }
}

/** Records where content is used. Refusal not_allowed, naming the clause, when no licence covers it then. */
export async function place(ctx: Context, { submissionId, channel, where, since, until }: NewPlacement): Promise<Placement> {
  await lockContent(ctx, submissionId)
  await checkContent(ctx, submissionId)
  if (/^[a-z]+:\/\//i.test(where) && addressOf(where)?.protocol !== 'https:')
    throw new Refusal('invalid', 'This is no address.', 'Give an address with https://, or say in words where it is.', 'where')
  if (until && until <= since) throw new Refusal('invalid', 'It would end before it begins.', 'Give a later end.', 'until')
  const last = until ? new Date(until.getTime() - 1) : ctx.now
  const answers = [
    await checkUse(ctx, { submissionId, channel, at: since }),
    await checkUse(ctx, { submissionId, channel, at: last }),
  ]
  const answer = (last > since ? answers : [answers[0]!]).find(({ ok }) => !ok) ?? answers[0]!
  if (!answer.ok) throw new Refusal('not_allowed', answer.sentence, 'Ask its creator with /rights request.', 'channel')
  const placement = await ctx.db.placement.create({
    data: {
      id: ctx.id('placement'),
      programId: ctx.program.id,
      submissionId,
      grantId: answer.grant.id,
      channel,
      place: where,
      since,
      until: until ?? null,
      placedBy: ctx.actor.personId,
      createdAt: ctx.now,
    },
  })
  await recordPlace(ctx, placement, 'placed')
  return placement
}

export const recordPlace = (ctx: Context, placement: Placement, kind: 'placed' | 'unplaced'): Promise<string | null> =>
  record(ctx, {
    submissionId: placement.submissionId,
    grantId: placement.grantId,
    placementId: placement.id,
    kind,
    side: 'brand',
    note: `${placement.channel}: ${placement.place}`,
  })

/** Where content stands and stood, newest first. */
export const placementsOf = (ctx: Context, submissionId: string): Promise<Placement[]> =>
  ctx.db.placement.findMany({
    where: { programId: ctx.program.id, submissionId },
    orderBy: [{ since: 'desc' }, { id: 'desc' }],
  })

/** How many placements stand now, and how many of them a licence covers. */
export async function rightsCoverage(ctx: Context): Promise<{ live: number; covered: number }> {
  const programId = ctx.program.id
  const live = await ctx.db.placement.findMany({
    where: { programId, since: { lte: ctx.now }, OR: [{ until: null }, { until: { gt: ctx.now } }] },
    select: { submissionId: true, channel: true },
  })
  const ids = [...new Set(live.map(({ submissionId }) => submissionId))]
  const grants = await licencesOf(ctx, ids)
  const covered = live.filter(({ submissionId, channel }) => {
    const own = grants.filter((grant) => grant.submissionId === submissionId && !isOpen(grant.state))
    return judge(own, { channel: channel as Channel, at: ctx.now }).ok
  })
  return { live: live.length, covered: covered.length }
}
