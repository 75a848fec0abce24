import { buttons, type Card, card, code, table, toned } from '../kernel/card.ts'
import { type Network, networks } from './rules-network.ts'

/** For managers: what networks call a creator. */
export function networkKeysCard(
  creator: { id: string; name: string },
  keys: { source: string; key: string }[],
  changed: boolean,
): Card {
  const shown = card(
    `Networks of ${creator.name}`,
    keys.length === 0
      ? 'No network key is set. What a network reports of them can not be counted.'
      : table(
          ['Network', 'Known there as'],
          keys.map(({ source, key }) => [[networks[source as Network] ?? source], [code(key)]]),
        ),
    'What Amazon, Impact, PartnerStack and TikTok Shop report under these is shown and ranked; they pay it themselves.',
    buttons(
      { label: 'Import reports', run: 'order import' },
      { label: 'Show creator', run: 'creator show', given: { creator: creator.id } },
    ),
  )
  return changed ? toned('good', shown) : shown
}
