/**
 * The law of effects: what an incentive did is the change of those who got it less the change, in the same weeks, of creators like them
 * who did not. A creator's change is the mean week of the four after it less that of the four before; the week of the incentive itself
 * counts for neither, because good weeks bring incentives. Like them means: in the program all that time, and before it between half
 * and twice as good. With fewer than eight on either side there is no answer. The interval is Welch's, at 95 %; the weeks of one creator
 * who stands beside several are not taken for several creators.
 */

/** Per week, oldest first, what a creator brought; null while they were not in the program. */
export type Weeks = readonly (number | null)[]

export type Effect =
  | { known: false; treated: number; compared: number }
  | {
      known: true
      /** How much more a week, in the unit of the weeks. */
      more: number
      from: number
      to: number
      /** The mean week of those who got it, before; to read the effect against. */
      before: number
      treated: number
      compared: number
    }

const SPAN = 4
const LEAST = 8

type Change = { id: string; before: number; change: number }

/** What came of an incentive; `given` says in which week (its place in the weeks) each creator got it first. */
export function effectOf(weeks: ReadonlyMap<string, Weeks>, given: ReadonlyMap<string, number>): Effect {
  const beside = new Map<number, Change[]>()
  const pairs = [...given].flatMap(([id, week]) => {
    const own = changeAt(id, weeks.get(id) ?? [], week)
    if (!own) return []
    const others = beside.get(week) ?? changesAt(weeks, given, week)
    beside.set(week, others)
    const like = others.filter((other) => alike(own.before, other.before))
    return like.length < LEAST ? [] : [{ own, like }]
  })
  const compared = new Set(pairs.flatMap(({ like }) => like.map(({ id }) => id))).size
  if (pairs.length < LEAST) return { known: false, treated: pairs.length, compared }
  return { ...welch(pairs), treated: pairs.length, compared }
}

/** Everybody who had not got it by the end of the weeks after, and had not before. */
const changesAt = (weeks: ReadonlyMap<string, Weeks>, given: ReadonlyMap<string, number>, week: number): Change[] =>
  [...weeks].flatMap(([id, own]) => {
    const theirs = given.get(id)
    if (theirs !== undefined && theirs <= week + SPAN) return []
    const change = changeAt(id, own, week)
    return change ? [change] : []
  })

function changeAt(id: string, weeks: Weeks, week: number): Change | null {
  // Of what was given before the weeks begin nobody knows the four before it.
  if (week < SPAN) return null
  const before = mean(weeks.slice(week - SPAN, week))
  const after = mean(weeks.slice(week + 1, week + 1 + SPAN))
  return before === null || after === null ? null : { id, before, change: after - before }
}

/** Null unless all four weeks are known. */
function mean(weeks: Weeks): number | null {
  const known = weeks.filter((value) => value !== null)
  return known.length < SPAN ? null : known.reduce((sum, value) => sum + value, 0) / SPAN
}

const alike = (own: number, other: number): boolean => (own <= 0 ? other <= 0 : other >= own / 2 && other <= own * 2)

function welch(pairs: { own: Change; like: Change[] }[]): {
  known: true
  more: number
  from: number
  to: number
  before: number
} {
  const n = pairs.length
  const own = new Map<string, number>()
  const effects = pairs.map(({ own: { change }, like }) => {
    const usual = like.reduce((sum, other) => sum + other.change, 0) / like.length
    for (const other of like) own.set(other.id, (own.get(other.id) ?? 0) + (other.change - usual) / (n * like.length))
    return change - usual
  })
  const more = effects.reduce((sum, effect) => sum + effect, 0) / n
  const treated = effects.reduce((sum, effect) => sum + (effect - more) ** 2, 0) / (n - 1) / n
  const m = own.size
  const beside = ([...own.values()].reduce((sum, part) => sum + part ** 2, 0) * m) / (m - 1)
  const variance = treated + beside
  const freedom = variance === 0 ? n - 1 : variance ** 2 / (treated ** 2 / (n - 1) + beside ** 2 / (m - 1))
  const half = studentAt(freedom) * Math.sqrt(variance)
  const before = pairs.reduce((sum, pair) => sum + pair.own.before, 0) / n
  return { known: true, more, from: more - half, to: more + half, before }
}

/** Student's t at 97.5 %, after Abramowitz and Stegun 26.7.5; within 0.1 % from five degrees of freedom on. */
export function studentAt(freedom: number): number {
  const z = 1.959963985
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ]
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), z)
}
