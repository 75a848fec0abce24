import { buttons, type Card, card, toned } from '../kernel/card.ts'
import { type MessageKind, stoppable } from './rules.ts'

/** The answer to stopping a kind, or taking it again. */
export function stoppedCard(what: MessageKind | 'all', stopped: boolean): Card {
  const named = what === 'all' ? 'Digests, briefs, hints and news' : stoppable[what]
  const given = { what, state: stopped ? 'wanted' : 'stopped' }
  return toned(
    'good',
    card(
      stopped ? 'Stopped' : 'You get it again',
      stopped
        ? `${named}: nothing of it comes any more. Answers, decisions and paydays still do.`
        : `${named}: it comes again, when there is something to say.`,
      buttons(
        { label: stopped ? 'Take it again' : 'Stop it again', run: 'unsubscribe', given },
        { label: 'Open settings', run: 'settings' },
      ),
    ),
  )
}
