/**
 * The law of the ledger: money only moves from one account to another, and what has moved is never edited. A commission is
 * booked as pending, and ripens to payable when its hold ends. A refund takes back the same share of the commission, top-ups of
 * a tier included: what was booked, less the commission of what is left of the base, less what was taken back already. So any row
 * of partial refunds, in any order, ends at exactly the same balance, and never takes more than was booked. It takes from pending
 * while the line is held and from payable afterwards; payable may go below zero and is carried. Every key can be booked once.
 */
import { type Money, proportion, share, split, subtract, zero } from '../kernel/money.ts'

export const commissionAccount = 'program:commission'
export const feeAccount = 'program:content-fee'
/** Where balances come from that a creator brought along from an earlier system. */
export const openingAccount = 'program:opening'
export const bonusAccount = 'program:bonus'
export const referralAccount = 'program:referral'
/** What creators gave up who asked to be forgotten. */
export const waivedAccount = 'program:waived'

export type Purse = 'pending' | 'payable' | 'paying' | 'paid'

/** The name of one of a creator's four accounts. */
export const purse = (creatorId: string, which: Purse): string => `creator:${creatorId}:${which}`

export const commissionKey = (line: string): string => `commission:${line}`
export const refundKey = (refund: string, line: string): string => `refund:${refund}:${line}`
/** What a refund took that failed afterwards comes again. */
export const undoneKey = (refund: string, line: string): string => `undone:${refund}:${line}`
export const matureKey = (line: string): string => `mature:${line}`
export const openingKey = (creatorId: string): string => `opening:${creatorId}`
/** A fee that was undone and is paid again has a name of its own. */
export const feeKey = (submissionId: string, attempt: number): string =>
  attempt === 0 ? `fee:${submissionId}` : `fee:${submissionId}:${attempt}`
export const feeBackKey = (submissionId: string, attempt: number): string => `fee-back:${submissionId}:${attempt}`
export const rightsKey = (grantId: string): string => `rights:${grantId}`
/** A tier pays a line once more when its rate goes up, or a refund has failed; `again` is the rate it pays up to then, or the refund. */
export const topUpKey = (line: string, tier: string, again: number | string | null = null): string =>
  again === null ? `topup:${line}:${tier}` : `topup:${line}:${tier}:${again}`
export const bonusKey = (bonus: string): string => `bonus:${bonus}`
export const milestoneKey = (creatorId: string, milestone: string): string => `milestone:${creatorId}:${milestone}`
export const referralKey = (line: string): string => `referral:${line}`
export const referralRefundKey = (refund: string, line: string): string => `referral-refund:${refund}:${line}`
export const referralRestoreKey = (caseId: string, line: string): string => `referral-restore:${caseId}:${line}`
/** A share that a dispute brought to another inviter, with the line it is of. */
export const referralRecreditKey = (caseId: string, line: string): string => `referral-recredit:${caseId}:${line}`
export const forfeitKey = (caseId: string, line: string): string => `forfeit:${caseId}:${line}`
export const restoreKey = (caseId: string, line: string): string => `restore:${caseId}:${line}`
export const recreditKey = (caseId: string, line: string): string => `recredit:${caseId}:${line}`
export const mergeKey = (creatorId: string, which: Purse): string => `merge:${creatorId}:${which}`

const limits: Record<string, string> = {
  order: 'the limit of one order',
  'creator month': 'what one creator can earn in a month',
  'program month': 'what the program spends in a month',
}

/** "the limit of one order". */
export const limitWords = (cappedBy: string): string => limits[cappedBy] ?? 'a limit'

/** A part of a line and what pays for it: a share of its base, or a fixed amount. `minor` is what it came to when it was booked. */
export type Part = {
  base: bigint
  rateBps: number | null
  fixedMinor: bigint | null
  minor: bigint
  /** Why it pays that: "the rate of the program". */
  why: string
  /** What it is of, where the line has several: "GLOW-SERUM". */
  of: string | null
}

