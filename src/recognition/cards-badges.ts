import { buttons, type Card, card, type Part, paragraph, text, toned } from '../kernel/card.ts'
import { type Badge, nextBadge } from './rules-badges.ts'

/** Told to its creator. */
export function badgeCard(badge: Badge): Card {
  const next = nextBadge(badge.measure, badge.at)
  return toned(
    'good',
    card(
      `New badge: ${badge.title}`,
      'You reached it, and it is yours for good, whatever is given back later.',
      next && `Next on this way: ${next.title}.`,
      buttons({ label: 'Show my recap', run: 'recap' }),
    ),
  )
}

/** Said in #wins, where the creator goes by a name; it has no amount. */
export const badgeWinCard = (badge: Badge, name: Part): Card =>
  toned('good', card(badge.title, paragraph(text`${name} ${badge.says}.`)))
