import type { Context } from '../context.ts'
import type { Money } from '../kernel/money.ts'
import { must } from '../kernel/refusal.ts'
import { familyOf, ownerOf } from './owners.ts'
import { commissionAccount, commissionKey, feeAccount, feeKey, matureKey, purse, refundKey, reversal } from './rules.ts'

export type Move = { from: string; to: string; money: Money; key: string; because: object }

/** Moves money once: false when the key was booked already. The amount is above zero and in the program's currency. */
export async function move(ctx: Context, { from, to, money, key, because }: Move): Promise<boolean> {
  must(money.minor > 0n, `a transfer moves more than zero, not ${money.minor} (${key})`)
  must(money.currency === ctx.program.currency, `the books are in ${ctx.program.currency}, not ${money.currency} (${key})`)
  const { count } = await ctx.db.transfer.createMany({
    data: {
      id: ctx.id('transfer'),
      programId: ctx.program.id,
      from,
      to,
      minor: money.minor,
      currency: money.currency,
      key,
      because,
      at: ctx.now,
    },
    skipDuplicates: true,
  })
  return count === 1
}

/** What came into an account less what went out, in the program's currency. */
export async function balanceOf(ctx: Context, account: string): Promise<Money> {
  const { id: programId, currency } = ctx.program
  const [row] = await ctx.db.$queryRaw<{ minor: bigint }[]>`
    SELECT (COALESCE((SELECT SUM("minor") FROM "Transfer" WHERE "programId" = ${programId} AND "to" = ${account} AND "currency" = ${currency}), 0)
          - COALESCE((SELECT SUM("minor") FROM "Transfer" WHERE "programId" = ${programId} AND "from" = ${account} AND "currency" = ${currency}), 0)
           )::bigint AS minor`
  return { minor: row?.minor ?? 0n, currency }
}

/** The three balances of a creator. */
export async function balances(ctx: Context, creatorId: string): Promise<{ pending: Money; payable: Money; paid: Money }> {
  return {
    pending: await balanceOf(ctx, purse(creatorId, 'pending')),
    payable: await balanceOf(ctx, purse(creatorId, 'payable')),
    paid: await balanceOf(ctx, purse(creatorId, 'paid')),
  }
}

/** What was taken back of each of these lines, in minor units. Reads the creators' own transfers only, never the whole ledger. */
export async function reversedOf(ctx: Context, creatorIds: string[], lines: string[]): Promise<Map<string, bigint>> {
  const family = await familyOf(ctx, creatorIds)
  const from = family.flatMap((creatorId) => [purse(creatorId, 'pending'), purse(creatorId, 'payable')])
  const rows = await ctx.db.$queryRaw<{ line: string; minor: bigint }[]>`
    SELECT split_part("key", ':', 3) AS line, SUM("minor")::bigint AS minor FROM "Transfer"
    WHERE "programId" = ${ctx.program.id} AND "from" = ANY(${from}) AND "to" = ${commissionAccount}
      AND "key" LIKE 'refund:%' AND split_part("key", ':', 3) = ANY(${lines})
    GROUP BY 1`
  return new Map(rows.map((row) => [row.line, row.minor]))
}

/** What one line booked, gave back and let ripen so far; all zero for a line that earned nothing. */
export async function bookedOf(ctx: Context, line: string): Promise<{ booked: Money; reversed: Money; matured: Money }> {
  const currency = ctx.program.currency
  const moved = await ctx.db.transfer.findMany({
    where: { programId: ctx.program.id, key: { in: [commissionKey(line), matureKey(line)] } },
  })
  const booking = moved.find((transfer) => transfer.key === commissionKey(line))
  const maturing = moved.find((transfer) => transfer.key === matureKey(line))
  const reversed = booking && (await reversedOf(ctx, [booking.to.split(':')[1]!], [line])).get(line)
  return {
    booked: { minor: booking?.minor ?? 0n, currency },
    reversed: { minor: reversed ?? 0n, currency },
    matured: { minor: maturing?.minor ?? 0n, currency },
  }
}

/** Says from when a line is payable; the row is what maturing and refunds lock. */
async function holdLine(
  ctx: Context,
  hold: { line: string; creatorId: string; kind: 'commission'; availableAt: Date },
): Promise<void> {
  await ctx.db.hold.createMany({ data: { ...hold, programId: ctx.program.id, createdAt: ctx.now }, skipDuplicates: true })
}

export type Booking = { line: string; creatorId: string; commission: Money; availableAt: Date; because: object }

/** Books a line's commission as pending under a hold; a commission of zero moves nothing. */
export async function bookCommission(
  ctx: Context,
  { line, creatorId, commission, availableAt, because }: Booking,
): Promise<void> {
  if (commission.minor === 0n) return
  const to = purse(creatorId, 'pending')
  await move(ctx, { from: commissionAccount, to, money: commission, key: commissionKey(line), because: { line, ...because } })
  await holdLine(ctx, { line, creatorId, kind: 'commission', availableAt })
}

export type Reversal = {
  line: string
  creatorId: string
  base: Money
  rateBps: number
  /** All that was given back of the base so far, this refund included. */
  refunded: Money
  /** The id of the refund, or of the order that was cancelled: a part of the key. */
  refundId: string
  because: object
}

/**
 * Takes back a refund's share of a line and returns it, zero when nothing is left to take. The hold is locked first: while it
 * stands the money is pending; once maturing has removed it the money is payable, which may go below zero.
 */
export async function reverse(ctx: Context, plan: Reversal): Promise<Money> {
  const { line, base, rateBps, refunded, refundId } = plan
  const creatorId = await ownerOf(ctx, plan.creatorId)
  const held = await ctx.db.$queryRaw<unknown[]>`
    SELECT 1 FROM "Hold" WHERE "line" = ${line} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const { booked, reversed } = await bookedOf(ctx, line)
  const money = reversal(booked, base, refunded, reversed, rateBps)
  if (money.minor === 0n) return money
  const moved = await move(ctx, {
    from: purse(creatorId, held.length > 0 ? 'pending' : 'payable'),
    to: commissionAccount,
    money,
    key: refundKey(refundId, line),
    because: { line, rule: 'refund', refunded: refunded.minor.toString(), base: base.minor.toString(), rateBps, ...plan.because },
  })
  return moved ? money : { ...money, minor: 0n }
}

/**
 * Pays a content fee to the creator's payable balance, once per submission, without a hold. False when it was paid already or
 * when the fee is zero.
 */
export async function payFee(
  ctx: Context,
  { submissionId, creatorId, fee, because }: { submissionId: string; creatorId: string; fee: Money; because: object },
): Promise<boolean> {
  if (fee.minor === 0n) return false
  const to = purse(creatorId, 'payable')
  return move(ctx, {
    from: feeAccount,
    to,
    money: fee,
    key: feeKey(submissionId),
    because: { submission: submissionId, ...because },
  })
}
