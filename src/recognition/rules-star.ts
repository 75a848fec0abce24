/**
 * The law of the creator of the week: somebody active who goes by a name, and was it in none of the four weeks before. Each reason has
 * points of its own, capped, so that no single sale decides; nobody is chosen without at least two reasons, and a tie goes to whoever
 * was chosen longest ago, or never.
 */
import { plural } from '../kernel/plural.ts'

/** A week of a creator; `place` and `growth` are null where they have none. */
export type Week = {
  creatorId: string
  named: boolean
  orders: number
  approvals: number
  /** Different peers who thanked them. */
  thankedBy: number
  streak: number
  growthBps: bigint | null
  helped: number
  /** When they were it last. */
  lastAt: Date | null
}

export type Reason = { points: number; says: string }

/** What speaks for a creator, strongest first. No reason names an amount of money. */
export function reasonsFor(week: Week): Reason[] {
  const growth = week.growthBps === null ? 0 : Number(week.growthBps / 100n)
  const all: Reason[] = [
    { points: Math.min(4, week.approvals) * 3, says: plural(week.approvals, 'approved piece') },
    { points: Math.min(6, week.orders) * 2, says: plural(week.orders, 'order') },
    { points: Math.min(5, week.thankedBy) * 2, says: `thanked by ${plural(week.thankedBy, 'peer')}` },
    { points: week.streak >= 4 ? Math.min(6, Math.floor(week.streak / 2)) : 0, says: `${week.streak} weeks in a row` },
    { points: growth >= 10 ? Math.min(8, Math.floor(growth / 10)) : 0, says: `up ${growth} % on their own past` },
    { points: Math.min(5, week.helped), says: `thanked ${plural(week.helped, 'peer')}` },
  ]
  return all.filter(({ points }) => points > 0).sort((a, b) => b.points - a.points || (a.says < b.says ? -1 : 1))
}

const LEAST_REASONS = 2

/** The creator of the week with the reasons, or undefined when nobody stands out. */
export function pickStar(weeks: readonly Week[], pauseBefore: Date): { creatorId: string; reasons: string[] } | undefined {
  const open = weeks
    .filter((week) => week.named && (week.lastAt === null || week.lastAt < pauseBefore))
    .map((week) => ({ week, reasons: reasonsFor(week) }))
    .filter(({ reasons }) => reasons.length >= LEAST_REASONS)
    .map((one) => ({ ...one, sum: one.reasons.reduce((sum, { points }) => sum + points, 0) }))
  const [best] = open.sort(
    (a, b) =>
      b.sum - a.sum ||
      (a.week.lastAt?.getTime() ?? 0) - (b.week.lastAt?.getTime() ?? 0) ||
      (a.week.creatorId < b.week.creatorId ? -1 : 1),
  )
  return best && { creatorId: best.week.creatorId, reasons: best.reasons.slice(0, 3).map(({ says }) => says) }
}
