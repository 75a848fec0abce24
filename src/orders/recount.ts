/** What sales count for once money of theirs was taken or given again by a case, a bank or a refund that failed: tiers and limits follow at once. */
import type { Context } from '../context.ts'
import type { Line, Order } from '../db/generated/client.ts'
import { monthOf } from '../kernel/time.ts'
import { leftOf } from '../ledger/forfeit.ts'
import { reachMilestones } from '../ledger/rewards.ts'
import { policyAt } from '../programs/rules.ts'
import { lockEarning } from './caps.ts'
import { climb, fellBelow } from './tiers.ts'

/**
 * Counts the sales of a decided case anew. Whoever falls below their tier by what was taken is told of to managers; what was given
 * again gets the top-up that it missed, and helps others of its window to theirs and its creator to a milestone.
 */
export async function recount(ctx: Context, caseId: string): Promise<void> {
  const named = await ctx.db.caseLine.findMany({
    where: { programId: ctx.program.id, caseId, outcome: { in: ['forfeited', 'restored'] } },
  })
  if (named.length === 0) return
  const lines = await ctx.db.line.findMany({
    where: { programId: ctx.program.id, id: { in: named.map(({ lineId }) => lineId) }, mirror: false },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
  const left = await leftOf(
    ctx,
    lines.map(({ id }) => id),
  )
  const outcome = new Map(named.map((one) => [one.lineId, one.outcome]))
  const again = lines.filter(({ id }) => outcome.get(id) === 'restored')
  for (const { id } of lines) await ctx.db.line.update({ where: { id }, data: { leftMinor: left.get(id) ?? 0n } })
  for (const { creatorId, at } of newestOfMonths(ctx, again)) {
    const policy = policyAt(ctx.program, at)
    await lockEarning(ctx, creatorId, policy.caps)
    await climb(ctx, policy, creatorId, at)
  }
  const taken = lines.filter(({ id }) => outcome.get(id) === 'forfeited')
  for (const { creatorId, at } of newestOfMonths(ctx, taken)) await fellBelow(ctx, creatorId, at, 'a case')
  await reachMilestones(
    ctx,
    again.map(({ creatorId }) => creatorId),
  )
}

/** What is left of the commission is kept beside the line; a tier or a milestone that it helps to reach is looked for at once. */
export async function countAgain(ctx: Context, order: Order, line: Line): Promise<void> {
  const policy = policyAt(ctx.program, order.at)
  await lockEarning(ctx, line.creatorId, policy.caps)
  const leftMinor = (await leftOf(ctx, [line.id])).get(line.id) ?? 0n
  await ctx.db.line.update({ where: { id: line.id }, data: { leftMinor } })
  if (order.kind === 'order') await climb(ctx, policy, line.creatorId, order.at)
  await reachMilestones(ctx, [line.creatorId])
}

/** One sale stands for all of its creator's month where no window is shorter; a rolling one may be. */
function newestOfMonths(ctx: Context, lines: readonly Line[]): Line[] {
  const windowOf = ({ id, at }: Line) =>
    policyAt(ctx.program, at).tiers?.window === 'rolling' ? id : monthOf(at, ctx.program.zone)
  const newest = new Map(lines.map((line) => [`${line.creatorId} ${windowOf(line)}`, line]))
  return [...newest.values()]
}