type PartJson = Omit<Part, 'base' | 'fixedMinor' | 'minor'> & { base: string; fixedMinor: string | null; minor: string }

/** Parts as the line keeps them. */
export const partsToJson = (parts: readonly Part[]): PartJson[] =>
  parts.map((part) => ({
    ...part,
    base: part.base.toString(),
    fixedMinor: part.fixedMinor?.toString() ?? null,
    minor: part.minor.toString(),
  }))

/** The parts of a line, raised where a tier pays backwards. A line without parts is one part at its rate. */
export function partsOf(line: {
  parts: unknown
  base: bigint
  rateBps: number
  minor: bigint
  because: unknown
  raisedBps: number | null
}): Part[] {
  const kept = line.parts as PartJson[]
  const why = (line.because as { rate?: string }).rate ?? 'as it was then'
  const parts: Part[] =
    kept.length === 0
      ? [{ base: line.base, rateBps: line.rateBps, fixedMinor: null, minor: line.minor, why, of: null }]
      : kept.map((part) => ({
          ...part,
          base: BigInt(part.base),
          fixedMinor: part.fixedMinor === null ? null : BigInt(part.fixedMinor),
          minor: BigInt(part.minor),
        }))
  return line.raisedBps === null ? parts : raise(parts, line.raisedBps)
}

const reachedLater = 'the rate of a tier that was reached later'

/** The same parts where every one earns at least this share of its base. */
export const raise = (parts: readonly Part[], rateBps: number): Part[] =>
  parts.map((part) =>
    weight(part) < whole(part.base) * BigInt(rateBps) ? { ...part, rateBps, fixedMinor: null, why: reachedLater } : part,
  )

const whole = (minor: bigint): bigint => (minor < 0n ? 0n : minor)
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** What a part earns, in ten-thousandths of a minor unit: nothing is rounded yet. A base below zero earns nothing and takes nothing either. */
const weight = ({ base, rateBps, fixedMinor }: Pick<Part, 'base' | 'rateBps' | 'fixedMinor'>): bigint =>
  fixedMinor === null ? whole(base) * BigInt(rateBps ?? 0) : fixedMinor * 10_000n

/** What parts earn together beside others of the same line: nothing is rounded. */
export const weightOf = (parts: readonly Part[]): bigint => parts.reduce((sum, part) => sum + weight(part), 0n)

/** What the parts earn together, rounded half to even once, and how that falls to each: the parts add up exactly. */
export function earn(parts: readonly Omit<Part, 'minor'>[], currency: string): { earned: Money; parts: Part[] } {
  const weights = parts.map(weight)
  const all = weights.reduce((sum, one) => sum + one, 0n)
  const earned = share({ minor: all, currency }, 1)
  const minors = all === 0n ? parts.map(() => zero(currency)) : split(earned, weights)
  return { earned, parts: parts.map((part, i) => ({ ...part, minor: minors[i]!.minor })) }
}

/** How much of the base is left: `part` of `of`. A line without a base, a lead's, is there (1 of 1) or gone (0 of 1). */
export type Left = { part: bigint; of: bigint }

/**
 * What stays of a line's commission when so much of its base is left: every part loses the same share of its base, fixed amounts
 * in proportion, and all of it is rounded half to even once. Rounding each part by itself would let a cent go astray: what is left
 * would then depend on the order in which refunds came. Never more than was booked, and exactly zero when nothing is left.
 */
export function standing(booked: Money, parts: readonly Part[], { part, of }: Left): Money {
  const weights = weightOf(parts)
  const left = of <= 0n ? booked : proportion({ ...booked, minor: weights }, least(whole(part), of), of * 10_000n)
  return { ...booked, minor: least(booked.minor, left.minor) }
}

/** What a refund takes back, given what is left of the base with this refund included. Never below zero. */
export const reversal = (booked: Money, parts: readonly Part[], left: Left, alreadyReversed: Money): Money => {
  const { minor } = subtract(subtract(booked, standing(booked, parts, left)), alreadyReversed)
  return { ...booked, minor: whole(minor) }
}
