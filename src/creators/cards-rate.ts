import { buttons, type Card, card, facts, moment, paragraph, text, toned } from '../kernel/card.ts'
import { percent } from '../kernel/money.ts'
import type { Rerated } from './rate.ts'

const whose = ({ own, rateBps }: Pick<Rerated, 'own' | 'rateBps'>): string =>
  own ? `${percent(rateBps)}, a rate of their own` : `${percent(rateBps)}, the rate of the program`

/** For the manager who agreed it. */
export const reratedCard = (rerated: Rerated): Card =>
  toned(
    'good',
    card(
      rerated.later ? `The rate of ${rerated.creator.name} changes` : `The rate of ${rerated.creator.name} holds now`,
      facts({ Rate: whose(rerated), From: [moment(rerated.from, 'day')], Before: percent(rerated.was) }),
      rerated.later
        ? 'It is lower, so it begins when the notice of the program is over. They are told now, and sales until then keep the old rate.'
        : 'Sales before keep the rate they had.',
      'A higher rate that their tier or a product pays stands beside it.',
      rerated.withdrawn !== null && 'What was announced of it does not come, and they are told so.',
      buttons({ label: 'Show creator', run: 'creator show', given: { creator: rerated.creator.id } }),
    ),
  )

/** For the creator whom it concerns. */
export function ownRateCard({ own, rateBps, was, from, later, withdrawn }: Rerated): Card {
  const now = own ? text`${percent(rateBps)} of each order you bring` : text`the program’s, ${percent(rateBps)}`
  return toned(
    rateBps < was ? 'warn' : 'good',
    card(
      later ? 'Your rate changes' : 'Your rate has changed',
      withdrawn !== null && paragraph(text`What was announced of it for ${moment(withdrawn, 'day')} does not come.`),
      paragraph(
        later
          ? text`It is ${percent(was)} now. From ${moment(from, 'day')} your own rate is ${now}.`
          : text`Your own rate is ${now}. It was ${percent(was)}.`,
      ),
      'Every sale of before keeps its rate. A higher rate that a tier or a product pays stands beside it.',
    ),
  )
}
