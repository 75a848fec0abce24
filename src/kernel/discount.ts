import { decimal, type Money } from './money.ts'

/** What a code takes off, and for which orders. */
export type CodeTerms = {
  /** Off the order; nothing is meant by it where an amount is taken off. */
  percent: number
  amount?: Money
  /** The least an order must be worth. */
  minimum?: Money
  /** How often it may be used: in all, or from now on for the offer of this id. */
  uses?: { most: number; of: string | null }
}

/** Terms as one short word: two that are alike have the same one. */
export function markOf({ percent, amount, minimum, uses }: CodeTerms): string {
  return [
    amount ? `${decimal(amount)} ${amount.currency}` : `${percent}%`,
    minimum && `from ${decimal(minimum)} ${minimum.currency}`,
    uses && `${uses.most} times${uses.of === null ? '' : ` in ${uses.of}`}`,
  ]
    .filter(Boolean)
    .join(', ')
}
