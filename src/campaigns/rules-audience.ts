// A mission may be for some creators only. What is left open takes everyone; what is named has to fit, and of several names one is
// enough. Whoever it does not fit neither sees nor takes it, and is told why in kind words.
import { z } from 'zod'
import { Refusal } from '../kernel/refusal.ts'

const names = z.array(z.string()).default([])

const audienceSchema = z.object({ tiers: names, tags: names, niches: names, countries: names, platforms: names })

export type Audience = z.infer<typeof audienceSchema>

/** What of a creator decides whether a mission is for them. Platforms are where they post and the chats they are in. */
export type Fitting = { tier: string | null; tags: string[]; niche: string; country: string; platforms: string[] }

/** The audience stored with a mission. */
export const audienceOf = (mission: { audience: unknown }): Audience => audienceSchema.parse(mission.audience ?? {})

export const isForAll = (audience: Audience): boolean => Object.values(audience).every((list) => list.length === 0)

const low = (word: string): string => word.trim().toLowerCase()
const meets = (wanted: string[], has: string[]): boolean => {
  const own = new Set(has.map(low))
  return wanted.length === 0 || wanted.some((one) => own.has(low(one)))
}

export const fits = (audience: Audience, creator: Fitting): boolean =>
  meets(audience.tiers, creator.tier === null ? [] : [creator.tier]) &&
  meets(audience.tags, creator.tags) &&
  meets(audience.niches, [creator.niche]) &&
  meets(audience.countries, [creator.country]) &&
  meets(audience.platforms, creator.platforms)

/** For whom it is, as people read it: "Gold or Silver · tagged vip · beauty · DE, AT · on tiktok". */
export function sayAudience(audience: Audience): string {
  if (isForAll(audience)) return 'Every creator of the program'
  const parts = [
    audience.tiers.join(' or '),
    audience.tags.length > 0 && `tagged ${audience.tags.join(' or ')}`,
    audience.niches.join(' or '),
    audience.countries.join(', '),
    audience.platforms.length > 0 && `on ${audience.platforms.join(' or ')}`,
  ]
  return parts.filter((part) => !!part).join(' · ')
}

/** Throws unless the mission is for this creator. */
export function checkFits(mission: { title: string; audience: unknown }, creator: Fitting): void {
  const audience = audienceOf(mission)
  if (fits(audience, creator)) return
  throw new Refusal(
    'not_allowed',
    `The mission “${mission.title}” is for others this time: ${sayAudience(audience)}.`,
    'The missions for you are in /mission list.',
    'mission',
  )
}

/** The names as the program writes them; throws for one it does not know. A tier may also have been given by hand, so any goes where none is set up. */
export function checkKnown(names: string[], known: readonly string[], field: string): string[] {
  if (known.length === 0) return names
  return names.map((name) => {
    const found = known.find((one) => low(one) === low(name))
    if (found === undefined)
      throw new Refusal('invalid', `“${name.slice(0, 40)}” is not known here.`, `There are: ${known.join(', ')}.`, field)
    return found
  })
}
