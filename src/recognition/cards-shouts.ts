import type { Shout } from '../db/generated/client.ts'
import { buttons, type Card, card, facts, link, type Part, paragraph, strong, table, text, toned } from '../kernel/card.ts'

const kindWords: Record<string, string> = { shoutout: 'Shout-out', feature: 'Feature by the brand' }
const said = ({ kind }: Pick<Shout, 'kind'>): string => kindWords[kind] ?? kind

/** For managers: what was asked, and once it is decided, what became of it. */
export function askedShoutCard(shout: Shout, asker: string, about: string): Card {
  const { id, state, words, url, why } = shout
  return card(
    state === 'asked' ? `${said(shout)}: a wish` : `${said(shout)}: ${state}`,
    facts({
      About: about,
      ...(asker === about ? {} : { 'Asked by': asker }),
      Says: words,
      ...(url === null ? {} : { Post: [link('Open', url)] }),
      ...(why === null ? {} : { Why: why }),
    }),
    state === 'asked' &&
      buttons(
        { label: 'Approve', run: 'shoutout approve', given: { shout: id }, look: 'main' },
        { label: 'Decline', run: 'shoutout decline', given: { shout: id } },
      ),
  )
}

/** In #wins, where everybody reads it. */
export const shoutCard = (shout: Shout, name: Part): Card =>
  toned(
    'good',
    card(
      shout.kind === 'feature' ? 'Featured by the brand' : 'Shout-out',
      paragraph(text`${typeof name === 'string' ? strong(name) : name}: ${shout.words}`),
      shout.url !== null && paragraph([link('See the post', shout.url)]),
    ),
  )

export const toldShoutCard = (shout: Shout, asker: boolean): Card =>
  toned('good', card(`${said(shout)} approved`, `${asker ? 'It' : 'A word about you'} is in #wins: ${shout.words}`))

export const declinedShoutCard = (shout: Shout): Card =>
  card(`${said(shout)} declined`, shout.why ?? 'The brand decided against it.', 'You can ask again for something else.')

export const askedCard = (shout: Shout): Card =>
  toned(
    'good',
    card('Asked', `The brand reads it and decides; you hear what it says. It is a wish for a ${said(shout).toLowerCase()}.`),
  )

export function shoutsCard({ rows, manager }: { rows: (Shout & { name: string })[]; manager: boolean }): Card {
  return card(
    manager ? 'Wishes that wait' : 'What you asked for',
    rows.length === 0
      ? manager
        ? 'Nothing waits for you.'
        : 'Nothing yet. Ask for a shout-out for yourself or a peer.'
      : table(
          ['About', 'What', 'Says', 'State'],
          rows.map((row) => [row.name, said(row), row.words, row.state]),
        ),
    buttons(
      !manager && { label: 'Ask for one', run: 'shoutout ask', given: { '?': 'form' }, look: 'main' },
      manager && rows[0] && { label: 'Approve the first', run: 'shoutout approve', given: { shout: rows[0].id } },
      manager && rows[0] && { label: 'Decline the first', run: 'shoutout decline', given: { shout: rows[0].id } },
    ),
  )
}
