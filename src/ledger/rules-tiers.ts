/**
 * The law of tiers: a tier is reached by what a creator's own sales of a window come to, net of what was given back, or by how many
 * there are. Marginal: a sale that comes after a tier was reached pays the tier's rate; the one that reaches it does not yet.
 * Retroactive: all sales of the window pay the highest rate that was reached in it, by top-ups. A tier that was earned stands until
 * its window is over. Refunds that would undo it are told to the managers, and nothing is taken silently. A tier that the brand gave
 * by hand wins over any that was earned.
 */
import { days, monthOf, monthRange, type Range } from '../kernel/time.ts'

export type Step = { name: string; from: string; rateBps: number }
export type Tiers = {
  measure: 'revenue' | 'orders'
  window: 'month' | 'rolling' | 'lifetime'
  days: number
  mode: 'marginal' | 'retroactive'
  steps: readonly Step[]
}

/** The highest step that a total reaches, or null below the first. */
export const reached = ({ steps }: Pick<Tiers, 'steps'>, total: bigint): Step | null =>
  inOrder(steps).findLast((step) => BigInt(step.from) <= total) ?? null

/** The next step above a total and how much is missing to it; null at the top. */
export function nextStep({ steps }: Pick<Tiers, 'steps'>, total: bigint): { step: Step; missing: bigint } | null {
  const step = inOrder(steps).find((one) => BigInt(one.from) > total)
  return step ? { step, missing: BigInt(step.from) - total } : null
}

const inOrder = (steps: readonly Step[]): Step[] => [...steps].sort((a, b) => (BigInt(a.from) < BigInt(b.from) ? -1 : 1))

export const stepNamed = ({ steps }: Pick<Tiers, 'steps'>, name: string): Step | null =>
  steps.find((step) => step.name.toLowerCase() === name.trim().toLowerCase()) ?? null

/** The window that a sale at this instant counts in; `to` is excluded. */
export function windowAt({ window, days: length }: Pick<Tiers, 'window' | 'days'>, at: Date, zone: string): Range {
  if (window === 'month') return monthRange(monthOf(at, zone), zone)
  const to = new Date(at.getTime() + 1)
  return { from: window === 'rolling' ? days(at, -length) : new Date(0), to: window === 'rolling' ? to : new Date(8.64e15) }
}

/** The part of that window that is over with this instant: what comes after a sale says nothing about its rate. */
export function windowUntil(tiers: Pick<Tiers, 'window' | 'days'>, at: Date, zone: string): Range {
  return { from: windowAt(tiers, at, zone).from, to: new Date(at.getTime() + 1) }
}

/** Until when a tier stands that was reached by a sale at this instant; null = for good. */
export function standsUntil(tiers: Pick<Tiers, 'window' | 'days'>, at: Date, zone: string): Date | null {
  if (tiers.window === 'lifetime') return null
  return tiers.window === 'month' ? windowAt(tiers, at, zone).to : days(at, tiers.days)
}

/** When a tier that stands was reached last: later sales that reach it again let it stand longer where the last days count. */
export function lastReached(
  { window, days: length }: Pick<Tiers, 'window' | 'days'>,
  { earnedAt, earnedUntil }: { earnedAt: Date; earnedUntil: Date | null },
): Date {
  const last = window === 'rolling' && earnedUntil ? days(earnedUntil, -length) : earnedAt
  return last > earnedAt ? last : earnedAt
}

/** A tier that was earned, since when, and until when it stands; no end = for ever. */
export type Held = { name: string; from: Date; until: Date | null }

export type Standing = {
  given: string | null
  earned: string | null
  earnedAt: Date | null
  earnedUntil: Date | null
  /** Tiers that were earned before; left out where only the present counts. */
  before?: readonly Held[]
}

const KEPT = 60

/** The earned tiers of before, the one that ends or gives way now included; the oldest are dropped, for no shop tells so late. */
export const heldBefore = (before: readonly Held[], { earned, earnedAt, earnedUntil }: Standing): Held[] =>
  earned === null || earnedAt === null ? [...before] : heldToo(before, { name: earned, from: earnedAt, until: earnedUntil })

/** The same with a tier of before that was not known; times of one tier that touch are one time. */
export function heldToo(before: readonly Held[], one: Held): Held[] {
  const end = ({ until }: Held): number => until?.getTime() ?? Infinity
  const touches = (held: Held) => held.name === one.name && +held.from <= end(one) && end(held) >= +one.from
  const all = [one, ...before.filter(touches)]
  const [from, last] = [Math.min(...all.map((held) => +held.from)), Math.max(...all.map(end))]
  const whole = { name: one.name, from: new Date(from), until: last === Infinity ? null : new Date(last) }
  const others = before.filter((held) => !touches(held))
  return [...others, whole].sort((a, b) => +a.from - +b.from).slice(-KEPT)
}

/** Earned tiers as the creator keeps them, as instants again. */
export const heldOf = (kept: unknown): Held[] =>
  (kept as { name: string; from: string; until: string | null }[]).map(({ name, from, until }) => ({
    name,
    from: new Date(from),
    until: until === null ? null : new Date(until),
  }))

/** What two creators had earned who turn out to be one person: the better of what stands, and everything that was before. */
export function earnedTogether(tiers: Tiers | null, one: Standing, other: Standing, now: Date): Standing {
  const worth = ({ earned, earnedUntil }: Standing): bigint => {
    if (earned === null) return -3n
    if (earnedUntil !== null && earnedUntil <= now) return -2n
    return BigInt((tiers && stepNamed(tiers, earned)?.from) ?? -1)
  }
  const end = ({ earnedUntil }: Standing): number => earnedUntil?.getTime() ?? Infinity
  const better = worth(other) - worth(one) || (end(other) > end(one) ? 1n : 0n)
  const [has, had] = better > 0n ? [other, one] : [one, other]
  const before = [...(has.before ?? []), ...heldBefore(had.before ?? [], had)]
  return { ...has, before: before.sort((a, b) => a.from.getTime() - b.from.getTime()).slice(-KEPT) }
}

/** The tier whose rate a sale at this instant gets: the one given by hand, else the better of what stands and what `total` reaches. */
export function tierFor(
  tiers: Tiers | null,
  standing: Standing,
  total: bigint,
  at: Date,
): { name: string; step: Step | null } | null {
  if (standing.given !== null) return { name: standing.given, step: tiers && stepNamed(tiers, standing.given) }
  if (!tiers) return null
  const kept = heldBefore(standing.before ?? [], standing)
    .filter(({ from, until }) => from <= at && (until === null || at < until))
    .map(({ name }) => stepNamed(tiers, name))
  const step = inOrder([...kept, reached(tiers, total)].filter((one) => one !== null)).at(-1) ?? null
  return step && { name: step.name, step }
}

/** A standing where tiers pay backwards: what was reached in a window pays its sales of before as well. */
export function wholeWindow({ before = [], ...standing }: Standing, { from, to }: Range): Standing {
  const since = (at: Date): Date => (at >= from && at < to ? from : at)
  const earnedAt = standing.earnedAt && since(standing.earnedAt)
  return { ...standing, earnedAt, before: before.map((one) => ({ ...one, from: since(one.from) })) }
}

/** How far the way to the next step is done, as a bar of ten. */
export function bar(total: bigint, from: bigint, to: bigint): string {
  const done = to <= from ? 10 : Number(((total < from ? 0n : total - from) * 10n) / (to - from))
  return '█'.repeat(Math.min(10, done)) + '░'.repeat(10 - Math.min(10, done))
}
