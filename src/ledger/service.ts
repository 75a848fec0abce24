import type { Context } from '../context.ts'
import { type Money, zero } from '../kernel/money.ts'
import { must } from '../kernel/refusal.ts'
import { ownerOf, pursesOf } from './owners.ts'
import {
  bonusAccount,
  commissionAccount,
  commissionKey,
  feeAccount,
  feeBackKey,
  feeKey,
  type Left,
  matureKey,
  type Part,
  purse,
  refundKey,
  reversal,
  topUpKey,
} from './rules.ts'

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

/**
 * What came into an account less what went out, in the program's currency. A creator's is kept beside the transfers; an account of the
 * program is added up.
 */
export async function balanceOf(ctx: Context, account: string): Promise<Money> {
  const { id: programId, currency } = ctx.program
  if (account.startsWith('creator:')) return (await kept(ctx, [account])).get(account) ?? zero(currency)
  const [row] = await ctx.db.$queryRaw<{ minor: bigint }[]>`
    SELECT (COALESCE((SELECT SUM("minor") FROM "Transfer" WHERE "programId" = ${programId} AND "to" = ${account} AND "currency" = ${currency}), 0)
          - COALESCE((SELECT SUM("minor") FROM "Transfer" WHERE "programId" = ${programId} AND "from" = ${account} AND "currency" = ${currency}), 0)
           )::bigint AS minor`
  return { minor: row?.minor ?? 0n, currency }
}

/** The three balances of a creator. */
export async function balances(ctx: Context, creatorId: string): Promise<{ pending: Money; payable: Money; paid: Money }> {
  const [pending, payable, paid] = [purse(creatorId, 'pending'), purse(creatorId, 'payable'), purse(creatorId, 'paid')]
  const found = await kept(ctx, [pending, payable, paid])
  const of = (account: string): Money => found.get(account) ?? zero(ctx.program.currency)
  return { pending: of(pending), payable: of(payable), paid: of(paid) }
}

/** The balances of creators' accounts as they are kept; one that nothing was ever booked on is missing. */
async function kept(ctx: Context, accounts: string[]): Promise<Map<string, Money>> {
  const { id: programId, currency } = ctx.program
  const rows = await ctx.db.balance.findMany({ where: { programId, currency, account: { in: accounts } } })
  return new Map(rows.map(({ account, minor }) => [account, { minor, currency }]))
}

/**
 * What was taken back of each of these lines, by refunds or by an upheld case, less what an appeal gave again, in minor units. Reads
 * the transfers of these creators and of the lines' own only, never the whole ledger: a dispute may have given a line to another.
 */
export async function reversedOf(ctx: Context, creatorIds: string[], lines: string[]): Promise<Map<string, bigint>> {
  const programId = ctx.program.id
  const from = await pursesOf(ctx, creatorIds, lines)
  const rows = await ctx.db.$queryRaw<{ line: string; minor: bigint }[]>`
    WITH purse AS (
      SELECT unnest(${from}::text[]) AS name
    ), moved AS (
      SELECT t."key", t."minor" FROM "Transfer" t JOIN purse ON t."from" = purse.name
        WHERE t."programId" = ${programId} AND t."to" = ${commissionAccount} AND (t."key" LIKE 'refund:%' OR t."key" LIKE 'forfeit:%')
      UNION ALL SELECT t."key", -t."minor" FROM "Transfer" t JOIN purse ON t."to" = purse.name
        WHERE t."programId" = ${programId} AND t."from" = ${commissionAccount} AND (t."key" LIKE 'restore:%' OR t."key" LIKE 'undone:%')
    )
    SELECT split_part("key", ':', 3) AS line, SUM("minor")::bigint AS minor FROM moved
    WHERE split_part("key", ':', 3) = ANY(${lines}) GROUP BY 1`
  return new Map(rows.map((row) => [row.line, row.minor]))
}

