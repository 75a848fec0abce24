import { buttons, type Card, card, paragraph, person, small, text, toned } from '../kernel/card.ts'
import { subject, type View } from './cards.ts'

/** What one side said, for the other to read in the thread. */
export function saidCard(view: View, name: string, as: 'creator' | 'manager', words: string): Card {
  const given = { submission: view.submission.id }
  return card(
    as === 'creator' ? `${name} asks: ${subject(view)}` : `${name} says: ${subject(view)}`,
    words,
    as === 'manager' && buttons({ label: 'Reply', run: 'review ask', given }),
  )
}

/** The same in #review, for whoever answers first. */
export function questionCard(view: View, words: string): Card {
  const given = { submission: view.submission.id }
  return card(
    `Question: ${view.creator.name}, ${subject(view)}`,
    paragraph(text`${person(view.creator.personId, view.creator.name)} asks:`),
    words,
    buttons({ label: 'Answer', run: 'review ask', given, look: 'main' }, { label: 'Look', run: 'review queue', given }),
  )
}

export const settledCard = (view: View): Card =>
  card(`Question: ${view.creator.name}, ${subject(view)}`, small(['This is answered or decided.']))

/** The answer to whoever said something. */
export const askedCard = (as: 'creator' | 'manager'): Card =>
  toned(
    'good',
    as === 'creator'
      ? card('Your question is with the team', 'The answer comes to where you read this content’s news; nothing else is needed.')
      : card('Said', 'The creator reads it and may reply.'),
  )
