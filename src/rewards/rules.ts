/**
 * The law of rewards: points are no money, never expire and can't be given away. They are earned by what is approved, by orders whose
 * hold is over, and by kudos, of which only so many a week count. Whoever spends points keeps their rank, for the rank is what was
 * ever earned. A wish takes its points and its piece of the stock at once, and gives both back when it is declined or nobody decides
 * in thirty days. Money goes through the ledger alone, and nobody decides about a wish of their own.
 */
import { plural } from '../kernel/plural.ts'
import { Refusal } from '../kernel/refusal.ts'

export const rewardKinds = {
  cash: 'A cash bonus',
  credit: 'Store credit',
  product: 'A product',
  early_access: 'Early access',
  feature: 'A feature by the brand',
} as const
export type RewardKind = keyof typeof rewardKinds

export const DECIDE_DAYS = 30

/** Early access lasts so long where nobody says how long. */
export const ACCESS_DAYS = 30

/** Early access as a role on the doors. */
export const ACCESS_ROLE = 'Early access'

export type RedemptionState = 'asked' | 'approved' | 'fulfilled' | 'declined' | 'expired'
export type Step = 'approve' | 'decline' | 'fulfil' | 'expire'

const steps: Record<Step, { from: RedemptionState[]; to: RedemptionState }> = {
  approve: { from: ['asked'], to: 'approved' },
  decline: { from: ['asked', 'approved'], to: 'declined' },
  fulfil: { from: ['approved'], to: 'fulfilled' },
  expire: { from: ['asked'], to: 'expired' },
}

/** The state after a step. Refusal conflict where it can't be taken. */
export function stepTo(step: Step, state: string): RedemptionState {
  const { from, to } = steps[step]
  if (!from.some((one) => one === state))
    throw new Refusal('conflict', `This wish is ${state} already.`, 'See /reward list for what waits.', 'redemption')
  return to
}

/** Store credit is handed over with its code, which its creator alone reads; nothing else has one. */
export function checkCode(kind: string, code: string | undefined): void {
  if (kind === 'credit' && code === undefined)
    throw new Refusal(
      'invalid',
      'Store credit is handed over with a gift code.',
      'Make one in the shop for this amount and give it here.',
      'code',
    )
  if (kind !== 'credit' && code !== undefined)
    throw new Refusal('invalid', 'This reward is no store credit.', 'Leave the gift code away.', 'code')
}

type Offered = { title: string; cost: number; stock: number | null; until: Date | null; closedAt: Date | null }

/** Throws unless a creator with so many points may have it now. */
export function checkRedeem(reward: Offered, points: number, now: Date): void {
  if (reward.closedAt !== null || (reward.until !== null && reward.until <= now))
    throw new Refusal('too_late', `“${reward.title}” is no longer to be had.`, 'See /reward list.', 'reward')
  if (reward.stock === 0)
    throw new Refusal('over_limit', `Nothing is left of “${reward.title}”.`, 'Pick something else in /reward list.', 'reward')
  if (points < reward.cost)
    throw new Refusal(
      'over_limit',
      `It costs ${plural(reward.cost, 'point')} and you have ${points}.`,
      'Approved content, orders and kudos bring more.',
      'reward',
    )
}

/** Spent points and those that came back say nothing of what somebody did. */
export const earnedKinds = ['content', 'order', 'kudos']

type Paying = { kind: string; number: number; minor: bigint; budgetMinor: bigint; spentMinor: bigint }

/** How many more times a rule can pay within its budget. */
export const timesLeft = ({ minor, budgetMinor, spentMinor }: Pick<Paying, 'minor' | 'budgetMinor' | 'spentMinor'>): number =>
  Number((budgetMinor - spentMinor) / minor)

/** What a rule would have cost: of so many who reached it, as far as the budget goes. */
export function preview(rule: Paying, reached: number): { cost: bigint; paid: number; left: number } {
  const paid = Math.min(reached, timesLeft(rule))
  return { cost: BigInt(paid) * rule.minor, paid, left: timesLeft(rule) - paid }
}

/** In which row of `length` approvals each decision ends one: "true, true, false, true, true" has one row of two at 1 and one at 4. */
export function rowsEnding(approved: readonly boolean[], length: number): number[] {
  let run = 0
  return approved.flatMap((yes, i) => {
    run = yes ? run + 1 : 0
    return yes && run % length === 0 ? [i] : []
  })
}
