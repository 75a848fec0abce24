// A draft is published once its window lies ahead and its budget pays for at least one fee. What it costs at most is said before.
import { Refusal } from '../kernel/refusal.ts'
import type { MissionTerms } from './rules.ts'

type Draft = MissionTerms & { id: string; title: string; seats: number | null }

/** Throws unless this draft may be opened now; the next press leads to what is missing. */
export function checkPublish(mission: Draft, now: Date): void {
  if (mission.state !== 'draft')
    throw new Refusal('conflict', `“${mission.title}” is published already.`, 'See it with /campaign show.', 'mission')
  const form = (label: string, run: string) => ({
    label,
    run,
    given: { mission: mission.id, '?': 'form' },
    look: 'main' as const,
  })
  if (mission.closesAt !== null && mission.closesAt <= now) {
    const next = form('Change the basics', 'campaign edit')
    throw new Refusal('too_late', `The deadline of “${mission.title}” is over.`, 'Set a new one, then publish.', 'mission', next)
  }
  if (mission.feeMinor > 0n && mission.budgetMinor < mission.feeMinor) {
    const next = form('Set the budget', 'campaign scope')
    throw new Refusal(
      'invalid',
      `“${mission.title}” pays a fee and has no budget for it.`,
      'Set a budget of at least one fee.',
      'mission',
      next,
    )
  }
}

/** How many fees the budget still pays; null where no fee is paid. */
export const feesLeft = ({ feeMinor, budgetMinor, spentMinor }: Pick<MissionTerms, 'feeMinor' | 'budgetMinor' | 'spentMinor'>) =>
  feeMinor > 0n ? (budgetMinor - spentMinor) / feeMinor : null
