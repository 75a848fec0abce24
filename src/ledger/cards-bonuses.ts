import type { Bonus } from '../db/generated/client.ts'
import { buttons, type Card, card, facts, money, paragraph, text, toned } from '../kernel/card.ts'
import type { Money } from '../kernel/money.ts'

/** For the creator: a bonus, and what for. */
export const bonusCard = (amount: Money, reason: string): Card =>
  toned(
    'good',
    card(
      'You got a bonus',
      facts({ Bonus: money(amount), For: reason, Payable: 'now' }),
      buttons({ label: 'See earnings', run: 'earnings' }),
    ),
  )

/** For managers: a bonus that needs a second person, or what became of it. */
export function bonusWaitsCard(bonus: Bonus, name: string, by: string, decidedBy: string | null): Card {
  const amount = money({ minor: bonus.minor, currency: bonus.currency })
  const given = { bonus: bonus.id }
  if (decidedBy !== null)
    return card(
      bonus.state === 'given' ? 'A bonus was given' : 'A bonus was refused',
      paragraph(
        text`${amount} for ${name}: ${bonus.reason}. ${bonus.state === 'given' ? 'Confirmed' : 'Refused'} by ${decidedBy}.`,
      ),
    )
  return toned(
    'warn',
    card(
      'A bonus needs a second person',
      paragraph(text`${by} gives ${name} ${amount}: ${bonus.reason}`),
      buttons(
        { label: 'Confirm', run: 'bonus confirm', given, look: 'main' },
        { label: 'Refuse', run: 'bonus refuse', given, look: 'danger' },
      ),
    ),
  )
}

/** The answer to whoever gave, confirmed or refused it. */
export function bonusAnswerCard(bonus: Bonus, name: string): Card {
  const amount = money({ minor: bonus.minor, currency: bonus.currency })
  if (bonus.state === 'waiting')
    return toned(
      'warn',
      card(
        'The bonus waits',
        paragraph(
          text`${amount} for ${name} is above what one manager gives alone within a day. Another one confirms it in #managers.`,
        ),
      ),
    )
  return bonus.state === 'given'
    ? toned('good', card('The bonus is given', paragraph(text`${name} has ${amount} more, payable now, and was told why.`)))
    : card('The bonus is refused', paragraph(text`${name} gets nothing of it and was told nothing.`))
}

/** For the creator: a milestone that pays. */
export const milestoneCard = (words: string): Card =>
  toned('good', card('You reached a milestone', paragraph([words]), buttons({ label: 'See earnings', run: 'earnings' })))
