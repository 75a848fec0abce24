// What a sale brings beside its commission once its hold is over, so that nothing is paid for sales that are given back at once:
// bonuses of milestones, and the share of whoever brought the creator.
import type { Context } from '../context.ts'
import type { Creator } from '../db/generated/client.ts'
import { type Money, proportion, share } from '../kernel/money.ts'
import { addMonths } from '../kernel/time.ts'
import { milestoneWords } from '../programs/cards-commission.ts'
import { policyAt, policyOf } from '../programs/rules.ts'
import type { Milestone } from '../programs/rules-commission.ts'
import { milestoneCard } from './cards-bonuses.ts'
import { familyOf, ownerOf, pursesOf } from './owners.ts'
import {
  commissionAccount,
  milestoneKey,
  partsOf,
  purse,
  recreditKey,
  referralAccount,
  referralKey,
  referralRecreditKey,
  referralRefundKey,
  referralRestoreKey,
  weightOf,
} from './rules.ts'
import { bonus, move } from './service.ts'
import { notForfeited } from './taken.ts'

export type Ripened = { line: string; creatorId: string; minor: bigint }

/** Pays what ripened lines bring: milestones that their creators reached, and referrals. Each key pays once. */
export async function reward(ctx: Context, ripened: readonly Ripened[]): Promise<void> {
  await reachMilestones(
    ctx,
    ripened.map(({ creatorId }) => creatorId),
  )
  const earned = ripened.filter(({ minor }) => minor > 0n)
  const sales = await ctx.db.line.findMany({
    where: { programId: ctx.program.id, id: { in: earned.map(({ line }) => line) } },
    select: { id: true, at: true },
  })
  const soldAt = new Map(sales.map(({ id, at }) => [id, at]))
  for (const one of earned) await payReferral(ctx, one, soldAt.get(one.line), referralKey(one.line))
}

/** Pays the milestones that these creators have reached; also called where a sale became payable without ripening, as the last thing booked. */
export async function reachMilestones(ctx: Context, creatorIds: readonly string[]): Promise<void> {
  const { milestones } = policyOf(ctx.program)
  if (milestones.length === 0) return
  // In one order everywhere, or two workers could wait for each other.
  for (const creatorId of [...new Set(creatorIds)].sort()) await payMilestones(ctx, milestones, creatorId)
}

