// What the newsletter says is read off the program: what a manager says in each, the missions for everybody, the creator of the week,
// the season that runs. Without any of it there is no newsletter.
import { type Money, format as sayMoney } from '../kernel/money.ts'
import { sayDay } from '../kernel/time.ts'

export type Letter = {
  words?: string | undefined
  missions: { title: string; fee: Money | null; closesAt: Date | null }[]
  star: { name: string; reasons: string[] } | null
  seasons: { name: string; to: Date; prizes: string | null }[]
}

/** As much as a broadcast may say. */
const LONGEST = 1_800
const MISSIONS = 5

/** How a newsletter names the creator of the week, up to the reasons. */
export const praise = (name: string): string => `${PRAISE}${name} (`
const PRAISE = 'Creator of the week: '
export const isPraise = (part: string): boolean => part.startsWith(PRAISE)

/** The words of one newsletter, a paragraph for each thing; null where there is nothing to say. */
export function letterWords({ words, missions, star, seasons }: Letter, zone: string, locale: string): string | null {
  const parts = [
    words,
    missions.length > 0 &&
      [
        missions.length === 1 ? 'One mission is open for you:' : `${missions.length} missions are open for you:`,
        ...missions.slice(0, MISSIONS).map((mission) => `• ${missionWords(mission, zone, locale)}`),
        missions.length > MISSIONS && `… and ${missions.length - MISSIONS} more in /mission list.`,
      ]
        .filter(Boolean)
        .join('\n'),
    star && `${praise(star.name)}${star.reasons.join(', ')}).`,
    ...seasons.map(
      ({ name, to, prizes }) =>
        `${name.slice(0, 1).toUpperCase()}${name.slice(1)} runs until ${sayDay(new Date(to.getTime() - 1), zone, locale)}${prizes ? `: ${prizes}` : ''}.`,
    ),
  ].filter((part) => typeof part === 'string' && part !== '')
  if (parts.length === 0) return null
  const whole = [...parts.join('\n\n')]
  return whole.length <= LONGEST ? whole.join('') : `${whole.slice(0, LONGEST - 1).join('')}…`
}

function missionWords({ title, fee, closesAt }: Letter['missions'][number], zone: string, locale: string): string {
  const pays = fee ? ` pays ${sayMoney(fee, locale)} and commission` : ' pays commission'
  return `${title}${pays}${closesAt ? `, until ${sayDay(closesAt, zone, locale)}` : ''}`
}
