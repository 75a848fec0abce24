// What a sale brings beside its commission once its hold is over, so that nothing is paid for sales that are given back at once:
// bonuses of milestones, and the share of whoever brought the creator.
import type { Context } from '../context.ts'
import { type Money, share } from '../kernel/money.ts'
import { addMonths } from '../kernel/time.ts'
import { milestoneWords } from '../programs/cards-commission.ts'
import { policyAt, policyOf } from '../programs/rules.ts'
import type { Milestone } from '../programs/rules-commission.ts'
import { milestoneCard } from './cards-bonuses.ts'
import { familyOf, ownerOf } from './owners.ts'
import { milestoneKey, purse, referralAccount, referralKey, referralRefundKey } from './rules.ts'
import { bonus, move } from './service.ts'

export type Ripened = { line: string; creatorId: string; minor: bigint }

/** Pays what ripened lines bring: milestones that their creators reached, and referrals. Each key pays once. */
export async function reward(ctx: Context, ripened: readonly Ripened[]): Promise<void> {
  const { milestones } = policyOf(ctx.program)
  for (const creatorId of milestones.length === 0 ? [] : new Set(ripened.map((one) => one.creatorId)))
    await payMilestones(ctx, milestones, creatorId)
  for (const one of ripened) if (one.minor > 0n) await payReferral(ctx, one)
}

async function payMilestones(ctx: Context, milestones: readonly Milestone[], creatorId: string): Promise<void> {
  const programId = ctx.program.id
  const [sold] = await ctx.db.$queryRaw<{ orders: bigint; revenue: bigint }[]>`
    SELECT count(*) AS orders, coalesce(sum(net), 0)::bigint AS revenue FROM (
      SELECT coalesce(l."leftBase", l.base) AS net FROM "Line" l JOIN "Order" o ON o.id = l."orderId" LEFT JOIN "Hold" h ON h.line = l.id
      WHERE l."programId" = ${programId} AND l."creatorId" = ${creatorId} AND NOT l.mirror AND o.kind = 'order' AND h.line IS NULL) own
    WHERE net > 0`
  const family = await familyOf(ctx, [creatorId])
  for (const milestone of milestones) {
    const reached = milestone.kind === 'revenue' ? (sold?.revenue ?? 0n) : (sold?.orders ?? 0n)
    if (reached < BigInt(milestone.at)) continue
    // Whoever was two before has reached it once.
    const keys = family.map((id) => milestoneKey(id, milestone.name))
    if (await ctx.db.transfer.findFirst({ where: { programId, key: { in: keys } }, select: { id: true } })) continue
    const money: Money = { minor: BigInt(milestone.bonusMinor), currency: ctx.program.currency }
    const key = milestoneKey(creatorId, milestone.name)
    if (!(await bonus(ctx, { creatorId, money, key, because: { rule: 'milestone', milestone: milestone.name } }))) continue
    const { personId } = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId }, select: { personId: true } })
    const words = milestoneWords(milestone, ctx.program.currency)
    await ctx.show({ person: personId }, `milestone:${milestone.name}`, milestoneCard(words))
  }
}

/** Whoever brought a creator, if they are a creator here themselves and the time is not over. */
async function inviterOf(ctx: Context, creatorId: string, at: Date): Promise<{ id: string; bps: number } | null> {
  const { referral } = policyAt(ctx.program, at)
  if (!referral) return null
  const brought = await ctx.db.creator.findUnique({
    where: { id: creatorId },
    select: { personId: true, invitedBy: true, decidedAt: true },
  })
  if (!brought?.invitedBy || !brought.decidedAt || brought.invitedBy === brought.personId) return null
  if (at >= addMonths(brought.decidedAt, referral.months, ctx.program.zone)) return null
  const inviter = await ctx.db.creator.findFirst({
    where: { programId: ctx.program.id, personId: brought.invitedBy, state: { in: ['approved', 'paused'] }, mergedInto: null },
    select: { id: true },
  })
  return inviter && { id: inviter.id, bps: referral.bps }
}

async function payReferral(ctx: Context, { line, creatorId, minor }: Ripened): Promise<void> {
  const sale = await ctx.db.line.findUnique({ where: { id: line }, select: { at: true } })
  const inviter = sale && (await inviterOf(ctx, creatorId, sale.at))
  if (!inviter) return
  const money = share({ minor, currency: ctx.program.currency }, inviter.bps)
  if (money.minor === 0n) return
  const to = purse(await ownerOf(ctx, inviter.id), 'payable')
  // Whose sale it was is not told: the line is enough to find it for whoever may.
  await move(ctx, {
    from: referralAccount,
    to,
    money,
    key: referralKey(line),
    because: { rule: 'referral', line, bps: inviter.bps },
  })
}

/** Takes back a referral's share of what was taken back of its line: `left` is what is left of the line's commission. */
export async function shrinkReferral(ctx: Context, line: string, refundId: string, left: bigint): Promise<void> {
  const programId = ctx.program.id
  const paid = await ctx.db.transfer.findUnique({ where: { programId_key: { programId, key: referralKey(line) } } })
  if (!paid) return
  const { bps } = paid.because as { bps: number }
  const inviter = await ownerOf(ctx, paid.to.split(':')[1]!)
  const family = await familyOf(ctx, [inviter])
  const [back] = await ctx.db.$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(minor), 0)::bigint AS minor FROM "Transfer"
    WHERE "programId" = ${programId} AND "from" = ANY(${family.map((id) => purse(id, 'payable'))}) AND "to" = ${referralAccount}
      AND key LIKE 'referral-refund:%' AND split_part(key, ':', 3) = ${line}`
  const stays = share({ minor: left, currency: paid.currency }, bps).minor
  const minor = paid.minor - (back?.minor ?? 0n) - stays
  if (minor <= 0n) return
  await move(ctx, {
    from: purse(inviter, 'payable'),
    to: referralAccount,
    money: { minor, currency: paid.currency },
    key: referralRefundKey(refundId, line),
    because: { rule: 'referral refund', line, bps },
  })
}
