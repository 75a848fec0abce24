import { money, type Text, text } from '../kernel/card.ts'
import { type Money, percent, subtract } from '../kernel/money.ts'
import { earn, limitWords, type Part } from './rules.ts'

/** What a line earned and how: every number that was used. */
export type Working = {
  base: Money
  parts: Part[]
  /** Booked in all, top-ups of tiers included. */
  booked: Money
  toppedUp: Money
  /** Taken back in all, by refunds and by upheld cases. */
  reversed: Money
  /** What of that an upheld case took. */
  forfeited: Money
  /** order, creator month or program month, where a limit cut the commission. */
  cappedBy: string | null
}

/**
 * "80.00 € × 10 % = 8.00 €, less 4.00 € refunded"; several parts are added up, and a limit is named. Of what a tier pays backwards it is
 * all told at the tier's rate, what was refunded before it was reached as well, so that what is left is what stays.
 */
export function working({ base, parts, booked, reversed, forfeited, cappedBy }: Working): Text {
  const told = cappedBy === null && booked.minor > 0n ? earnedBy(parts, booked) : booked
  const refunded = subtract(subtract(told, subtract(booked, reversed)), forfeited)
  const made = parts.map((part) => partText(part, base, parts.length))
  const sum = made.flatMap((one, i) => (i === 0 ? one : [...text` + `, ...one]))
  // A lone fixed amount is its own result.
  const result =
    parts.length === 1 && parts[0]!.fixedMinor !== null ? sum : [...sum, ...text` = ${money(earnedBy(parts, booked))}`]
  return [
    ...result,
    ...(cappedBy === null ? [] : text`, cut to ${money(booked)} by ${limitWords(cappedBy)}`),
    ...(refunded.minor === 0n ? [] : text`, less ${money(refunded)} refunded`),
    ...(forfeited.minor === 0n ? [] : text`, less ${money(forfeited)} taken back by a case`),
  ]
}

const earnedBy = (parts: Part[], { currency }: Money): Money => ({
  minor: earn(parts, currency).earned.minor,
  currency,
})

function partText({ base: minor, rateBps, fixedMinor }: Part, { currency }: Money, count: number): Text {
  if (fixedMinor !== null) return text`${money({ minor: fixedMinor, currency })}${count === 1 ? ' fixed' : ''}`
  return text`${money({ minor, currency })} × ${percent(rateBps ?? 0)}`
}
