import type { Context } from '../context.ts'
import { monthOf, sayMonth } from '../kernel/time.ts'
import { earningsCard } from './cards.ts'
import { earningsOf } from './queries.ts'
import { reward } from './rewards.ts'
import { matureKey, purse } from './rules.ts'
import { bookedOn, reversedOf } from './service.ts'

const LINES_AT_ONCE = 500
/** Each creator is told in the same transaction, which has its time limit. */
const CREATORS_AT_ONCE = 50

type Ripe = { line: string; creatorId: string }

/**
 * Lets lines ripen whose hold has ended: pending → payable of what was booked less what was taken back. What a case withholds
 * stays. At most 500 of 50 creators; returns how many. Rows that another worker or a refund holds are left for the next bell.
 */
export async function due(ctx: Context): Promise<number> {
  const programId = ctx.program.id
  const locked = await ctx.db.$queryRaw<Ripe[]>`
    SELECT "line", "creatorId" FROM "Hold" WHERE "programId" = ${programId} AND "availableAt" <= ${ctx.now} AND "caseId" IS NULL
    ORDER BY "availableAt", "line" LIMIT ${LINES_AT_ONCE} FOR UPDATE SKIP LOCKED`
  if (locked.length === 0) return 0
  const creators = [...new Set(locked.map((hold) => hold.creatorId))].slice(0, CREATORS_AT_ONCE).sort()
  const ripe = locked.filter((hold) => creators.includes(hold.creatorId))
  const lines = ripe.map((hold) => hold.line)
  // Read only now: a refund that held one of these rows a moment ago has committed what it took.
  const booked = await bookedOn(ctx, lines)
  const reversed = await reversedOf(ctx, creators, lines)
  const ripened = ripe.map((one) => ({ ...one, minor: (booked.get(one.line) ?? 0n) - (reversed.get(one.line) ?? 0n) }))
  await ctx.db.transfer.createMany({
    data: ripened.flatMap(({ line, creatorId, minor }) => (minor > 0n ? [maturing(ctx, line, creatorId, minor)] : [])),
    skipDuplicates: true,
  })
  await ctx.db.hold.deleteMany({ where: { programId, line: { in: lines } } })
  await reward(ctx, ripened)
  for (const creatorId of creators) await tell(ctx, creatorId)
  return ripe.length
}

function maturing(ctx: Context, line: string, creatorId: string, minor: bigint) {
  return {
    id: ctx.id('transfer'),
    programId: ctx.program.id,
    from: purse(creatorId, 'pending'),
    to: purse(creatorId, 'payable'),
    minor,
    currency: ctx.program.currency,
    key: matureKey(line),
    because: { line, rule: 'hold ended' },
    at: ctx.now,
  }
}

const TOLD = 3

/** One earnings post a month in the creator's private place, edited as lines ripen. */
async function tell(ctx: Context, creatorId: string): Promise<void> {
  const creator = await ctx.db.creator.findUnique({ where: { id: creatorId }, select: { personId: true } })
  if (!creator) return
  const month = monthOf(ctx.now, ctx.program.zone)
  const earnings = await earningsOf(ctx, creatorId)
  // Nobody asked for it, so it is short; /earnings has the others.
  const shown = earningsCard({ ...earnings, recent: earnings.recent.slice(0, TOLD) })
  // Two months may wait in one morning.
  const titled = { ...shown, title: `Your earnings, ${sayMonth(month)}` }
  await ctx.show({ person: creator.personId }, `earnings:${month}`, titled, { unasked: true })
}
