/** All chance of a simulation comes from one seed, so that the same seed tells the same story. */
import { createHash } from 'node:crypto'

export type Dice = {
  /** A whole number in 0 … n - 1. */
  below: (n: number) => number
  between: (from: number, to: number) => number
  /** True in so many of a hundred cases. */
  percent: (n: number) => boolean
  pick: <T>(from: readonly T[]) => T
  /** In another order. */
  shuffled: <T>(all: readonly T[]) => T[]
  bytes: (count: number) => Uint8Array
  /** Dice of their own, so that more throws of one kind change no other. */
  apart: (name: string) => Dice
}

/** SHA-256 of the seed and a counter: slow for dice, quick enough for a simulation, and the same on every machine. */
export function diceOf(seed: string): Dice {
  let block = Buffer.alloc(0)
  let at = 0
  let count = 0
  const byte = (): number => {
    if (at === block.length) {
      block = createHash('sha256').update(`${seed}:${count++}`).digest()
      at = 0
    }
    return block[at++]!
  }
  const below = (n: number): number => (((byte() * 256 + byte()) * 256 + byte()) * 256 + byte()) % n
  return {
    below,
    between: (from, to) => from + below(to - from + 1),
    percent: (n) => below(100) < n,
    pick: (from) => from[below(from.length)]!,
    shuffled(all) {
      const left = [...all]
      return all.map(() => left.splice(below(left.length), 1)[0]!)
    },
    bytes: (length) => Uint8Array.from({ length }, byte),
    apart: (name) => diceOf(`${seed}/${name}`),
  }
}
