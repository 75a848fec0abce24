import { type Button, buttons, type Card, card, facts, moment, paragraph, person, text, toned } from '../kernel/card.ts'
import { stateWords } from './cards.ts'
import type { View } from './queries.ts'
import { isAgainst, isOpen } from './rules.ts'

const reply = ({ found }: View): Button => ({ label: 'Reply', run: 'case say', given: { case: found.id } })
const about = ({ found, creator, number }: View): string =>
  found.kind === 'dispute' ? `order ${number} of ${creator.name}` : `orders of ${creator.name}`

/** The first post of a dispute's thread. */
export function disputeCard(view: View): Card {
  const { found, creator, number } = view
  return card(
    `Dispute: order ${number}`,
    paragraph(text`${person(creator.personId, creator.name)} says: ${found.words ?? ''}`),
    facts(found.dueAt ? { 'Answer by': moment(found.dueAt, 'day') } : {}),
    'Both sides can write here with the button. The outcome is written here, and into /why.',
    buttons(reply(view), { label: 'See the case', run: 'case show', given: { case: found.id } }),
  )
}

/** What one side said. */
export const saidCard = (view: View, name: string, as: 'creator' | 'manager', words: string): Card =>
  card(as === 'creator' ? `${name} says about ${about(view)}` : `${name} says about your case`, words, buttons(reply(view)))

/** News for the managers: somebody else should look again. Once somebody has, it says so. */
export const appealedCard = (view: View, by: string | null): Card =>
  view.found.appeal === 'decided' ? overCard(`Appeal: ${about(view)}`, view) : waitingAppealCard(view, by)

const waitingAppealCard = (view: View, by: string | null): Card =>
  toned(
    'warn',
    card(
      `Appeal: ${about(view)}`,
      paragraph(text`${person(view.creator.personId, view.creator.name)} says: ${view.found.appealWords ?? ''}`),
      by === null ? 'It is heard once.' : `It is heard once, by somebody other than ${by} where there is somebody.`,
      buttons({ label: 'Decide the appeal', run: 'case decide', given: { case: view.found.id }, look: 'main' }, reply(view), {
        label: 'See everything',
        run: 'case show',
        given: { case: view.found.id },
      }),
    ),
  )

/** The decision as the thread of a dispute keeps it. */
export function settledCard(view: View): Card {
  const { found, number } = view
  const against = isAgainst(found)
  const because = (found.appeal === 'decided' ? found.appealReason : found.reason) ?? ''
  const how: Record<string, string> = {
    credit: 'The order is credited to you.',
    move: 'The order is credited to you now.',
    bonus: 'You get a goodwill bonus; the order stays where it is.',
  }
  const told = card(
    `Order ${number}: the dispute is ${against ? 'refused' : 'granted'}`,
    !against && found.remedy !== null && how[found.remedy],
    paragraph(text`Because: ${because}`),
    buttons(
      against && found.appeal === null && { label: 'Appeal', run: 'appeal', given: { case: found.id } },
      found.orderId !== null && { label: 'Explain', run: 'why', given: { order: found.orderId } },
    ),
  )
  return against ? told : toned('good', told)
}

/** What called for a decision, once there is one. */
const overCard = (title: string, view: View): Card =>
  card(
    title,
    `It is decided: ${stateWords(view.found)}.`,
    buttons({ label: 'See everything', run: 'case show', given: { case: view.found.id } }),
  )

/** The reminder in #managers, until the case is decided. */
export function dueCard(view: View, late: boolean): Card {
  const { found } = view
  if (!isOpen(found)) return overCard(`A case was ${late ? 'late' : 'due'}: ${about(view)}`, view)
  const when = found.dueAt ? text`${moment(found.dueAt, 'day')}` : text``
  return toned(
    'warn',
    card(
      late ? `A case is late: ${about(view)}` : `A case is due: ${about(view)}`,
      paragraph(
        text`Its answer was promised by ${when}, and until it comes ${found.state === 'held' ? 'money is withheld' : 'a creator waits'}.`,
      ),
      buttons({ label: 'See everything', run: 'case show', given: { case: found.id }, look: 'main' }),
    ),
  )
}

/** The answer to whoever said something. */
export const toldCard = (as: 'creator' | 'manager'): Card =>
  toned('good', card('Said', as === 'creator' ? 'The managers read it.' : 'The creator reads it and may reply.'))
