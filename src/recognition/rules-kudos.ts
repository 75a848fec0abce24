/**
 * The law of kudos: a creator thanks another, never themselves; both are active in the program. A pair counts once a day, and a
 * giver has a handful a day, so that thanks stay worth something. Days are the program's. Kudos are counted and never ranked, and
 * they earn nothing. A note is for the one who is thanked; everyone else reads counts, by the name each creator chose.
 */
import { plural } from '../kernel/plural.ts'
import { Refusal } from '../kernel/refusal.ts'

type Peer = { id: string; state: string }

/** Why `from` may not thank `to` now, or null. `today` are those whom `from` has thanked today. */
export function whyNoThanks(from: Peer, to: Peer | null, today: readonly string[], perDay: number): Refusal | null {
  if (from.state !== 'approved')
    return new Refusal(
      'not_allowed',
      'Only active creators thank each other.',
      'Ask a manager of the program what your state is.',
    )
  if (from.id === to?.id) return new Refusal('not_allowed', 'You can’t thank yourself.', 'Pick someone else.', 'creator')
  if (to?.state !== 'approved')
    return new Refusal('not_found', 'This is no active creator of the program.', 'Pick one from the list.', 'creator')
  if (today.includes(to.id)) return new Refusal('conflict', 'You have thanked them today already.', 'Tomorrow you can again.')
  if (today.length >= perDay)
    return new Refusal(
      'over_limit',
      perDay === 0
        ? 'Kudos are switched off in this program.'
        : `You have thanked ${plural(perDay, 'creator')} today, which is all for one day.`,
      perDay === 0 ? 'An admin may switch them on.' : 'Tomorrow you can again.',
    )
  return null
}