/** What each of these lines booked in all: its commission and what tiers added later. Lines that earned nothing are missing. */
export async function bookedOn(ctx: Context, lines: string[]): Promise<Map<string, bigint>> {
  const programId = ctx.program.id
  const rows = await ctx.db.transfer.findMany({
    where: { programId, key: { in: lines.map(commissionKey) } },
    select: { key: true, minor: true },
  })
  const booked = new Map(rows.map(({ key, minor }) => [key.slice('commission:'.length), minor]))
  const raised = await ctx.db.line.findMany({
    where: { programId, id: { in: lines }, raisedBps: { not: null } },
    select: { id: true, creatorId: true },
  })
  for (const [line, minor] of await addedTo(ctx, raised)) booked.set(line, (booked.get(line) ?? 0n) + minor)
  return booked
}

/** What tiers added to these lines. */
async function addedTo(ctx: Context, lines: { id: string; creatorId: string }[]): Promise<Map<string, bigint>> {
  if (lines.length === 0) return new Map()
  const to = await pursesOf(ctx, [...new Set(lines.map((line) => line.creatorId))])
  const added = await ctx.db.$queryRaw<{ line: string; minor: bigint }[]>`
    SELECT split_part("key", ':', 2) AS line, SUM("minor")::bigint AS minor FROM "Transfer"
    WHERE "programId" = ${ctx.program.id} AND "to" = ANY(${to}) AND "from" = ${commissionAccount}
      AND "key" LIKE 'topup:%' AND split_part("key", ':', 2) = ANY(${lines.map(({ id }) => id)})
    GROUP BY 1`
  return new Map(added.map(({ line, minor }) => [line, minor]))
}