async function payMilestones(ctx: Context, milestones: readonly Milestone[], creatorId: string): Promise<void> {
  // Two workers that ripen lines of one creator would each count without the other's; the second waits until the first is committed.
  await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`milestones ${ctx.program.id} ${creatorId}`}, 0))`
  for (const milestone of await reached(ctx, milestones, creatorId)) {
    const money: Money = { minor: BigInt(milestone.bonusMinor), currency: ctx.program.currency }
    const key = milestoneKey(creatorId, milestone.name)
    if (!(await bonus(ctx, { creatorId, money, key, because: { rule: 'milestone', milestone: milestone.name } }))) continue
    const { personId } = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId }, select: { personId: true } })
    const words = milestoneWords(milestone, ctx.program.currency)
    await ctx.show({ person: personId }, `milestone:${milestone.name}`, milestoneCard(words), { unasked: true })
  }
}

/** The milestones that a creator has reached and was not paid for; with `before` also those they reach by what ripens until then. */
export async function reached(
  ctx: Context,
  milestones: readonly Milestone[],
  creatorId: string,
  before = new Date(0),
): Promise<Milestone[]> {
  if (milestones.length === 0) return []
  const programId = ctx.program.id
  const [sold] = await ctx.db.$queryRaw<{ orders: bigint; revenue: bigint }[]>`
    SELECT count(*) AS orders, coalesce(sum(net), 0)::bigint AS revenue FROM (
      SELECT coalesce(l."leftBase", l.base) AS net FROM "Line" l JOIN "Order" o ON o.id = l."orderId" LEFT JOIN "Hold" h ON h.line = l.id
      WHERE l."programId" = ${programId} AND l."creatorId" = ${creatorId} AND NOT l.mirror AND o.kind = 'order'
        AND (h.line IS NULL OR (h."caseId" IS NULL AND h."availableAt" < ${before})) AND ${notForfeited}) own
    WHERE net > 0`
  const family = await familyOf(ctx, [creatorId])
  // Whoever was two before has reached it once.
  const keys = milestones.flatMap(({ name }) => family.map((id) => milestoneKey(id, name)))
  const rows = await ctx.db.transfer.findMany({ where: { programId, key: { in: keys } }, select: { key: true } })
  const paid = new Set(rows.map(({ key }) => key))
  return milestones.filter(({ kind, at, name }) => {
    const now = kind === 'revenue' ? (sold?.revenue ?? 0n) : (sold?.orders ?? 0n)
    return now >= BigInt(at) && !family.some((id) => paid.has(milestoneKey(id, name)))
  })
}

type Brought = Pick<Creator, 'personId' | 'invitedBy' | 'decidedAt' | 'createdAt' | 'stood'>
const brought = { personId: true, invitedBy: true, decidedAt: true, createdAt: true, stood: true } as const

/** Whoever brought a creator, if they are a creator here themselves and the time is not over. */
async function inviterOf(ctx: Context, creatorId: string, at: Date): Promise<{ id: string; bps: number } | null> {
  const of = await ctx.db.creator.findUnique({ where: { id: creatorId }, select: brought })
  const bps = of && bpsOf(ctx, of, at)
  if (!bps || !of.invitedBy) return null
  const inviter = await ctx.db.creator.findFirst({
    where: { programId: ctx.program.id, personId: of.invitedBy, ...sharing },
    select: { id: true },
  })
  return inviter && { id: inviter.id, bps }
}

/** Who gets a share of what those bring whom they brought. */
const sharing = { state: { in: ['approved', 'paused'] }, mergedInto: null }

/** What of such a creator's sale goes to whoever brought them, in basis points; null where the time is over. */
function bpsOf(ctx: Context, of: Brought, at: Date): number | null {
  const { referral } = policyAt(ctx.program, at)
  if (!referral || !of.invitedBy || !of.decidedAt || of.invitedBy === of.personId) return null
  return at >= addMonths(broughtAt(of, of.decidedAt), referral.months, ctx.program.zone) ? null : referral.bps
}

/** Everyone whom a creator brought, by their ids; nobody where they get no share now. */
export async function friendsOf(ctx: Context, creatorId: string): Promise<Map<string, Brought>> {
  const where = { id: creatorId, programId: ctx.program.id, ...sharing }
  const inviter = await ctx.db.creator.findFirst({ where, select: { personId: true } })
  if (!inviter) return new Map()
  const rows = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, invitedBy: inviter.personId, mergedInto: null },
    select: { id: true, ...brought },
  })
  return new Map(rows.map(({ id, ...of }) => [id, of]))
}

/** The share of what a sale of someone who was brought has earned when it ripens. */
export const shareFor = (ctx: Context, of: Brought, { at, minor }: { at: Date; minor: bigint }): Money =>
  share({ minor, currency: ctx.program.currency }, bpsOf(ctx, of, at) ?? 0)

/** Whoever left and was admitted anew was brought once: the time goes on from when they first came, and does not begin again. */
function broughtAt({ createdAt, stood }: Pick<Creator, 'createdAt' | 'stood'>, decidedAt: Date): Date {
  const [first] = stood as { until: string }[]
  return first && new Date(first.until) < decidedAt ? createdAt : decidedAt
}

async function payReferral(
  ctx: Context,
  { line, creatorId, minor }: Ripened,
  soldAt: Date | undefined,
  key: string,
): Promise<void> {
  const inviter = soldAt && (await inviterOf(ctx, creatorId, soldAt))
  if (!inviter) return
  const money = share({ minor, currency: ctx.program.currency }, inviter.bps)
  if (money.minor === 0n) return
  const to = purse(await ownerOf(ctx, inviter.id), 'payable')
  // Whose sale it was is not told: the line is enough to find it for whoever may.
  await move(ctx, { from: referralAccount, to, money, key, because: { rule: 'referral', line, bps: inviter.bps } })
}

/** Takes back a referral's share of what was taken back of its line: `left` is what is left of the line's commission. */
export async function shrinkReferral(ctx: Context, line: string, refundId: string, left: bigint): Promise<void> {
  const paid = (await referralOf(ctx, line, await shareKeyOf(ctx, line))) ?? (await referralOf(ctx, line, referralKey(line)))
  if (!paid) return
  const { inviter, bps, stands, currency } = paid
  const minor = stands - (await shareOf(ctx, line, left, paid))
  if (minor <= 0n) return
  await move(ctx, {
    from: purse(inviter, 'payable'),
    to: referralAccount,
    money: { minor, currency },
    key: referralRefundKey(refundId, line),
    because: { rule: 'referral refund', line, bps },
  })
}

/** A line that is payable was given again by an appeal: whoever brought its creator gets their share of what is left of it again. */
export async function regrowReferral(ctx: Context, caseId: string, { line, creatorId, minor: left }: Ripened): Promise<void> {
  const shareKey = await shareKeyOf(ctx, line)
  const paid = await referralOf(ctx, line, shareKey)
  if (!paid) return payReferral(ctx, { line, creatorId, minor: left }, await soldAtOf(ctx, line), shareKey)
  const { inviter, bps, stands, currency } = paid
  const minor = (await shareOf(ctx, line, left, paid)) - stands
  if (minor <= 0n) return
  await move(ctx, {
    from: referralAccount,
    to: purse(inviter, 'payable'),
    money: { minor, currency },
    key: referralRestoreKey(caseId, line),
    because: { rule: 'referral', line, bps },
  })
}

/**
 * A dispute gave a payable line to this creator: whoever brought the former one gives the share back, and whoever brought this one
 * gets it. The order's touches still say how it came to the former.
 */
export async function moveReferral(ctx: Context, caseId: string, moved: Ripened): Promise<void> {
  await shrinkReferral(ctx, moved.line, caseId, 0n)
  await payReferral(ctx, moved, await soldAtOf(ctx, moved.line), referralRecreditKey(caseId, moved.line))
}

const soldAtOf = async (ctx: Context, line: string): Promise<Date | undefined> =>
  (await ctx.db.line.findUnique({ where: { id: line }, select: { at: true } }))?.at

/** The key of what a line pays whoever brought its creator: once it ripens, and anew where a dispute has moved it after that. */
async function shareKeyOf(ctx: Context, line: string): Promise<string> {
  const programId = ctx.program.id
  const [granted] = await ctx.db.$queryRaw<{ caseId: string }[]>`
    SELECT t.what AS "caseId" FROM "Line" l JOIN "Touch" t ON t."programId" = l."programId" AND t."orderId" = l."orderId"
    WHERE l."programId" = ${programId} AND l.id = ${line} AND t.won AND t.kind = 'dispute'`
  if (!granted) return referralKey(line)
  const key = recreditKey(granted.caseId, line)
  const moved = await ctx.db.transfer.findUnique({ where: { programId_key: { programId, key } }, select: { to: true } })
  return moved?.to.endsWith(':payable') ? referralRecreditKey(granted.caseId, line) : referralKey(line)
}

/**
 * The share of what is left of a line at the rates that it had when the share was paid: what a tier added later raised the creator's own
 * commission alone.
 */
async function shareOf(ctx: Context, line: string, left: bigint, paid: { at: Date; bps: number; currency: string }) {
  const { at, bps, currency } = paid
  const now = await ctx.db.line.findUniqueOrThrow({ where: { id: line } })
  if (now.raisedBps === null) return share({ minor: left, currency }, bps).minor
  const programId = ctx.program.id
  const to = await pursesOf(ctx, [now.creatorId])
  const [then] = await ctx.db.$queryRaw<{ raisedBps: number | null }[]>`
    SELECT max((because->>'rateBps')::int) AS "raisedBps" FROM "Transfer" WHERE "programId" = ${programId} AND "to" = ANY(${to})
      AND "from" = ${commissionAccount} AND key LIKE 'topup:%' AND split_part(key, ':', 2) = ${line} AND at <= ${at}`
  const [was, is] = [weightOf(partsOf({ ...now, raisedBps: then?.raisedBps ?? null })), weightOf(partsOf(now))]
  return is === 0n ? 0n : proportion({ minor: left, currency }, BigInt(bps) * was, 10_000n * is).minor
}

/** What a line's referral comes to by now: what was paid, taken back and given again. Undefined where none was paid by this key. */
async function referralOf(ctx: Context, line: string, key: string) {
  const programId = ctx.program.id
  const paid = await ctx.db.transfer.findUnique({ where: { programId_key: { programId, key } } })
  if (!paid) return undefined
  const inviter = await ownerOf(ctx, paid.to.split(':')[1]!)
  const purses = (await familyOf(ctx, [inviter])).map((id) => purse(id, 'payable'))
  const [all] = await ctx.db.$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(CASE WHEN "from" = ${referralAccount} THEN minor ELSE -minor END), 0)::bigint AS minor FROM "Transfer"
    WHERE "programId" = ${programId} AND (key = ${referralKey(line)} OR split_part(key, ':', 3) = ${line})
      AND (("from" = ANY(${purses}) AND "to" = ${referralAccount}) OR ("from" = ${referralAccount} AND "to" = ANY(${purses})))`
  const { bps } = paid.because as { bps: number }
  return { inviter, bps, stands: all?.minor ?? 0n, currency: paid.currency, at: paid.at }
}
