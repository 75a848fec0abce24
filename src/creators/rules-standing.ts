/**
 * The law of standing: an order is judged by what its creator was when it was placed, whenever a shop tells of it. What they were is kept
 * from the first time on that an approved creator stops being one. Of the time before an approval nothing is kept: whoever was brought
 * along earns by orders of before, too.
 */

/** A state that is over, and until when it was. */
export type Stood = { state: string; until: string }

export type Standing = { state: string; stood: unknown }

type Here = Standing & { createdAt: Date }

const stoodOf = ({ stood }: Standing): readonly Stood[] => stood as Stood[]

/** What a creator was at an instant. */
export const stateAt = (creator: Standing, at: Date): string =>
  stoodOf(creator).find(({ until }) => at < new Date(until))?.state ?? creator.state

/** Whether somebody who is out was ever in. Of older rows nothing is kept: who was decided about and not declined had been let in. */
export const wasIn = (creator: Standing & { decidedAt: Date | null; declineReason: string | null }): boolean =>
  stoodOf(creator).length > 0 || (creator.decidedAt !== null && creator.declineReason === null)

/** Whether somebody was a creator and is none now, also when they have applied again: what they earned is theirs still. */
export const isFormer = (creator: Standing): boolean =>
  creator.state === 'left' ||
  creator.state === 'banned' ||
  (stoodOf(creator).length > 0 && creator.state !== 'approved' && creator.state !== 'paused')

/** What the hall knows of somebody by their row: whether they were a creator once, or are none yet. */
export function placeOf(creator: Standing): { former?: true; applicant?: true } {
  if (isFormer(creator)) return { former: true }
  return creator.state === 'approved' || creator.state === 'paused' ? {} : { applicant: true }
}

/** Whether somebody is out who was not yet at this instant. */
export const hasGoneSince = (creator: Standing, at: Date): boolean => {
  const before = stoodOf(creator).at(-1)
  return ['banned', 'declined', 'left'].includes(creator.state) && before !== undefined && new Date(before.until) > at
}

/** What is kept when the state of a creator ends now. */
export const stoodUntil = (before: Standing, now: Date): Stood[] =>
  stoodOf(before).length === 0 && before.state !== 'approved'
    ? []
    : [...stoodOf(before), { state: before.state, until: now.toISOString() }]

/**
 * What two creators were who turn out to be one person: at any time what the one was who had got further. Beside one with a
 * past, one who was not here yet says nothing.
 */
export function stoodTogether(one: Here, other: Here, further: (a: string, b: string) => string): Stood[] {
  const kept = [...stoodOf(one), ...stoodOf(other)].map(({ until }) => until)
  if (kept.length === 0) return []
  const later = one.createdAt > other.createdAt ? one : other
  const ends = [...new Set([...kept, later.createdAt.toISOString()])].sort()
  return ends.map((until) => {
    const last = new Date(new Date(until).getTime() - 1)
    const here = [one, other].filter(({ createdAt }) => createdAt <= last)
    const known = here.some((of) => stoodOf(of).length > 0) ? here : [one, other]
    const [state, ...more] = known.map((of) => stateAt(of, last))
    return { state: more.reduce(further, state!), until }
  })
}
