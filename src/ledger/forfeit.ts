// An upheld case takes a line back, and an appeal may give it again. Both are transfers of their own beside the refunds, and count as
// taken back and given again wherever somebody adds up what is left of a line.
import type { Context } from '../context.ts'
import type { Money } from '../kernel/money.ts'
import { ownerOf, pursesOf } from './owners.ts'
import { moveReferral, regrowReferral, shrinkReferral } from './rewards.ts'
import { commissionAccount, commissionKey, forfeitKey, purse, recreditKey, restoreKey } from './rules.ts'
import { move } from './service.ts'

export type Forfeit = { caseId: string; line: string; creatorId: string; because: object }

/**
 * Takes back whatever is left of a line, from pending while it is held and from payable afterwards, and ends its hold. Says what was
 * taken and when the hold would have ended; taken again it takes nothing.
 */
export async function forfeit(ctx: Context, plan: Forfeit): Promise<{ taken: Money; availableAt: Date | null }> {
  const programId = ctx.program.id
  const [held] = await ctx.db.$queryRaw<{ availableAt: Date }[]>`
    SELECT "availableAt" FROM "Hold" WHERE "programId" = ${programId} AND "line" = ${plan.line} FOR UPDATE`
  const creatorId = await ownerOf(ctx, plan.creatorId)
  const left = (await leftOf(ctx, [plan.line])).get(plan.line) ?? 0n
  const money = { minor: left > 0n ? left : 0n, currency: ctx.program.currency }
  if (money.minor > 0n) {
    await move(ctx, {
      from: purse(creatorId, held ? 'pending' : 'payable'),
      to: commissionAccount,
      money,
      key: forfeitKey(plan.caseId, plan.line),
      because: { line: plan.line, case: plan.caseId, rule: 'case upheld', ...plan.because },
    })
    await shrinkReferral(ctx, plan.line, plan.caseId, 0n)
  }
  if (held) await ctx.db.hold.deleteMany({ where: { programId, line: plan.line } })
  return { taken: money, availableAt: held?.availableAt ?? null }
}

/** `heldBy` is another case that withholds the line. */
type Restoring = Forfeit & { money: Money; availableAt: Date | null; heldBy: string | null }

/** Gives a forfeited line again: pending until its hold would have ended and no case withholds it, payable when that day is past. */
export async function restore(ctx: Context, plan: Restoring): Promise<void> {
  const creatorId = await ownerOf(ctx, plan.creatorId)
  const { line, availableAt, heldBy } = plan
  const waits = availableAt !== null && (availableAt > ctx.now || heldBy !== null)
  const given = {
    from: commissionAccount,
    to: purse(creatorId, waits ? 'pending' : 'payable'),
    money: plan.money,
    key: restoreKey(plan.caseId, line),
    because: { line, case: plan.caseId, rule: 'appeal granted', ...plan.because },
  }
  // A sale that earned nothing counts again as well, once its hold would have ended.
  if (plan.money.minor > 0n && !(await move(ctx, given))) return
  if (!waits) {
    const left = (await leftOf(ctx, [line])).get(line) ?? 0n
    return regrowReferral(ctx, plan.caseId, { line, creatorId, minor: left })
  }
  const hold = { line, programId: ctx.program.id, creatorId, kind: 'commission', availableAt, caseId: heldBy, createdAt: ctx.now }
  await ctx.db.hold.createMany({ data: hold, skipDuplicates: true })
}

type HandOver = {
  line: string
  caseId: string
  from: string
  to: string
  which: 'pending' | 'payable'
  money: Money
  reason: string
}

/**
 * Moves what is left of a line from one creator to another, with its hold; what is payable takes the share of whoever brought them
 * along. The caller holds the lock on the hold.
 */
export async function handOver(ctx: Context, { line, caseId, from, to, which, money, reason }: HandOver): Promise<void> {
  const because = { line, case: caseId, rule: 'dispute granted', reason }
  const key = recreditKey(caseId, line)
  if (money.minor > 0n) await move(ctx, { from: purse(from, which), to: purse(to, which), money, key, because })
  await ctx.db.hold.updateMany({ where: { programId: ctx.program.id, line }, data: { creatorId: to } })
  if (which === 'payable') await moveReferral(ctx, caseId, { line, creatorId: to, minor: money.minor })
}

/** What cases took of a line and have not given again, in minor units. */
export async function forfeited(ctx: Context, caseIds: string[], line: string): Promise<bigint> {
  const sumOf = async (keyOf: typeof forfeitKey) => {
    const where = { programId: ctx.program.id, key: { in: caseIds.map((caseId) => keyOf(caseId, line)) } }
    return (await ctx.db.transfer.aggregate({ where, _sum: { minor: true } }))._sum.minor ?? 0n
  }
  return (await sumOf(forfeitKey)) - (await sumOf(restoreKey))
}

/** What is left of each line after all that was booked, taken back and given again, in minor units; lines without a booking are missing. */
export async function leftOf(ctx: Context, lines: string[]): Promise<Map<string, bigint>> {
  if (lines.length === 0) return new Map()
  const programId = ctx.program.id
  const booked = await ctx.db.transfer.findMany({
    where: { programId, key: { in: lines.map(commissionKey) } },
    select: { to: true },
  })
  const now = await ctx.db.line.findMany({ where: { programId, id: { in: lines } }, select: { creatorId: true } })
  const whose = [...booked.map(({ to }) => to.split(':')[1]!), ...now.map(({ creatorId }) => creatorId)]
  const accounts = await pursesOf(ctx, [...new Set(whose)])
  const rows = await ctx.db.$queryRaw<{ line: string; minor: bigint }[]>`
    WITH moved AS (
      SELECT "key", "minor" FROM "Transfer" WHERE "programId" = ${programId} AND "to" = ANY(${accounts}) AND "from" = ${commissionAccount}
      UNION ALL SELECT "key", -"minor" FROM "Transfer" WHERE "programId" = ${programId} AND "from" = ANY(${accounts}) AND "to" = ${commissionAccount}
    ), named AS (
      SELECT CASE WHEN "key" ~ '^(commission|topup):' THEN split_part("key", ':', 2) ELSE split_part("key", ':', 3) END AS line, "minor" FROM moved
    )
    SELECT line, SUM("minor")::bigint AS minor FROM named WHERE line = ANY(${lines}) GROUP BY 1`
  return new Map(rows.map((row) => [row.line, row.minor]))
}
