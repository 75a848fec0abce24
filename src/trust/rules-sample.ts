// The monthly sample: some lines by pure chance, which show what the rules miss, and some by risk, which show what they are worth. It is
// drawn from a seed that stays with it, so that anyone can draw it again and nobody can choose what is looked at.
import { createHash } from 'node:crypto'

const SIZE = { random: 10, risk: 10 } as const

export type Drawn = { lineId: string; drawn: 'random' | 'risk' }

/** Draws from lines with their risk (0 and up); the same seed gives the same lines, in whatever order they come. */
export function draw(lines: readonly { lineId: string; risk: number }[], seed: string): Drawn[] {
  const random = first(
    lines.map((line) => ({ line, key: chance(seed, 'random', line.lineId) })),
    SIZE.random,
  )
  const left = lines.filter((line) => !random.includes(line) && line.risk > 0)
  // A line of twice the risk is twice as likely to come before another (Efraimidis and Spirakis).
  const risk = first(
    left.map((line) => ({ line, key: Math.log(chance(seed, 'risk', line.lineId)) / line.risk })),
    SIZE.risk,
  )
  return [
    ...random.map(({ lineId }): Drawn => ({ lineId, drawn: 'random' })),
    ...risk.map(({ lineId }): Drawn => ({ lineId, drawn: 'risk' })),
  ]
}

type Line = { lineId: string }

/** The lines with the highest keys; of equal keys the earlier id. */
const first = <L extends Line>(keyed: { line: L; key: number }[], count: number): L[] =>
  keyed
    .sort((a, b) => b.key - a.key || (a.line.lineId < b.line.lineId ? -1 : 1))
    .slice(0, count)
    .map(({ line }) => line)

/** An even number in (0, 1) that seed and line alone decide. */
function chance(seed: string, part: string, lineId: string): number {
  const bytes = createHash('sha256').update(`${seed} ${part} ${lineId}`).digest()
  return (bytes.readUIntBE(0, 6) + 1) / (2 ** 48 + 2)
}
