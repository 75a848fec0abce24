// Creators bring creators. What the one learns of the other is a first name, and whether they came.
import type { Context } from '../context.ts'
import type { Money } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { familyOf } from '../ledger/owners.ts'
import { purse, referralAccount } from '../ledger/rules.ts'
import { invite, openBy } from './invites.ts'
import { creatorOf } from './service.ts'

/** Invitations of one creator that can still be taken up. */
const OPEN = 20

/** An address for somebody whom the actor brings; managers decide about them as about anybody. */
export async function bring(ctx: Context<'creator'>, name: string): Promise<string> {
  const own = await creatorOf(ctx, ctx.actor.creatorId)
  if (own.state !== 'approved') throw new Refusal('not_allowed', 'Only approved creators invite others.', 'Ask the team.')
  if ((await openBy(ctx, ctx.actor.personId)) >= OPEN)
    throw new Refusal(
      'over_limit',
      `${OPEN} of your invitations are still open.`,
      'Wait until one of them is taken up, or its thirty days are over.',
    )
  return (await invite(ctx, { name, autoApprove: false })).url
}

export type Brought = { people: { name: string; joined: boolean }[]; earned: Money }

/** Whom the actor brought, by first name or alias alone, and what all of them together brought in return. */
export async function broughtBy(ctx: Context<'creator'>): Promise<Brought> {
  const rows = await ctx.db.creator.findMany({
    // Whoever invited another account of their own brought nobody.
    where: { programId: ctx.program.id, invitedBy: ctx.actor.personId, personId: { not: ctx.actor.personId }, mergedInto: null },
    orderBy: { id: 'desc' },
    take: 25,
  })
  const payable = (await familyOf(ctx, [ctx.actor.creatorId])).map((id) => purse(id, 'payable'))
  const [sum] = await ctx.db.$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(CASE WHEN "from" = ${referralAccount} THEN minor ELSE -minor END), 0)::bigint AS minor FROM "Transfer"
    WHERE "programId" = ${ctx.program.id} AND (("from" = ${referralAccount} AND "to" = ANY(${payable})) OR ("to" = ${referralAccount} AND "from" = ANY(${payable})))`
  return {
    people: rows.map((row) => ({
      name:
        row.shown === 'hidden' ? 'someone you invited' : row.shown === 'alias' && row.alias ? row.alias : row.name.split(' ')[0]!,
      joined: row.state === 'approved' || row.state === 'paused',
    })),
    earned: { minor: sum?.minor ?? 0n, currency: ctx.program.currency },
  }
}
