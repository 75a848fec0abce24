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
type Given = ReadonlyMap<string, number>

/**
 * What came of an incentive among these creators, for each that is asked; `given` says in which week (its place in the weeks) each creator
 * got it first. Tens of thousands of creators are no reason to wait: those like somebody stand beside each other in the order of what they
 * brought before, and are never gone through one by one.
 */
export function effectsAmong(weeks: ReadonlyMap<string, Weeks>): (given: Given) => Effect {
  const known = new Map<number, Change[]>()
  const changesIn = (week: number): Change[] => {
    const changes = known.get(week) ?? changesAt(weeks, week)
    known.set(week, changes)
    return changes
  }
  return (given) => {
    const held = [...new Set(given.values())].map((week) => {
      const changes = changesIn(week)
      // Everybody who had not got it by the end of the weeks after, and had not before.
      const others = changes.filter(({ id }) => (given.get(id) ?? Number.POSITIVE_INFINITY) > week + SPAN)
      const own = changes.filter(({ id }) => given.get(id) === week)
      return { others, pairs: pairsOf(own, others) }
    })
    const pairs = held.flatMap((one) => one.pairs)
    const shares = sharesOf(held)
    const counts = { treated: pairs.length, compared: shares.size }
    return pairs.length < LEAST ? { known: false, ...counts } : { ...welch(pairs, [...shares.values()]), ...counts }
  }
}

/** How everybody changed around a week of whom its neighbours are known; those who brought least before come first. */
function changesAt(weeks: ReadonlyMap<string, Weeks>, week: number): Change[] {
  const changes: Change[] = []
  // Of what was given before the weeks begin nobody knows the four before it.
  if (week < SPAN) return changes
  for (const [id, own] of weeks) {
    const before = mean(own, week - SPAN)
    const after = mean(own, week + 1)
    if (before !== null && after !== null) changes.push({ id, before, change: after - before })
  }
  return changes.sort((a, b) => a.before - b.before)
}

/** Of the four weeks from this one on; null unless all of them are known. */
function mean(weeks: Weeks, from: number): number | null {
  let sum = 0
  for (let week = from; week < from + SPAN; week++) {
    const value = weeks[week]
    if (value === null || value === undefined) return null
    sum += value
  }
  return sum / SPAN
}

/** One who got it, beside those like them: the others from `first` to before `next`, whose mean change is the usual one. */
type Pair = { own: Change; first: number; next: number; usual: number }

function pairsOf(own: readonly Change[], others: readonly Change[]): Pair[] {
  const sums = [0]
  for (const { change } of others) sums.push(sums.at(-1)! + change)
  const from = (least: (before: number) => boolean) => firstWhere(others, ({ before }) => least(before))
  return own.flatMap((one) => {
    const [first, next] =
      one.before <= 0
        ? [0, from((before) => before > 0)]
        : [from((before) => before >= one.before / 2), from((before) => before > one.before * 2)]
    return next - first < LEAST ? [] : [{ own: one, first, next, usual: (sums[next]! - sums[first]!) / (next - first) }]
  })
}

/** The place of the first of which it is true, where it is true of all behind it. */
function firstWhere<T>(sorted: readonly T[], is: (one: T) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (is(sorted[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

/** How far each who stands beside somebody is from the usual change, summed over those they stand beside, each by how many stand there. */
function sharesOf(held: readonly { others: readonly Change[]; pairs: readonly Pair[] }[]): Map<string, number> {
  const shares = new Map<string, number>()
  for (const { others, pairs } of held) {
    // What a pair adds to all between its first and its last is noted where it begins, and taken back where it ends.
    const [beside, weight, level] = [0, 1, 2].map(() => new Float64Array(others.length + 1)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    for (const { first, next, usual } of pairs) {
      const part = 1 / (next - first)
      for (const [at, sign] of [
        [first, 1],
        [next, -1],
      ] as const) {
        beside[at]! += sign
        weight[at]! += sign * part
        level[at]! += sign * part * usual
      }
    }
    let [pairsHere, weightHere, levelHere] = [0, 0, 0]
    for (const [i, { id, change }] of others.entries()) {
      pairsHere += beside[i]!
      weightHere += weight[i]!
      levelHere += level[i]!
      if (pairsHere > 0) shares.set(id, (shares.get(id) ?? 0) + change * weightHere - levelHere)
    }
  }
  return shares
}

/** `shares` are those of each compared creator, as sharesOf gives them. */
function welch(
  pairs: readonly Pair[],
  shares: readonly number[],
): { known: true; more: number; from: number; to: number; before: number } {
  const [n, m] = [pairs.length, shares.length]
  const effects = pairs.map(({ own, usual }) => own.change - usual)
  const more = effects.reduce((sum, effect) => sum + effect, 0) / n
  const treated = effects.reduce((sum, effect) => sum + (effect - more) ** 2, 0) / (n - 1) / n
  const beside = (shares.reduce((sum, share) => sum + (share / n) ** 2, 0) * m) / (m - 1)
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
