import type { Context } from '../context.ts'
import type { Creator } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { ownRateCard } from './cards-rate.ts'
import { roleBy } from './rules.ts'
import { comingRate, ownRateAt, rateFrom } from './rules-rate.ts'
import { locked, rateOf } from './service.ts'

/** What became of a creator's rate: `rateBps` holds from `from` on, `was` until then; `withdrawn` was announced and does not come. */
export type Rerated = {
  creator: Creator
  /** Whether it is one of their own, or the program's again. */
  own: boolean
  rateBps: number
  was: number
  from: Date
  later: boolean
  withdrawn: Date | null
}

/**
 * Agrees another rate with a creator, or the program's again (null). A lower one begins when the program's notice is over; whoever has not
 * accepted the terms yet was promised nothing. The creator is told. Refusal for whoever is not in the program and for what holds already.
 */
export async function rerate(ctx: Context, creatorId: string, wanted: number | null): Promise<Rerated> {
  const before = await locked(ctx, creatorId)
  if (before.personId === ctx.actor.personId)
    throw new Refusal('not_allowed', 'This is your own rate.', 'Ask another manager to set it.', 'creator')
  if (before.mergedInto !== null || ['left', 'banned', 'declined'].includes(before.state))
    throw new Refusal(
      'conflict',
      `${before.name} is ${before.state} and has no rate any more.`,
      'Pick somebody who is here.',
      'creator',
    )
  const policy = policyOf(ctx.program)
  const coming = comingRate(before, ctx.now)
  const was = rateOf(ctx, before)
  const rateBps = wanted ?? policy.rateBps
  if (coming === null && ownRateAt(before, ctx.now) === wanted)
    throw new Refusal('conflict', `${before.name} has this rate already.`, 'Give another one.', 'rate')
  const promised = before.termsAt !== null || roleBy(before) === 'creator'
  const later = rateBps < was && promised && policy.noticeDays > 0
  const from = later ? days(ctx.now, policy.noticeDays) : ctx.now
  const creator = await ctx.db.creator.update({ where: { id: before.id }, data: rateFrom(before, wanted, from, ctx.now) })
  const rerated = { creator, own: wanted !== null, rateBps, was, from, later, withdrawn: coming?.from ?? null }
  const key = `own-rate:${creator.id}:${ctx.now.toISOString()}`
  // Whoever has not accepted the terms yet reads it there.
  if (promised) await ctx.show({ person: creator.personId }, key, ownRateCard(rerated))
  return rerated
}
