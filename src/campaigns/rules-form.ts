// What the forms of a mission begin with: what it says now, in the words in which a manager would type it.
import { decimal } from '../kernel/money.ts'
import { instantOf, localDay } from '../kernel/time.ts'
import type { Audience } from './rules-audience.ts'
import type { PerformanceBonus } from './rules-bonus.ts'
import { kinds, type Window } from './rules-plan.ts'

type Said = Record<string, string>

/** "14 days" would be counted from today, so that an end is said as its day; nothing where no word says it. */
function deadlineWords({ closesAt, daysToJoin }: Window, zone: string): Said {
  if (daysToJoin !== null) return closesAt === null ? { deadline: `${daysToJoin} days after joining` } : {}
  if (closesAt === null) return { deadline: 'none' }
  const day = localDay(closesAt, zone)
  return instantOf(day, '23:59', zone).getTime() === closesAt.getTime() ? { deadline: day } : {}
}

type Basics = Window & { title: string; brief: string; seats: number | null; feeMinor: bigint; rights: string }

export const basicsSaid = (mission: Basics, currency: string, zone: string): Said => ({
  title: mission.title,
  brief: mission.brief,
  ...deadlineWords(mission, zone),
  seats_and_fee: `${mission.seats ?? 'any'} x ${decimal({ minor: mission.feeMinor, currency })}`,
  rights: mission.rights,
})

type Details = { dos: string | null; donts: string | null; hashtags: string[]; tags: string[]; links: string[] }

export const detailsSaid = ({ dos, donts, hashtags, tags, links }: Details): Said => ({
  do: dos ?? '',
  do_not: donts ?? '',
  hashtags: hashtags.join(' '),
  tags: tags.join(' '),
  links: links.join(' '),
})

export const audienceSaid = ({ tiers, tags, niches, countries, platforms }: Audience): Said => ({
  tiers: tiers.join(', '),
  tags: tags.join(', '),
  niches: niches.join(', '),
  countries: countries.join(', '),
  platforms: platforms.join(', '),
})

type Scope = { budgetMinor: bigint; kinds: string[]; territories: string[]; reviewers: number; repeat: string | null }

export const scopeSaid = (mission: Scope, currency: string): Said => ({
  budget: decimal({ minor: mission.budgetMinor, currency }),
  kinds: mission.kinds.map((kind) => kinds[kind as keyof typeof kinds] ?? kind).join(', '),
  territories: mission.territories.join(', '),
  reviewers: String(mission.reviewers),
  repeat: mission.repeat ?? 'once',
})

export const bonusSaid = ({ perThousandMinor, capMinor }: PerformanceBonus, currency: string): Said => ({
  per_thousand: decimal({ minor: BigInt(perThousandMinor), currency }),
  at_most: decimal({ minor: BigInt(capMinor), currency }),
})
