import { buttons, type Card, card, type Part, paragraph, text, toned } from '../kernel/card.ts'
import { type Badge, nextBadge } from './rules-badges.ts'

/** What was reached at once, told to its creator; of one way the least first. */
export function badgesCard(fresh: readonly Badge[]): Card {
  const one = fresh.length === 1
  const last = new Map(fresh.map((badge) => [badge.measure, badge]))
  const next = [...last.values()].flatMap(({ measure, at }) => nextBadge(measure, at)?.title ?? [])
  return toned(
    'good',
    card(
      `${one ? 'New badge' : `${fresh.length} new badges`}: ${fresh.map(({ title }) => title).join(', ')}`,
      `You reached ${one ? 'it, and it is' : 'them, and they are'} yours for good, whatever is given back later.`,
      next.length > 0 && (one ? `Next on this way: ${next}.` : `Next: ${next.join(', ')}.`),
      buttons({ label: 'Show my recap', run: 'recap' }),
    ),
  )
}

/** Said in #wins, where the creator goes by a name; it has no amount. */
export const badgeWinCard = (badge: Badge, name: Part): Card =>
  toned('good', card(badge.title, paragraph(text`${name} ${badge.says}.`)))
