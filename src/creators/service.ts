import type { Context } from '../context.ts'
import type { Creator, TermsVersion } from '../db/generated/client.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { wasBanned } from '../people/banned.ts'
import { asRole, atLeast, membershipOf, setRole } from '../people/service.ts'
import { policyOf } from '../programs/rules.ts'
import { currentTerms } from '../programs/service.ts'
import { applicationCard, backCard, decidedCard, declinedCard, statusCard } from './cards.ts'
import { hintsOf } from './queries.ts'
import {
  againAt,
  checkApply,
  checkDecision,
  checkNotOwn,
  checkReason,
  closed,
  type DeclineReason,
  parseHandle,
  reaches,
} from './rules.ts'
import { type ApplicationForm, readApplication } from './rules-apply.ts'
import { parseCountry } from './rules-countries.ts'
import { ownRateAt, type Rated } from './rules-rate.ts'
import { isFormer, stoodUntil } from './rules-standing.ts'

/**
 * Files the actor's application and opens their private place with the status card. Until the terms are accepted, applying
 * again corrects the details. Refuses whoever may not apply now, who is under age, and what is no handle or country.
 */
export async function apply(ctx: Context, form: ApplicationForm): Promise<Creator> {
  const details = { ...readApplication(form, ctx.actor.locale), name: ctx.actor.name, adultAt: ctx.now }
  const creator = await file(ctx, details)
  await showStatus(ctx, creator)
  return creator
}

type Details = Pick<Creator, 'name' | 'handle' | 'niche' | 'country' | 'email'> & { adultAt: Date }

/** Inserts the row, or takes up the person's old one under its lock: two forms sent at once are one application. */
async function file(ctx: Context, details: Details): Promise<Creator> {
  const { personId } = ctx.actor
  if (await wasBanned(ctx, personId)) throw closed()
  const { count } = await ctx.db.creator.createMany({
    data: {
      ...details,
      id: ctx.id('creator'),
      programId: ctx.program.id,
      personId,
      state: 'applied',
      appliedAt: ctx.now,
      createdAt: ctx.now,
    },
    skipDuplicates: true,
  })
  const known = await creatorOfPerson(ctx, personId)
  must(known, 'the application was just filed')
  if (count === 1) return known
  const before = await locked(ctx, known.id)
  checkApply(before, ctx.now, ctx.actor)
  const stood = stoodUntil(before, ctx.now)
  const anew = before.state === 'applied' ? {} : { state: 'applied', stood, termsAt: null, appliedAt: ctx.now }
  return ctx.db.creator.update({ where: { id: before.id }, data: { ...details, ...anew } })
}

/**
 * Records that the actor accepts the terms in force, with the hash of their text, once. An application becomes complete with it
 * and is shown to the managers. `termsId` is what the person saw: refused when the terms have changed since.
 */
export async function acceptTerms(ctx: Context, termsId?: string): Promise<Creator> {
  const terms = await currentTerms(ctx.db, ctx.program.id)
  if (termsId !== undefined && termsId !== terms.id) {
    throw new Refusal(
      'conflict',
      'The terms have changed since you saw them.',
      'Read the new ones with /terms read, then accept them.',
    )
  }
  const own = await creatorOfPerson(ctx, ctx.actor.personId)
  if (!own) throw new Refusal('not_found', 'There is no application of yours yet.', 'Begin with /apply.')
  const creator = await locked(ctx, own.id)
  await keepAcceptance(ctx, terms)
  if (creator.termsAt || !mayAccept.has(creator.state)) return creator
  const complete = await ctx.db.creator.update({ where: { id: creator.id }, data: { termsAt: ctx.now } })
  if (complete.state !== 'applied') return complete
  if (complete.autoApprove && complete.invitedBy) return letIn(ctx, complete, complete.invitedBy)
  await showApplication(ctx, complete)
  await showStatus(ctx, complete)
  return complete
}

/** Whoever was brought along by an import is in before they have seen the terms. */
const mayAccept = new Set(['applied', 'approved', 'paused'])

