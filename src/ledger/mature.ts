import type { Context } from '../context.ts'
import { monthOf } from '../kernel/time.ts'
import { earningsCard } from './cards.ts'
import { earningsOf } from './queries.ts'
import { commissionKey, matureKey, purse } from './rules.ts'
import { reversedOf } from './service.ts'

const LINES_AT_ONCE = 500
/** Each creator is told in the same transaction, which has its time limit. */
const CREATORS_AT_ONCE = 50

type Ripe = { line: string; creatorId: string }

/**
 * Lets lines ripen whose hold has ended: pending → payable of what was booked less what was taken back. At most 500 of 50
 * creators; returns how many. Rows that another worker or a refund holds are left for the next bell.
 */
export async function due(ctx: Context): Promise<number> {
  const programId = ctx.program.id
  const locked = await ctx.db.$queryRaw<Ripe[]>`
    SELECT "line", "creatorId" FROM "Hold" WHERE "programId" = ${programId} AND "availableAt" <= ${ctx.now}
    ORDER BY "availableAt", "line" LIMIT ${LINES_AT_ONCE} FOR UPDATE SKIP LOCKED`
  if (locked.length === 0) return 0
  const creators = [...new Set(locked.map((hold) => hold.creatorId))].slice(0, CREATORS_AT_ONCE).sort()
  const ripe = locked.filter((hold) => creators.includes(hold.creatorId))
  const lines = ripe.map((hold) => hold.line)
  // Read only now: a refund that held one of these rows a moment ago has committed what it took.
  const booked = await ctx.db.transfer.findMany({
    where: { programId, key: { in: lines.map(commissionKey) } },
    select: { key: true, minor: true },
  })
  const bookedOn = new Map(booked.map((transfer) => [transfer.key, transfer.minor]))
  const reversed = await reversedOf(ctx, creators, lines)
  await ctx.db.transfer.createMany({
    data: ripe.flatMap(({ line, creatorId }) => {
      const minor = (bookedOn.get(commissionKey(line)) ?? 0n) - (reversed.get(line) ?? 0n)
      return minor > 0n ? [maturing(ctx, line, creatorId, minor)] : []
    }),
    skipDuplicates: true,
  })
  await ctx.db.hold.deleteMany({ where: { programId, line: { in: lines } } })
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

/** One earnings post a month in the creator's private place, edited as lines ripen. */
async function tell(ctx: Context, creatorId: string): Promise<void> {
  const creator = await ctx.db.creator.findUnique({ where: { id: creatorId }, select: { personId: true } })
  if (!creator) return
  const key = `earnings:${monthOf(ctx.now, ctx.program.zone)}`
  await ctx.show({ person: creator.personId }, key, earningsCard(await earningsOf(ctx, creatorId)), { unasked: true })
}
