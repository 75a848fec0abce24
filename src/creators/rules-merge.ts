/**
 * The law of two creators who turn out to be one person: one row stays and is the creator from then on, the other is given up and
 * says where it went. The one that got further stays (a pause counts before an approval, for it is a manager's word); of two that
 * got equally far the older one. A ban can't be shaken off by joining it with another account, so then nothing is merged. A rate
 * that was agreed with either of them stays agreed; of two, that of the one who stays.
 */
import { Refusal } from '../kernel/refusal.ts'

type Row = { id: string; state: string; termsAt: Date | null; rateBps: number | null; createdAt: Date }

const far = ({ state, termsAt }: Row): number =>
  ({ paused: 5, approved: 4, applied: termsAt ? 3 : 2, declined: 1 })[state as 'paused' | 'approved' | 'applied' | 'declined'] ??
  0

/** Which of two creators stays, and which is given up. Throws when one of them is banned. */
export function whoStays<R extends Row>(a: R, b: R): { stays: R; goes: R; rateBps: number | null } {
  if (a.state === 'banned' || b.state === 'banned')
    throw new Refusal('not_allowed', 'These two accounts can not be connected by a code.', 'Ask a manager of the program.')
  const older = a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1)
  const [stays, goes] = (far(b) - far(a) || older) < 0 ? [a, b] : [b, a]
  return { stays, goes, rateBps: stays.rateBps ?? goes.rateBps }
}
