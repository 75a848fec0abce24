// A tier that sales earned stands on the creator, is a role on the doors, and is told to nobody but them.
import type { Context } from '../context.ts'
import type { Creator } from '../db/generated/client.ts'
import { type Card, card, moment, paragraph, strong, text, toned } from '../kernel/card.ts'
import { percent } from '../kernel/money.ts'
import {
  earnedTogether,
  type Held,
  heldBefore,
  heldOf,
  heldToo,
  type Standing,
  stepNamed,
  type Tiers,
} from '../ledger/rules-tiers.ts'
import { policyOf } from '../programs/rules.ts'
import { type Given, givenAt } from './rules-given.ts'
import { rateOf } from './service.ts'

export type Earned = { name: string; rateBps: number; at: Date; until: Date | null }

type Tiered = Given & { earnedTier: string | null; earnedUntil: Date | null }

/**
 * The tier whose role somebody has: the one given by hand, else what sales earned and still stands. What a list called a tier and is none of
 * the program's is no role: a server may have one of that name, which opens other doors.
 */
export function tierNow(tiers: Tiers | null, creator: Tiered, now: Date): string | null {
  const given = givenAt(creator, now)
  if (given !== null) return (tiers && stepNamed(tiers, given)?.name) ?? null
  return creator.earnedUntil === null || creator.earnedUntil > now ? creator.earnedTier : null
}

/** A tier as a role on the doors, which show it under its own name. */
export const tierRole = (name: string): string => `tier:${name.trim()}`

/** Keeps an earned tier, or lets it stand longer, or since earlier. A new one is granted as a role and told. */
export async function earnTier(ctx: Context, creator: Creator, { name, rateBps, at, until }: Earned): Promise<Creator> {
  const news = creator.earnedTier !== name
  const later = creator.earnedUntil !== null && until !== null && creator.earnedUntil > until ? creator.earnedUntil : until
  // What ended and was reached again stands since it was reached again.
  const over = creator.earnedUntil !== null && creator.earnedUntil <= ctx.now
  const anew = { earnedTier: name, earnedAt: at, earnedUntil: until, earnedBefore: beforeOf(creator) }
  const since = creator.earnedAt !== null && creator.earnedAt < at ? creator.earnedAt : at
  const data = news || over ? anew : { earnedAt: since, earnedUntil: later }
  const kept = await ctx.db.creator.update({ where: { id: creator.id }, data })
  // Beside a tier that was given by hand an earned one is no news.
  if (!news || !isHere(creator) || givenAt(creator, ctx.now) !== null) return kept
  await grantTier(ctx, creator, creator.earnedTier, name)
  const key = `tier:${name}:${until?.toISOString() ?? 'ever'}`
  // Whoever was given a rate that is higher keeps it beside any tier.
  const told = { name, rateBps: Math.max(rateBps, rateOf(ctx, creator)), until, after: higherBefore(ctx, creator, name) }
  await ctx.show({ person: creator.personId }, key, earnedCard(told), { unasked: true })
  return kept
}

/** Whoever has left or is banned has no new sales that a tier could count for. */
export const isHere = ({ state }: Creator): boolean => state === 'approved' || state === 'paused'

/** The tier whose time is over where it stood above this one. */
function higherBefore(ctx: Context, { earnedTier }: Creator, name: string): string | null {
  const { tiers } = policyOf(ctx.program)
  const [had, has] = [earnedTier, name].map((one) => (tiers && one !== null ? stepNamed(tiers, one) : null))
  return had && has && BigInt(had.from) > BigInt(has.from) ? had.name : null
}

/** Keeps that a tier was earned whose time is over already. */
export const holdBefore = (ctx: Context, creator: Creator, held: Held): Promise<Creator> =>
  ctx.db.creator.update({
    where: { id: creator.id },
    data: { earnedBefore: toJson(heldToo(heldOf(creator.earnedBefore), held)) },
  })

/** Ends an earned tier whose time is over. Nothing that was paid changes. */
export async function endTier(ctx: Context, creator: Creator): Promise<void> {
  const { earnedTier, earnedUntil, personId } = creator
  if (earnedTier === null) return
  await ctx.db.creator.update({
    where: { id: creator.id },
    data: { earnedTier: null, earnedAt: null, earnedUntil: null, earnedBefore: beforeOf(creator) },
  })
  if (givenAt(creator, ctx.now) !== null) return
  await grantTier(ctx, creator, earnedTier, null)
  if (!isHere(creator)) return
  await ctx.show({ person: personId }, `tier-over:${earnedTier}:${earnedUntil?.toISOString()}`, overCard(earnedTier), {
    unasked: true,
  })
}

/** The earned tiers of two creators who turn out to be one person. Their roles follow when they are looked at next. */
export function tiersOfBoth(ctx: Context, stays: Creator, goes: Creator) {
  const { tiers } = policyOf(ctx.program)
  const { earned, earnedAt, earnedUntil, before } = earnedTogether(tiers, earnedBy(stays), earnedBy(goes), ctx.now)
  return { earnedTier: earned, earnedAt, earnedUntil, earnedBefore: toJson(before ?? []) }
}

const earnedBy = ({ tier, earnedTier, earnedAt, earnedUntil, earnedBefore }: Creator): Standing => ({
  given: tier,
  earned: earnedTier,
  earnedAt,
  earnedUntil,
  before: heldOf(earnedBefore),
})

/** A sale of their time that is told later still gets them. */
const beforeOf = (creator: Creator) => toJson(heldBefore(heldOf(creator.earnedBefore), earnedBy(creator)))

const toJson = (held: readonly Held[]) =>
  held.map(({ name, from, until }) => ({ name, from: from.toISOString(), until: until?.toISOString() ?? null }))

/** Changes the role of a tier on the doors, if it is another. */
export async function grantTier(ctx: Context, { personId }: Creator, before: string | null, now: string | null): Promise<void> {
  if (before !== null && before !== now) await ctx.grant(personId, tierRole(before), false)
  if (now !== null) await ctx.grant(personId, tierRole(now), true)
}

type Told = { name: string; rateBps: number; until: Date | null; after: string | null }

const earnedCard = ({ name, rateBps, until, after }: Told): Card =>
  toned(
    after === null ? 'good' : 'plain',
    card(
      after === null ? `You reached ${name}` : `The time of tier ${after} is over: you have ${name} now`,
      // A lower tier goes on from day to day, for as long as what was sold lately reaches it.
      paragraph(
        text`Your rate is now ${strong(percent(rateBps))}${until && after === null ? text`, until ${moment(until, 'day')}` : text``}.`,
      ),
      { block: 'buttons', buttons: [{ label: 'Show my tier', run: 'tier show' }] },
    ),
  )

const overCard = (name: string): Card =>
  card(
    `The time of tier ${name} is over`,
    'A new window has begun, and new sales count for it. What you earned with the tier stays yours.',
    {
      block: 'buttons',
      buttons: [{ label: 'Show my tier', run: 'tier show' }],
    },
  )