async function keepAcceptance(ctx: Context, terms: TermsVersion): Promise<void> {
  await ctx.db.acceptance.createMany({
    data: {
      id: ctx.id('acceptance'),
      programId: ctx.program.id,
      personId: ctx.actor.personId,
      termsId: terms.id,
      hash: terms.hash,
      platform: ctx.actor.platform ?? 'web',
      locale: ctx.actor.locale,
      at: ctx.now,
    },
    skipDuplicates: true,
  })
}

/** Admits an applicant: role on every door, status card, and one line in place of the application. Only the first decision counts. */
export async function admit(ctx: Context, creatorId: string): Promise<Creator> {
  return letIn(ctx, await undecided(ctx, creatorId), ctx.actor.personId)
}

/** `by` is who decided: the manager who presses, or the one whose invitation admits at once. */
async function letIn(ctx: Context, applicant: Creator, by: string): Promise<Creator> {
  const decision = { state: 'approved', decidedAt: ctx.now, decidedBy: by, autoApprove: false }
  const creator = await ctx.db.creator.update({
    where: { id: applicant.id },
    data: { ...decision, stood: stoodUntil(applicant, ctx.now), declineReason: null, declineNote: null, againAt: null },
  })
  const membership = await membershipOf(ctx, creator.personId)
  if (!atLeast(asRole(membership.role), 'creator')) await setRole(ctx, creator.personId, 'creator')
  await ctx.grant(creator.personId, 'creator', true)
  await showDecision(ctx, creator)
  // The kit of whoever was here before is there already and changes silently, as their status does.
  if (isFormer(applicant) && creator.personId !== ctx.actor.personId)
    await ctx.show({ person: creator.personId }, `answer:${creator.id}:${ctx.now.toISOString()}`, backCard())
  return creator
}

/** Declines an applicant with a coded reason; the note is what they read beside it. Sets the day from which they may apply again. */
export async function decline(ctx: Context, creatorId: string, reason: DeclineReason, note?: string): Promise<Creator> {
  checkReason(reason, note)
  const applicant = await undecided(ctx, creatorId)
  const creator = await ctx.db.creator.update({
    where: { id: applicant.id },
    data: {
      state: 'declined',
      stood: stoodUntil(applicant, ctx.now),
      decidedAt: ctx.now,
      decidedBy: ctx.actor.personId,
      declineReason: reason,
      declineNote: note ?? null,
      againAt: againAt(ctx.now, policyOf(ctx.program).applyAgainDays),
    },
  })
  await showDecision(ctx, creator)
  // The status card changes silently; an answer someone waits for deserves a short post of its own.
  await ctx.show({ person: creator.personId }, `answer:${creator.id}:${ctx.now.toISOString()}`, declinedCard(creator))
  return creator
}

/** A creator of this program. Creators reach their own row only; for any other it does not exist. */
export async function creatorOf(ctx: Context, creatorId: string): Promise<Creator> {
  const creator = await ctx.db.creator.findFirst({ where: { id: creatorId, programId: ctx.program.id } })
  // A first application gives its person a creator id that the actor of the same moment does not carry yet.
  const mine = creator?.personId === ctx.actor.personId
  if (!creator || !(mine || reaches(ctx.actor, creator.id))) {
    throw new Refusal('not_found', 'This creator does not exist.', 'Pick one from the list.', 'creator')
  }
  return creator
}

/** The same; of one who turned out to be another it is that other. */
export async function creatorNow(ctx: Context, creatorId: string): Promise<Creator> {
  const creator = await creatorOf(ctx, creatorId)
  return creator.mergedInto === null ? creator : creatorOf(ctx, creator.mergedInto)
}

/** What a person has filed in this program, if anything. */
export const creatorOfPerson = (ctx: Context, personId: string): Promise<Creator | null> =>
  ctx.db.creator.findUnique({ where: { programId_personId: { programId: ctx.program.id, personId } } })

/** The commission rate in basis points: the creator's own, else the program's. */
export const rateOf = (ctx: Context, creator: Rated): number => standardsOf(policyOf(ctx.program), creator, ctx.now).rateBps

