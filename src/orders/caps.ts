import type { Context } from '../context.ts'
import type { Line, Order } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { monthOf, monthRange } from '../kernel/time.ts'
import { notForfeited } from '../ledger/taken.ts'
import type { Caps } from '../programs/rules-commission.ts'
import { capCard } from './cards-caps.ts'

type Limit = { by: 'order' | 'creator month' | 'program month'; left: bigint; limit: bigint; scope: string }

/** Locks what a creator earns, and what the program spends where that is limited: two sales at once would each see the other's room. */
export async function lockEarning(ctx: Context, creatorId: string, caps: Caps): Promise<void> {
  const names = [
    `earning ${ctx.program.id} ${creatorId}`,
    ...(caps.programMonthMinor === null ? [] : [`spend ${ctx.program.id}`]),
  ]
  for (const name of names) await ctx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`
}

/** What of a commission the limits leave, and which of them cut it most; managers are told once for each limit that is reached. */
export async function clamp(
  ctx: Context,
  caps: Caps,
  order: Order,
  creatorId: string,
  earned: Money,
): Promise<{ commission: Money; cappedBy: string | null }> {
  const tightest = tightestOf(await limitsFor(ctx, caps, order.at, creatorId))
  if (!tightest || tightest.left >= earned.minor) return { commission: earned, cappedBy: null }
  const commission = { ...earned, minor: tightest.left < 0n ? 0n : tightest.left }
  await tell(ctx, tightest, order, earned, commission)
  return { commission, cappedBy: tightest.by }
}

/** Up to what a line that `has` so much may be topped up when it is `worth` more now, and which limit says so, if one does. */
export async function limitOn(
  ctx: Context,
  caps: Caps,
  line: Pick<Line, 'orderId' | 'creatorId' | 'at'>,
  { has, worth }: { has: Money; worth: Money },
): Promise<{ most: bigint; cappedBy: string | null }> {
  // What it has is spent already, and is a part of what one order may earn.
  const limits = (await limitsFor(ctx, caps, line.at, line.creatorId)).map((limit) =>
    limit.by === 'order' ? limit : { ...limit, left: limit.left < 0n ? has.minor : limit.left + has.minor },
  )
  const tightest = tightestOf(limits)
  if (!tightest || tightest.left >= worth.minor || worth.minor <= has.minor) return { most: worth.minor, cappedBy: null }
  // A limit takes nothing of what was booked before.
  const most = larger(tightest.left, has.minor)
  const order = await ctx.db.order.findUniqueOrThrow({ where: { id: line.orderId }, select: { id: true, number: true } })
  await tell(ctx, tightest, order, worth, { ...worth, minor: most })
  return { most, cappedBy: tightest.by }
}

const larger = (a: bigint, b: bigint): bigint => (a < b ? b : a)

const tightestOf = (limits: Limit[]): Limit | null => limits.reduce<Limit | null>((a, b) => (a && a.left <= b.left ? a : b), null)

async function tell(
  ctx: Context,
  { by, scope, limit }: Limit,
  { id, number }: Pick<Order, 'id' | 'number'>,
  earned: Money,
  commission: Money,
): Promise<void> {
  const shown = { by, number, orderId: id, earned, commission, limit: { ...earned, minor: limit } }
  await ctx.show({ channel: 'managers' }, `cap:${scope}:${limit}`, capCard(shown))
}

async function limitsFor(ctx: Context, caps: Caps, at: Date, creatorId: string): Promise<Limit[]> {
  const month = monthOf(at, ctx.program.zone)
  const limits: Limit[] = []
  if (caps.orderMinor !== null) {
    const limit = BigInt(caps.orderMinor)
    limits.push({ by: 'order', limit, left: limit, scope: 'order' })
  }
  if (caps.creatorMonthMinor !== null) {
    const limit = BigInt(caps.creatorMonthMinor)
    const left = limit - (await spentIn(ctx, month, creatorId))
    limits.push({ by: 'creator month', limit, left, scope: `${month}:${creatorId}` })
  }
  if (caps.programMonthMinor !== null) {
    const limit = BigInt(caps.programMonthMinor)
    limits.push({ by: 'program month', limit, left: limit - (await spentIn(ctx, month, null)), scope: month })
  }
  return limits
}

/** Commission of a month's sales that was not taken back. */
async function spentIn(ctx: Context, month: string, creatorId: string | null): Promise<bigint> {
  const { from, to } = monthRange(month, ctx.program.zone)
  const [row] = await ctx.db.$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(coalesce(l."leftMinor", l."minor")), 0)::bigint AS minor FROM "Line" l
    WHERE l."programId" = ${ctx.program.id} AND l.at >= ${from} AND l.at < ${to} AND NOT l.mirror
      AND (${creatorId}::text IS NULL OR l."creatorId" = ${creatorId}) AND ${notForfeited}`
  return row?.minor ?? 0n
}
