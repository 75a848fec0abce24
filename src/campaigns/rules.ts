// A mission is a brief with a window, a content fee and a budget. It is a draft until a manager publishes it, open from its start
// until it closes, and settled once everything that was handed in is decided. It is full when the budget no longer pays for one more
// fee; whoever has a seat may still hand in. A fee is promised when content is handed in and spent when it is approved, so closing ends
// new hand-ins but never an approval. The budget is a wall: what is spent never passes it; a manager may raise it, never lower it. A
// mission without a fee is never full.
import { Refusal } from '../kernel/refusal.ts'

export type MissionState = 'draft' | 'open' | 'full' | 'closed' | 'settled'

export type MissionTerms = {
  state: string
  feeMinor: bigint
  budgetMinor: bigint
  spentMinor: bigint
  opensAt: Date
  closesAt: Date | null
}

/** Where a mission stands at this moment; that it is full is never stored, nor that its time came a minute ago. */
export function stateAt(mission: MissionTerms, now: Date): MissionState {
  if (mission.state === 'draft' || mission.state === 'settled') return mission.state
  if (mission.state === 'closed' || (mission.closesAt !== null && mission.closesAt <= now)) return 'closed'
  if (mission.opensAt > now) return 'draft'
  return mission.feeMinor > 0n && left(mission) < mission.feeMinor ? 'full' : 'open'
}

/** What of the budget is not spent, in minor units. */
export const left = (mission: Pick<MissionTerms, 'budgetMinor' | 'spentMinor'>): bigint =>
  mission.budgetMinor - mission.spentMinor

/** What is spent after one more fee; null when the budget does not pay for it. */
export function spentAfter(mission: Pick<MissionTerms, 'budgetMinor' | 'spentMinor'>, feeMinor: bigint): bigint | null {
  return feeMinor > left(mission) ? null : mission.spentMinor + feeMinor
}

/** Throws unless content may be handed in now. */
export function checkOpen(mission: MissionTerms & { title: string }, now: Date): void {
  const state = stateAt(mission, now)
  if (state === 'open') return
  const why = { draft: 'has not opened yet', full: 'has used up its budget', closed: 'is closed', settled: 'is closed' }[state]
  throw new Refusal('too_late', `The mission “${mission.title}” ${why}.`, 'Pick an open one from /mission list.', 'mission')
}

/** Throws when the fee or the budget of a new mission makes no sense. */
export function checkBudget(feeMinor: bigint, budgetMinor: bigint): void {
  if (feeMinor < 0n) throw new Refusal('invalid', 'The fee is below zero.', 'Give 0 or more.', 'fee')
  if (budgetMinor < 0n) throw new Refusal('invalid', 'The budget is below zero.', 'Give 0 or more.', 'budget')
  if (budgetMinor < feeMinor) {
    throw new Refusal(
      'invalid',
      'The budget does not pay for a single submission.',
      'Give a budget of at least one fee.',
      'budget',
    )
  }
}

/** Open missions in the order people should see them: those that close first come first, those without an end last. */
export function byClosing(a: { closesAt: Date | null; createdAt: Date }, b: { closesAt: Date | null; createdAt: Date }): number {
  const end = (m: { closesAt: Date | null }) => m.closesAt?.getTime() ?? Number.MAX_SAFE_INTEGER
  return end(a) - end(b) || a.createdAt.getTime() - b.createdAt.getTime()
}
