import { buttons, type Card, card, facts, small, toned } from '../kernel/card.ts'
import { RULE_SET, ruleOf } from './disclosure-rules.ts'

export type Audience = { territories: string[]; own: boolean; words: string[] }

/** Which disclosure the program's posts need, by territory. */
export function territoriesCard({ territories, own, words }: Audience, changed: boolean): Card {
  const rules = [...new Set(territories.map(ruleOf))]
  const shown = card(
    changed ? 'Saved' : 'Where the audience lives',
    facts({
      'Rules of': [
        `${rules.map((rule) => rule.where.replace(/^the /, '')).join(', ')}${own ? '' : ' (by the program’s clock and language)'}`,
      ],
      ...Object.fromEntries(
        rules.map((rule) => [
          `In ${rule.where}`,
          [
            `${rule.alone} first; ${rule.film === 'shown' ? 'in a film shown too' : 'in a film spoken and shown too'} (${rule.source})`,
          ],
        ]),
      ),
      'Also enough': [words.length === 0 ? 'nothing else' : words.join(', ')],
    }),
    'The rules of the country a creator lives in count as well, and a mission may name other places.',
    small([`Rules of ${RULE_SET}. They help to get it right; they are no legal advice.`]),
    buttons({ label: 'Change audience', run: 'setup territories', given: { '?': 'form' }, look: 'main' }),
  )
  return changed ? toned('good', shown) : shown
}
