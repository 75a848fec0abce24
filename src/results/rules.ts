// What a platform shows of a post is taken as it is said: a number that is not known stays unknown and is never zero. Several sayings of
// one day are one row, in which the later word counts. Engagement is a share of something that is named with it: of whom it reached, else
// of the views, else of the followers; what is not known on both sides is left out of the formula, and without likes and comments there
// is none. Groups are compared by their median, and one of fewer than three pieces is not ranked.
import { z } from 'zod'
import { Refusal } from '../kernel/refusal.ts'

export const measures = ['views', 'likes', 'comments', 'shares', 'saves', 'reach', 'followers'] as const
export type Measure = (typeof measures)[number]

/** Counts; null = not known. */
export type Numbers = Record<Measure, bigint | null>

export const unknown: Numbers = {
  views: null,
  likes: null,
  comments: null,
  shares: null,
  saves: null,
  reach: null,
  followers: null,
}

const MOST = 1_000_000_000_000n

const said = z.string().regex(/^\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{3})+$|^\d{1,13}$/)

/**
 * A count as people and exports write it: "12300", "12,300", "12.300", "12 300"; null for nothing, "-" or "n/a". Refusal invalid,
 * which names the field, for anything else ("1.2K" is rounded, so it is asked for in full).
 */
export function readCount(words: string | undefined, field: string): bigint | null {
  const bare = words?.trim() ?? ''
  if (bare === '' || bare === '-' || bare === '–' || /^n\/?a$/i.test(bare)) return null
  const read = said.safeParse(bare)
  const count = read.success ? BigInt(read.data.replace(/\D/g, '')) : null
  if (count === null || count > MOST)
    throw new Refusal('invalid', `The number of ${field} is no whole count.`, 'Write it in full, such as 12300.', field)
  return count
}

/** Throws unless something is known and nothing contradicts itself. */
export function checkNumbers(numbers: Numbers): void {
  if (measures.every((measure) => numbers[measure] === null))
    throw new Refusal('invalid', 'There is no number at all.', 'Give at least one, such as views.', 'views')
  const { reach, views } = numbers
  if (reach !== null && views !== null && views > 0n && reach > views)
    throw new Refusal('invalid', 'More people were reached than there are views.', 'Look at both numbers again.', 'reach')
}

/** What is known after both: the later word where it says something. */
export const later = (before: Numbers, now: Numbers): Numbers =>
  Object.fromEntries(measures.map((measure) => [measure, now[measure] ?? before[measure]])) as Numbers

export type Engagement = { bps: number; formula: string }

const bases = ['reach', 'views', 'followers'] as const

/** The engagement rate in basis points with its formula, "(likes + comments + saves) / reach"; null where it can't be said. */
export function engagement(numbers: Numbers): Engagement | null {
  const base = bases.find((one) => (numbers[one] ?? 0n) > 0n)
  if (!base || numbers.likes === null || numbers.comments === null) return null
  const parts = (['likes', 'comments', 'shares', 'saves'] as const).filter((part) => numbers[part] !== null)
  const sum = parts.reduce((total, part) => total + numbers[part]!, 0n)
  return { bps: Number((sum * 10_000n) / numbers[base]!), formula: `(${parts.join(' + ')}) / ${base}` }
}

/** Shares in basis points of the people reached, or of the views; null where either is not known. */
export function shareRate({ shares, reach, views }: Numbers): Engagement | null {
  const base = (reach ?? 0n) > 0n ? 'reach' : 'views'
  const of = base === 'reach' ? reach : views
  if (shares === null || of === null || of <= 0n) return null
  return { bps: Number((shares * 10_000n) / of), formula: `shares / ${base}` }
}

/** What is compared: how the piece begins, what form it has, what its creator speaks of. */
export const dimensions = { format: 'Format', hook: 'Hook', niche: 'Niche', kind: 'Kind' } as const
export type Dimension = keyof typeof dimensions

/** A piece with its last numbers and what its own link sold; null = has none. */
export type Piece = { group: string | null; numbers: Numbers; orders: number | null; netMinor: bigint | null }

export type Group = { name: string; pieces: number; views: bigint | null; engagementBps: number | null; netMinor: bigint | null }

const LEAST = 3

/**
 * Groups of at least three pieces, best engagement first, then most views; and the names of those with too few to say anything. Values
 * are medians over the pieces of which they are known, null when that is fewer than three.
 */
export function rankGroups(pieces: readonly Piece[]): { ranked: Group[]; few: string[] } {
  const groups = [...grouped(pieces)].map(([name, members]) => summed(name, members))
  const enough = groups.filter((group) => group.pieces >= LEAST)
  return {
    ranked: enough.sort(
      (a, b) =>
        (b.engagementBps ?? -1) - (a.engagementBps ?? -1) ||
        Number((b.views ?? -1n) - (a.views ?? -1n)) ||
        (a.name < b.name ? -1 : 1),
    ),
    few: groups
      .filter((group) => group.pieces < LEAST)
      .map(({ name }) => name)
      .sort(),
  }
}

function grouped(pieces: readonly Piece[]): Map<string, Piece[]> {
  const groups = new Map<string, Piece[]>()
  for (const piece of pieces) if (piece.group !== null) groups.set(piece.group, [...(groups.get(piece.group) ?? []), piece])
  return groups
}

function summed(name: string, members: readonly Piece[]): Group {
  const rates = members.map(({ numbers }) => engagement(numbers)?.bps ?? null)
  const bps = median(rates.map((rate) => (rate === null ? null : BigInt(rate))))
  return {
    name,
    pieces: members.length,
    views: median(members.map(({ numbers }) => numbers.views)),
    engagementBps: bps === null ? null : Number(bps),
    netMinor: median(members.map(({ netMinor }) => netMinor)),
  }
}

/** The middle of the known values, the lower one of two; null when fewer than three are known. */
function median(values: readonly (bigint | null)[]): bigint | null {
  const known = values.filter((value) => value !== null).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return known.length < LEAST ? null : known[(known.length - 1) >> 1]!
}
