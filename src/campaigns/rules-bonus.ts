// A mission may pay more for content that does well: so much for every thousand views, up to a limit for each piece. It is worked out
// from the numbers of the post once they are known, rounded half to even, and never guessed: without a number of views there is no bonus.
import { z } from 'zod'
import { divideHalfEven, format } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'

const minor = z.string().regex(/^\d{1,18}$/, 'must be whole minor units')

const bonusSchema = z.object({
  measure: z.literal('views').default('views'),
  /** What a thousand views pay, and the most that one piece can earn; minor units of the program's currency. */
  perThousandMinor: minor,
  capMinor: minor,
})

export type PerformanceBonus = z.infer<typeof bonusSchema>

/** The bonus stored with a mission; null when it pays none. */
export const bonusOf = (mission: { bonus: unknown }): PerformanceBonus | null =>
  mission.bonus === null || mission.bonus === undefined ? null : bonusSchema.parse(mission.bonus)

/** What a piece with these numbers earns beyond its fee, in minor units; null while its views are not known. */
export function bonusFor(bonus: PerformanceBonus, metrics: { views: bigint | number | null }): bigint | null {
  if (metrics.views === null) return null
  const views = BigInt(metrics.views)
  if (views <= 0n) return 0n
  const earned = divideHalfEven(views * BigInt(bonus.perThousandMinor), 1_000n)
  const cap = BigInt(bonus.capMinor)
  return earned > cap ? cap : earned
}

/** "€2.00 for every 1,000 views, €40.00 at most". */
export function sayBonus(bonus: PerformanceBonus, currency: string): string {
  const say = (amount: string) => format({ minor: BigInt(amount), currency }, 'en')
  return `${say(bonus.perThousandMinor)} for every 1,000 views, ${say(bonus.capMinor)} at most`
}

/** The bonus a manager typed, in minor units. Refusal invalid when the limit pays for less than the first thousand. */
export function checkBonus(perThousandMinor: bigint, capMinor: bigint): PerformanceBonus {
  if (perThousandMinor < 0n) throw new Refusal('invalid', 'The bonus is below zero.', 'Give 0 or more.', 'per_thousand')
  if (capMinor < perThousandMinor)
    throw new Refusal('invalid', 'The limit is less than what a thousand views pay.', 'Give at least as much.', 'at_most')
  return { measure: 'views', perThousandMinor: String(perThousandMinor), capMinor: String(capMinor) }
}
