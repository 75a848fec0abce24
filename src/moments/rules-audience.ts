// For whom a moment is, in one line: "vip, Gold, beauty, DE, tiktok". Each word is looked for among what the program knows, so that a
// slip of the pen does not silently reach nobody.
import type { Audience } from '../campaigns/rules-audience.ts'
import { Refusal } from '../kernel/refusal.ts'

/** What a word may mean in this program. */
export type Known = { tiers: string[]; tags: string[]; niches: string[]; countries: string[]; platforms: string[] }

const MOST = 15

/** Reads the words; nothing is everybody. Refusal invalid names the word that nobody knows, and some that are known. */
export function readAudience(typed: string | undefined, known: Known): Audience {
  const audience: Audience = { tiers: [], tags: [], niches: [], countries: [], platforms: [] }
  const words = (typed ?? '')
    .split(/[,;\n]+/)
    .map((word) => word.trim().replace(/^#/, ''))
    .filter((word) => word !== '')
  if (words.length > MOST)
    throw new Refusal('invalid', `These are more than ${MOST} words.`, 'Keep those that matter.', 'audience')
  for (const word of words) {
    const group = (['tags', 'tiers', 'niches', 'platforms', 'countries'] as const).find((one) => among(known[one], word))
    if (group === undefined) throw unknown(word, known)
    const said = among(known[group], word)!
    if (!audience[group].includes(said)) audience[group].push(said)
  }
  return audience
}

const among = (list: string[], word: string): string | undefined => list.find((one) => one.toLowerCase() === word.toLowerCase())

function unknown(word: string, known: Known): Refusal {
  const some = [...known.tags, ...known.tiers, ...known.niches, ...known.countries].slice(0, 12).join(', ')
  return new Refusal(
    'invalid',
    `Nobody in the program is “${word.slice(0, 40)}”.`,
    `Leave it empty for everybody, or use words such as ${some}.`,
    'audience',
  )
}