/** The rate of a creator without tiers and rules at an instant, by the program's terms of that instant, and whose it is. */
export function standardsOf(policy: { rateBps: number }, creator: Rated, at: Date): { rateBps: number; why: string } {
  const rateBps = ownRateAt(creator, at)
  return rateBps === null ? { rateBps: policy.rateBps, why: 'the rate of the program' } : { rateBps, why: 'an own rate' }
}

/** Changes what a creator says of themselves; an application that waits is shown anew. */
export async function changeProfile(
  ctx: Context,
  creatorId: string,
  wanted: { handle?: string | undefined; niche?: string | undefined; country?: string | undefined },
): Promise<Creator> {
  const before = await creatorOf(ctx, creatorId)
  const creator = await ctx.db.creator.update({
    where: { id: before.id },
    data: {
      ...(wanted.handle === undefined ? {} : { handle: parseHandle(wanted.handle) }),
      ...(wanted.niche === undefined ? {} : { niche: wanted.niche }),
      ...(wanted.country === undefined ? {} : { country: parseCountry(wanted.country, ctx.actor.locale) }),
    },
  })
  if (creator.state === 'applied') {
    await showStatus(ctx, creator)
    if (creator.termsAt) await showApplication(ctx, creator)
  }
  return creator
}

/** How a creator's name appears on boards; an alias needs one to show. */
export async function showAs(
  ctx: Context,
  creatorId: string,
  wanted: { shown?: string | undefined; alias?: string | undefined },
): Promise<Creator> {
  const before = await creatorOf(ctx, creatorId)
  const shown = wanted.shown ?? (wanted.alias === undefined ? before.shown : 'alias')
  const alias = wanted.alias ?? before.alias
  if (shown === 'alias' && !alias) throw new Refusal('invalid', 'There is no alias to show yet.', 'Give the alias too.', 'alias')
  return ctx.db.creator.update({ where: { id: before.id }, data: { shown, alias } })
}

/** A creator's row, held until the unit of work ends. */
export async function locked(ctx: Context, creatorId: string): Promise<Creator> {
  await ctx.db.$queryRaw`SELECT id FROM "Creator" WHERE id = ${creatorId} AND "programId" = ${ctx.program.id} FOR NO KEY UPDATE`
  return creatorOf(ctx, creatorId)
}

async function undecided(ctx: Context, creatorId: string): Promise<Creator> {
  const creator = await locked(ctx, creatorId)
  checkNotOwn(creator, ctx.actor)
  checkDecision(creator, await nameOf(ctx, creator.decidedBy))
  return creator
}

async function nameOf(ctx: Context, personId: string | null): Promise<string> {
  if (personId === null) return 'Someone'
  const membership = await ctx.db.membership.findUnique({
    where: { programId_personId: { programId: ctx.program.id, personId } },
  })
  return membership?.name ?? 'Troupe'
}

/** An application after a declined one is news, so it gets a post of its own. */
export const applicationKey = (creator: Creator): string =>
  creator.appliedAt.getTime() === creator.createdAt.getTime()
    ? `application:${creator.id}`
    : `application:${creator.id}:${creator.appliedAt.toISOString()}`

async function showApplication(ctx: Context, creator: Creator): Promise<void> {
  const hints = await hintsOf(ctx, creator)
  await ctx.show({ channel: 'applications' }, applicationKey(creator), applicationCard(creator, hints, ctx.program.locale))
}

async function showDecision(ctx: Context, creator: Creator): Promise<void> {
  const by = { personId: creator.decidedBy ?? ctx.actor.personId, name: await nameOf(ctx, creator.decidedBy) }
  await ctx.show({ channel: 'applications' }, applicationKey(creator), decidedCard(creator, by))
  await showStatus(ctx, creator)
}

/** The one live card at the top of the applicant's private place. */
export async function showStatus(ctx: Context, creator: Creator): Promise<void> {
  const card = statusCard(creator, {
    program: ctx.program.name,
    answerHours: policyOf(ctx.program).answerHours,
    locale: ctx.program.locale,
  })
  await ctx.show({ person: creator.personId }, 'status', card, { pin: true })
}
