/**
 * The law of two creators who turn out to be one person: one row stays and is the creator from then on, the other is given up and
 * says where it went. The one that got further stays (a pause counts before an approval, for it is a manager's word); of two that
 * got equally far the older one. A ban can't be shaken off by joining it with another account, so then nothing is merged. What was
 * agreed with either of them (a rate, a tier, an invitation) stays agreed; of two, the word of the one who stays. That the one had invited
 * the other is no invitation beside that of somebody else.
 */
import { Refusal } from '../kernel/refusal.ts'
import { type GivenPast, givenToBoth } from './rules-given.ts'
import { type Past, ratesOfBoth } from './rules-rate.ts'

type Agreed = {
  rateBps: number | null
  rated: Past[]
  tier: string | null
  tiered: GivenPast[]
  tierThen: string | null
  tierThenAt: Date | null
  invitedBy: string | null
  autoApprove: boolean
  handles: string[]
  tags: string[]
}
type Row = Omit<Agreed, 'rated' | 'tiered'> & {
  rated: unknown
  tiered: unknown
  id: string
  personId: string
  state: string
  handle: string
  termsAt: Date | null
  createdAt: Date
}

const states: Record<string, number> = { paused: 7, approved: 6, applied: 4, invited: 3, declined: 2, candidate: 1 }
const far = ({ state, termsAt }: Row): number => (states[state] ?? 0) + (state === 'applied' && termsAt ? 1 : 0)

/** The state that counts of two that one person had at the same time. */
export const further = (a: string, b: string): string => ((states[b] ?? 0) > (states[a] ?? 0) ? b : a)

/** Which of two creators stays, which is given up, and what was agreed with either. Throws when one of them is banned. */
export function whoStays<R extends Row>(a: R, b: R): { stays: R; goes: R; agreed: Agreed } {
  if (a.state === 'banned' || b.state === 'banned')
    throw new Refusal('not_allowed', 'These two accounts can not be connected by a code.', 'Ask a manager of the program.')
  const older = a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1)
  const [stays, goes] = (far(b) - far(a) || older) < 0 ? [a, b] : [b, a]
  const others = [stays, goes].filter(({ invitedBy }) => invitedBy !== a.personId && invitedBy !== b.personId)
  const handles = [...stays.handles, goes.handle, ...goes.handles].filter((handle) => handle !== '' && handle !== stays.handle)
  return {
    stays,
    goes,
    agreed: {
      ...ratesOfBoth(stays, goes),
      ...givenToBoth(stays, goes),
      invitedBy: others.find(({ invitedBy }) => invitedBy !== null)?.invitedBy ?? stays.invitedBy ?? goes.invitedBy,
      autoApprove: stays.autoApprove || goes.autoApprove,
      handles: [...new Set(handles)],
      tags: [...new Set([...stays.tags, ...goes.tags])],
    },
  }
}
