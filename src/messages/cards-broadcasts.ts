import { audienceOf } from '../campaigns/rules-audience.ts'
import type { Broadcast } from '../db/generated/client.ts'
import { buttons, type Card, card, divider, facts, moment, paragraph, small, table, text, toned } from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import { newsCard } from './cards.ts'
import { sayTarget } from './rules-broadcasts.ts'

/** Whom a broadcast fits, and by which way it would come. */
export type Seen = { fits: number; chat: number; mail: number; paused: number; off: number }
export type Result = { state: string; why: string | null; count: number }[]

/** What a broadcast says and whom it would reach, with the ways on. */
export function previewCard(broadcast: Broadcast, seen: Seen): Card {
  const given = { broadcast: broadcast.id }
  const draft = broadcast.state === 'draft'
  const words = newsCard(broadcast).blocks.filter((block) => block.block !== 'buttons')
  return card(
    `Preview: ${broadcast.title}`,
    facts({
      For: sayTarget(audienceOf(broadcast), broadcast.states),
      Fits: plural(seen.fits, 'creator'),
      'Would get it': `${seen.chat} in the chat, ${seen.mail} by e-mail${seen.paused > 0 ? `, ${seen.paused} after their pause` : ''}`,
      ...(seen.off > 0 ? { 'Take no news': plural(seen.off, 'creator') } : {}),
    }),
    divider,
    ...words,
    divider,
    draft
      ? buttons(
          { label: 'Send now', run: 'broadcast send', given, look: 'main' },
          { label: 'Test on me', run: 'broadcast test', given },
          { label: 'Schedule', run: 'broadcast send', given: { ...given, '?': 'form' } },
          { label: 'Rewrite', run: 'broadcast write', given: { ...given, '?': 'form' } },
          { label: 'Throw away', run: 'broadcast cancel', given, look: 'danger' },
        )
      : buttons({ label: 'See result', run: 'broadcast result', given, look: 'main' }),
  )
}

export const testedCard = ({ id, title }: Broadcast, mailed: string | null): Card =>
  toned(
    'good',
    card(
      'Look at it',
      `“${title}” is in your private place${mailed === null ? '' : ' and in your mail'}.`,
      buttons(
        { label: 'Send now', run: 'broadcast send', given: { broadcast: id }, look: 'main' },
        { label: 'Rewrite', run: 'broadcast write', given: { broadcast: id, '?': 'form' } },
      ),
    ),
  )

export function sentCard(broadcast: Broadcast, seen: Seen, now: Date): Card {
  const given = { broadcast: broadcast.id }
  const later = broadcast.sendAt !== null && broadcast.sendAt > now
  return toned(
    'good',
    card(
      later ? 'Scheduled' : 'On its way',
      later
        ? paragraph(
            text`“${broadcast.title}” goes out ${moment(broadcast.sendAt!, 'full')} where the program is, at the same clock time where each reader is.`,
          )
        : `“${broadcast.title}” goes to ${plural(seen.chat + seen.mail, 'creator')}.`,
      small(
        text`Nobody gets more than one message a day, so for some it comes the next morning. Quiet hours and pauses are kept.`,
      ),
      buttons(
        { label: 'See result', run: 'broadcast result', given },
        { label: 'Cancel', run: 'broadcast cancel', given, look: 'danger' },
      ),
    ),
  )
}

export const cancelledCard = ({ title }: Broadcast, stopped: number): Card =>
  card(
    'Cancelled',
    `“${title}” does not go out any more.${stopped > 0 ? ` ${plural(stopped, 'creator')} would still have got it.` : ''}`,
  )

const words: Record<string, string> = { chat: 'In the chat', mail: 'By e-mail', planned: 'Still to come' }

export function resultCard(broadcast: Broadcast, result: Result): Card {
  const total = result.reduce((all, { count }) => all + count, 0)
  const named = ({ state, why }: Result[number]): string =>
    state === 'skipped' ? `Left out: ${why}` : (words[state === 'planned' ? state : (why ?? '')] ?? 'Sent')
  return card(
    `Result: ${broadcast.title}`,
    facts({
      State: broadcast.state,
      ...(broadcast.sendAt ? { When: moment(broadcast.sendAt, 'full') } : {}),
      Planned: plural(total, 'creator'),
    }),
    total > 0 &&
      table(
        ['', 'Creators'],
        result.map((row) => [named(row), row.count]),
        { align: ['left', 'right'] },
      ),
    broadcast.state === 'planned' &&
      buttons({ label: 'Cancel', run: 'broadcast cancel', given: { broadcast: broadcast.id }, look: 'danger' }),
  )
}
