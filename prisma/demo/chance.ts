/** Chance that repeats itself: the same seed gives the same draws, whatever the machine and the day. */
export type Chance = {
  /** In [0, 1). */
  next: () => number
  /** A whole number from `least` to `most`, both included. */
  whole: (least: number, most: number) => number
  pick: <T>(list: readonly T[]) => T
  /** One of the list, more often the more it weighs. */
  weighed: <T>(list: readonly T[], weight: (one: T) => number) => T
}

/** Mulberry32: 32 bits of state are plenty for a story. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const weighed = <T>(list: readonly T[], weight: (one: T) => number): T => {
    let left = next() * list.reduce((sum, one) => sum + weight(one), 0)
    const found = list.find((one) => {
      left -= weight(one)
      return left < 0
    })
    return found ?? list.at(-1)!
  }
  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (list) => list[Math.floor(next() * list.length)]!,
    weighed,
  }
}