/** What one line booked, top-ups included, gave back and let ripen so far; all zero for a line that earned nothing. */
export async function bookedOf(ctx: Context, line: string): Promise<{ booked: Money; reversed: Money; matured: Money }> {
  const { id: programId, currency } = ctx.program
  const moved = await ctx.db.transfer.findMany({ where: { programId, key: { in: [commissionKey(line), matureKey(line)] } } })
  const booking = moved.find((transfer) => transfer.key === commissionKey(line))
  const maturing = moved.find((transfer) => transfer.key === matureKey(line))
  const row = await ctx.db.line.findUnique({ where: { id: line }, select: { id: true, creatorId: true, raisedBps: true } })
  const owner = (booking ?? maturing)?.to.split(':')[1] ?? row?.creatorId
  const added = row && row.raisedBps !== null ? ((await addedTo(ctx, [row])).get(line) ?? 0n) : 0n
  const booked = (booking?.minor ?? 0n) + added
  const reversed = owner === undefined || booked === 0n ? undefined : (await reversedOf(ctx, [owner], [line])).get(line)
  return {
    booked: { minor: booked, currency },
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

/**
 * Books a line's commission as pending under a hold. A commission of zero moves nothing, but is under a hold as well: once that ends,
 * the sale counts for milestones.
 */
export async function bookCommission(
  ctx: Context,
  { line, creatorId, commission, availableAt, because }: Booking,
): Promise<void> {
  const to = purse(creatorId, 'pending')
  const plan = { from: commissionAccount, to, money: commission, key: commissionKey(line), because: { line, ...because } }
  if (commission.minor > 0n) await move(ctx, plan)
  await holdLine(ctx, { line, creatorId, kind: 'commission', availableAt })
}

/**
 * `again` is the rate that a line which was raised before is raised to now, or the refund whose failing left more of it to raise; null for
 * the first time.
 */
export type TopUp = {
  line: string
  creatorId: string
  tier: string
  again: number | string | null
  money: Money
  availableAt: Date
  because: object
}

/**
 * Adds to a line what a tier pays backwards, to wherever the line's money is now. False when it was added before. A line that earned
 * nothing so far and has no hold gets one.
 */
export async function topUp(ctx: Context, plan: TopUp): Promise<boolean> {
  const { line, creatorId, tier, again, money, availableAt, because } = plan
  const owner = await ownerOf(ctx, creatorId)
  const where = { programId_key: { programId: ctx.program.id, key: commissionKey(line) } }
  const earned = availableAt <= ctx.now || (await ctx.db.transfer.findUnique({ where, select: { id: true } })) !== null
  if (!earned) await holdLine(ctx, { line, creatorId: owner, kind: 'commission', availableAt })
  const to = purse(owner, await purseOf(ctx, line))
  return move(ctx, { from: commissionAccount, to, money, key: topUpKey(line, tier, again), because: { line, tier, ...because } })
}

/** Where a line's money is, with its hold locked until the unit of work ends: pending while it stands, else payable. */
export async function purseOf(ctx: Context, line: string): Promise<'pending' | 'payable'> {
  const held = await ctx.db.$queryRaw<unknown[]>`
    SELECT 1 FROM "Hold" WHERE "line" = ${line} AND "programId" = ${ctx.program.id} FOR UPDATE`
  return held.length > 0 ? 'pending' : 'payable'
}

export type Reversal = {
  line: string
  creatorId: string
  parts: Part[]
  /** What is left of the base with this refund included. */
  left: Left
  /** The id of the refund, of the chargeback, or of the order that was cancelled: a part of the key. */
  refundId: string
  because: object
}

/**
 * Takes back a refund's share of a line and returns it, zero when nothing is left to take, with what the line is worth then in minor
 * units. The hold is locked first: while it stands the money is pending; once maturing has removed it the money is payable, which may
 * go below zero.
 */
export async function reverse(ctx: Context, plan: Reversal): Promise<{ money: Money; stands: bigint }> {
  const { line, parts, left, refundId } = plan
  const creatorId = await ownerOf(ctx, plan.creatorId)
  const from = await purseOf(ctx, line)
  const { booked, reversed } = await bookedOf(ctx, line)
  const money = reversal(booked, parts, left, reversed)
  const before = booked.minor - reversed.minor
  if (money.minor === 0n) return { money, stands: before }
  const moved = await move(ctx, {
    from: purse(creatorId, from),
    to: commissionAccount,
    money,
    key: refundKey(refundId, line),
    because: { line, rule: 'refund', left: left.part.toString(), of: left.of.toString(), ...plan.because },
  })
  // Taken under this name before, it is among what was reversed.
  return moved ? { money, stands: before - money.minor } : { money: { ...money, minor: 0n }, stands: before }
}

export type Gift = { creatorId: string; money: Money; key: string; because: object }

/** Pays a bonus to the creator's payable balance, once for its key. False when it was paid before. */
export async function bonus(ctx: Context, { creatorId, money, key, because }: Gift): Promise<boolean> {
  const to = purse(await ownerOf(ctx, creatorId), 'payable')
  return move(ctx, { from: bonusAccount, to, money, key, because: { rule: 'bonus', ...because } })
}

export type Fee = { submissionId: string; creatorId: string; fee: Money; because: object; attempt?: number }

/**
 * Pays a content fee to the creator's payable balance, once per submission and attempt, without a hold. False when it was paid already
 * or when the fee is zero. `attempt` counts how often the approval was undone before.
 */
export async function payFee(ctx: Context, { submissionId, creatorId, fee, because, attempt = 0 }: Fee): Promise<boolean> {
  if (fee.minor === 0n) return false
  return move(ctx, {
    from: feeAccount,
    to: purse(await ownerOf(ctx, creatorId), 'payable'),
    money: fee,
    key: feeKey(submissionId, attempt),
    because: { submission: submissionId, ...because },
  })
}

/** Takes back the fee of an approval that was undone. False when it was taken back already. */
export async function takeBackFee(ctx: Context, { submissionId, creatorId, fee, because, attempt = 0 }: Fee): Promise<boolean> {
  return move(ctx, {
    from: purse(await ownerOf(ctx, creatorId), 'payable'),
    to: feeAccount,
    money: fee,
    key: feeBackKey(submissionId, attempt),
    because: { rule: 'content fee undone', submission: submissionId, ...because },
  })
}
