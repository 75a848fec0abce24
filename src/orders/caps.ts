import type { Context } from '../context.ts'
import type { Order } from '../db/generated/client.ts'
import type { Money } from '../kernel/money.ts'
import { monthOf, monthRange } from '../kernel/time.ts'
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
  const limits = await limitsFor(ctx, caps, order, creatorId)
  const tightest = limits.reduce<Limit | null>((a, b) => (a && a.left <= b.left ? a : b), null)
  if (!tightest || tightest.left >= earned.minor) return { commission: earned, cappedBy: null }
  const commission = { ...earned, minor: tightest.left < 0n ? 0n : tightest.left }
  const limit = { ...earned, minor: tightest.limit }
  const shown = { by: tightest.by, number: order.number, orderId: order.id, earned, commission, limit }
  await ctx.show({ channel: 'managers' }, `cap:${tightest.scope}:${tightest.limit}`, capCard(shown))
  return { commission, cappedBy: tightest.by }
}

async function limitsFor(ctx: Context, caps: Caps, order: Order, creatorId: string): Promise<Limit[]> {
  const month = monthOf(order.at, ctx.program.zone)
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
    SELECT coalesce(sum(coalesce("leftMinor", "minor")), 0)::bigint AS minor FROM "Line"
    WHERE "programId" = ${ctx.program.id} AND at >= ${from} AND at < ${to} AND NOT mirror
      AND (${creatorId}::text IS NULL OR "creatorId" = ${creatorId})`
  return row?.minor ?? 0n
}
