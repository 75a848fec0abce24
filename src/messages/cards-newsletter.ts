import type { Broadcast } from '../db/generated/client.ts'
import { buttons, type Card, card, divider, facts, moment, small, text } from '../kernel/card.ts'
import { type Rhythm, sayRhythm } from '../kernel/time.ts'
import { newsCard } from './cards.ts'
import type { Seen } from './cards-broadcasts.ts'
import type { Preview } from './newsletter.ts'

const words = (news: { title: string; words: string; link: string | null }) =>
  newsCard(news).blocks.filter((block) => block.block !== 'buttons')

/** Told to managers a day before it goes. */
export const letterSoonCard = (letter: Broadcast, seen: Seen): Card =>
  card(
    'The newsletter goes out soon',
    facts({ When: moment(letter.sendAt!, 'full'), 'Would get it': `${seen.chat} in the chat, ${seen.mail} by e-mail` }),
    divider,
    ...words(letter),
    divider,
    buttons(
      { label: 'Test on me', run: 'broadcast test', given: { broadcast: letter.id } },
      { label: 'Stop this one', run: 'broadcast cancel', given: { broadcast: letter.id }, look: 'danger' },
      { label: 'See the newsletter', run: 'newsletter show' },
    ),
  )

/** The newsletter as it would be now, its rhythm, and the ways to change it. */
export function newsletterCard({ draft, schedule, fits, planned }: Preview, changed = false): Card {
  const { paused, nextAt, rhythm, zone } = schedule
  return card(
    changed ? 'Saved: the newsletter' : 'The newsletter',
    facts({
      Rhythm: `${sayRhythm(rhythm as Rhythm)}, ${zone} time`,
      Next: paused ? 'it does not run' : text`${moment(nextAt, 'full')}`,
      For: `${fits} active ${fits === 1 ? 'creator' : 'creators'}`,
    }),
    planned !== null && small(text`One is planned for ${moment(planned.sendAt!, 'full')}; it is in #managers.`),
    divider,
    ...(draft ? words(draft) : [small(text`There is nothing to say now, so nothing would go out. Give it words of your own.`)]),
    divider,
    small(text`Missions, the creator of the week and seasons come in by themselves. You read each a day before it goes.`),
    buttons(
      paused
        ? { label: 'Let it run', run: 'newsletter set', given: { state: 'running' }, look: 'main' }
        : { label: 'Pause it', run: 'newsletter set', given: { state: 'paused' } },
      { label: 'Change words', run: 'newsletter set', given: { '?': 'form' } },
      planned !== null && {
        label: 'Stop the planned one',
        run: 'broadcast cancel',
        given: { broadcast: planned.id },
        look: 'danger',
      },
    ),
  )
}
