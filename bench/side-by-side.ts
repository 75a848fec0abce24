// Two ways of doing the same, measured in turns on the same machine: A-B-B-A, so that a machine that grows slower or faster meanwhile
// favours neither. What counts is the median of the pair ratios, for the absolute figures of a shared machine move by a third within
// an hour and both sides of a pair move together.

/** What one turn measured: how many a second, and whatever else is worth the table. */
export type Turn = { perSecond: number } & Record<string, number>

export type Comparison = {
  /** Median over the pairs of B per second / A per second. */
  ratio: number
  ratios: number[]
  /** Median over the pairs of A's processor time per request / B's; NaN where `cpuMicros` was not measured. */
  cpuRatio: number
  a: Turn
  b: Turn
  turns: { a: Turn; b: Turn }[]
}

/** What a bench hands back: the claim, the figures behind it, and whether the gates held. */
export type Result = {
  name: string
  claim: string
  passed: boolean
  gates: Record<string, boolean>
  /** The gate that says whether the figures may be believed at all, by its name. */
  exact?: string
  figures: Record<string, unknown>
  /** The figure that stands for the bench in the table of all, by its name. */
  main: string
  /** What each round measured, as it was measured: what the medians are of. */
  rounds: Record<string, unknown[]>
}

/** A bench; `short` is the version for every day, otherwise the long one whose result file is kept. */
export type Bench = (options: { short: boolean }) => Promise<Result>

/** Runs `pairs` turns of each side, every second pair the other way round, after one unmeasured turn of both. */
export async function sideBySide(pairs: number, a: () => Promise<Turn>, b: () => Promise<Turn>): Promise<Comparison> {
  await a()
  await b()
  const turns: { a: Turn; b: Turn }[] = []
  for (let i = 0; i < pairs; i++) {
    if (i % 2 === 0) turns.push({ a: await a(), b: await b() })
    else turns.push({ b: await b(), a: await a() })
  }
  const ratios = turns.map((pair) => pair.b.perSecond / pair.a.perSecond)
  const cpuRatio = median(turns.map((pair) => (pair.a.cpuMicros ?? Number.NaN) / (pair.b.cpuMicros ?? Number.NaN)))
  return {
    turns,
    ratio: median(ratios),
    ratios,
    cpuRatio,
    a: medians(turns.map((pair) => pair.a)),
    b: medians(turns.map((pair) => pair.b)),
  }
}

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  return (percentile(values, 0.5) + percentile(values, 0.5, Math.ceil)) / 2
}

/** The value below which a share of the values lie. */
export function percentile(values: readonly number[], share: number, round: (n: number) => number = Math.floor): number {
  const sorted = [...values].sort((x, y) => x - y)
  return sorted[round(share * (sorted.length - 1))] ?? Number.NaN
}

function medians(turns: Turn[]): Turn {
  const keys = Object.keys(turns[0] ?? {})
  return Object.fromEntries(keys.map((key) => [key, median(turns.map((turn) => turn[key] ?? Number.NaN))])) as Turn
}
