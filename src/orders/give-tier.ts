// A tier that the brand gives by hand wins over any that sales earn, until it is taken back.
import type { Context } from '../context.ts'
import { giveFrom, givenAt, turned } from '../creators/rules-given.ts'
import { locked } from '../creators/service.ts'
import { grantTier, isHere, tierNow } from '../creators/tiers.ts'
import type { Creator } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { openRules } from '../ledger/rates.ts'
import { stepNamed, type Tiers } from '../ledger/rules-tiers.ts'
import { policyOf } from '../programs/rules.ts'
import { type Given, tierNewsCard } from './cards-tiers.ts'
import { wayOf } from './tiers.ts'

/**
 * Gives a creator a tier of the ladder, or none (null), so that their sales decide again. What is worth less to them begins when the
 * program's notice is over. The creator is told. Refusal for oneself, for whoever is not here, and for what holds already.
 */
export async function giveTier(ctx: Context, creatorId: string, name: string | null): Promise<Given> {
  const before = await locked(ctx, creatorId)
  const { tiers, noticeDays } = policyOf(ctx.program)
  if (!tiers) throw new Refusal('conflict', 'There are no tiers here.', 'Set them with /tier set first.', 'tier')
  if (before.personId === ctx.actor.personId)
    throw new Refusal('not_allowed', 'This is your own tier.', 'Ask another manager to give it.', 'creator')
  if (before.mergedInto !== null || !['approved', 'paused', 'applied', 'invited'].includes(before.state))
    throw new Refusal(
      'conflict',
      `${before.name} is ${before.state} and has no tier any more.`,
      'Pick somebody who is here.',
      'creator',
    )
  const wanted = name === null ? null : nameOf(tiers, name)
  const was = givenAt(before, ctx.now)
  const announced = before.tierThenAt !== null && before.tierThenAt > ctx.now ? before.tierThenAt : null
  if (announced === null && was === wanted)
    throw new Refusal(
      'conflict',
      `${before.name} ${was === null ? 'was given no tier' : `has ${was} already`}.`,
      'Pick another one.',
      'tier',
    )
  const [has, gets] = [await wayOf(ctx, tiers, before), await wayOf(ctx, tiers, alwaysGiven(before, wanted))]
  const named =
    was !== null && was !== wanted && (await openRules(ctx)).some(({ tier }) => tier?.toLowerCase() === was.toLowerCase())
  const later = (gets.rateBps < has.rateBps || named) && noticeDays > 0
  const from = later ? days(ctx.now, noticeDays) : ctx.now
  const creator = await change(ctx, before, giveFrom(before, wanted, from, ctx.now))
  const given = { creator, wanted, was: has.tier, gets, from, later, withdrawn: announced }
  await ctx.show({ person: creator.personId }, `tier-given:${creator.id}:${ctx.now.toISOString()}`, tierNewsCard(given))
  return given
}

function nameOf(tiers: Tiers, typed: string): string {
  const step = stepNamed(tiers, typed)
  if (step) return step.name
  const names = tiers.steps.map(({ name }) => name).join(', ')
  throw new Refusal('not_found', `“${typed}” is none of the tiers.`, `They are ${names}; or write none.`, 'tier')
}

/** The same creator as if they had had this tier all along. */
const alwaysGiven = (creator: Creator, tier: string | null): Creator => ({
  ...creator,
  tier,
  tiered: [],
  tierThen: null,
  tierThenAt: null,
})

async function change(ctx: Context, before: Creator, data: ReturnType<typeof turned>): Promise<Creator> {
  const creator = await ctx.db.creator.update({ where: { id: before.id }, data })
  // What was announced may have come a moment ago: its role is still that of before.
  const { tiers } = policyOf(ctx.program)
  const had = tierNow(tiers, { ...before, tierThenAt: null }, ctx.now)
  if (isHere(creator)) await grantTier(ctx, creator, had, tierNow(tiers, creator, ctx.now))
  return creator
}

const AT_ONCE = 50

/** Carries out what was announced and whose day has come; gives how many there were. Sales get it from that day on without this. */
export async function dueGiven(ctx: Context): Promise<number> {
  const over = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, tierThenAt: { lte: ctx.now } },
    orderBy: [{ tierThenAt: 'asc' }, { id: 'asc' }],
    take: AT_ONCE,
  })
  for (const { id } of over) {
    const creator = await locked(ctx, id)
    await change(ctx, creator, turned(creator, ctx.now))
  }
  return over.length
}
