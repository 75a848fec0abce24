/**
 * The law of the ledger: money only moves from one account to another, and what has moved is never edited. A commission is
 * booked as pending, and ripens to payable when its hold ends. A refund takes back the same share of the commission: what was
 * booked, less the commission of what is left of the base, less what was taken back already. So any row of partial refunds,
 * in any order, ends at exactly the same balance, and never takes more than was booked. It takes from pending while the line
 * is held and from payable afterwards; payable may go below zero and is carried. Every key can be booked once.
 */
import { type Money, share, subtract, zero } from '../kernel/money.ts'

export const commissionAccount = 'program:commission'
export const feeAccount = 'program:content-fee'
/** Where balances come from that a creator brought along from an earlier system. */
export const openingAccount = 'program:opening'

export type Purse = 'pending' | 'payable' | 'paid'

/** The name of one of a creator's three accounts. */
export const purse = (creatorId: string, which: Purse): string => `creator:${creatorId}:${which}`

export const commissionKey = (line: string): string => `commission:${line}`
export const refundKey = (refund: string, line: string): string => `refund:${refund}:${line}`
export const matureKey = (line: string): string => `mature:${line}`
export const openingKey = (creatorId: string): string => `opening:${creatorId}`
export const feeKey = (submissionId: string): string => `fee:${submissionId}`
export const mergeKey = (creatorId: string, which: Purse): string => `merge:${creatorId}:${which}`

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** What of a base can earn: an order worth less than nothing earns nothing, and takes nothing either. */
const earning = (base: Money): Money => (base.minor < 0n ? zero(base.currency) : base)

/** Commission on a base, rounded half to even once. */
export const commission = (base: Money, rateBps: number): Money => share(earning(base), rateBps)

/** What a refund takes back, given all that was refunded of the base so far, this refund included. Never below zero. */
export function reversal(booked: Money, base: Money, refundedBaseTotal: Money, alreadyReversed: Money, rateBps: number): Money {
  const whole = earning(base)
  const refunded = { ...refundedBaseTotal, minor: least(earning(refundedBaseTotal).minor, whole.minor) }
  const left = commission(subtract(whole, refunded), rateBps)
  return earning(subtract(subtract(booked, left), alreadyReversed))
}
