import type { Placement } from '../db/generated/client.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  code,
  facts,
  link,
  moment,
  paragraph,
  small,
  strong,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import type { View } from './cards.ts'
import type { Counts } from './counting.ts'
import type { Row, Told } from './queries.ts'
import { answers, type Channel, channels, isOpen, isSigned, type Side } from './rules.ts'
import { eventWords, stateWords } from './rules-words.ts'

type Found = { rows: Row[]; total: number; page: number }

const PAGE = 10

/** Licences, each with its state and end; `filter` is what "Next" carries along, `coverage` is for managers. */
export function grantsCard(
  { rows, total, page }: Found,
  side: Side,
  filter: Record<string, string>,
  coverage: { live: number; covered: number } | null,
): Card {
  if (total === 0)
    return card(
      'Licences',
      side === 'creator'
        ? 'Nobody has a right to your content, beyond sharing your posts. When somebody asks, you find it here and in your private place.'
        : 'No licence fits. Ask a creator with /rights request on approved content.',
    )
  const names = rows.map(({ grant, creator, what }) => [
    side === 'creator' ? what : `${creator}: ${what}`,
    stateWords[grant.state] ?? grant.state,
    grant.endsAt ? text`${moment(grant.endsAt, 'day')}` : '',
    grant.channels.map((one) => one.replaceAll('_', ' ')).join(', '),
  ])
  const twice = (what: string): boolean => rows.filter((row) => row.what === what).length > 1
  const more = total > page * PAGE
  return card(
    `Licences: ${total}`,
    table(['Content', 'State', 'Ends', 'Channels'], names),
    coverage !== null &&
      coverage.live > 0 &&
      small([`Rights coverage: ${coverage.covered} of ${plural(coverage.live, 'placement')} that stand now.`]),
    ...rows
      .filter(({ grant }) => isOpen(grant.state) || rows.length <= 5)
      .slice(0, 5)
      .map(({ grant, what }) => {
        const which = twice(what) ? ` (${(stateWords[grant.state] ?? grant.state).toLowerCase()})` : ''
        return buttons({ label: `Show ${what.slice(0, 40)}${which}`, run: 'rights show', given: { grant: grant.id } })
      }),
    more && buttons({ label: 'Next', run: 'rights list', given: { ...filter, page: String(page + 1) } }),
  )
}

const by = ({ name, side, personId }: Told): string => (personId === null ? 'Troupe' : `${name} (${side})`)

function history(events: Told[]): Block {
  const rows = events.map((event) => [
    text`${moment(event.at, 'full')}`,
    `${by(event)}: ${eventWords(event.kind)}`,
    event.note ?? '',
  ])
  return table(['When', 'What', 'Note'], rows, { caption: 'History' })
}

const spot = ({ place }: Placement): Text =>
  place.startsWith('https://') ? [link(place.slice('https://'.length, 60), place)] : [place]

const number = (count: bigint | null | undefined): string => (count == null ? 'n/a' : String(count))

const placed = (placements: Placement[], counts: Map<string, Counts>, now: Date): Block[] => {
  if (placements.length === 0) return [small(['It is placed nowhere yet.'])]
  const rows = placements
    .slice(0, 20)
    .map((placement) => [
      channels[placement.channel as Channel] ?? placement.channel,
      spot(placement),
      text`${moment(placement.since, 'day')}`,
      placement.until ? text`${moment(placement.until, 'day')}` : 'now',
      `${number(counts.get(placement.id)?.views)} · ${number(counts.get(placement.id)?.clicks)}`,
    ])
  const live = placements.filter(({ until }) => until === null || until > now)
  return [
    table(['Channel', 'Where', 'Since', 'Until', 'Views · clicks'], rows, { caption: 'Placements' }),
    small([`${plural(live.length, 'placement')} standing now.`]),
  ]
}

/** A licence in full: every clause, its conditions, what happened, where the content stands, and what can be done now. */
export function licenceCard(
  view: View,
  events: Told[],
  { placements, counts }: { placements: Placement[]; counts: Map<string, Counts> },
  side: Side,
  now: Date,
): Card {
  const { grant, creator, what, terms, lines } = view
  return card(
    `Licence: ${what}`,
    facts({
      Creator: `${creator.name} (${creator.handle})`,
      State: stateWords[grant.state] ?? grant.state,
      ...(grant.startsAt && grant.endsAt
        ? { Holds: text`${moment(grant.startsAt, 'day')} to ${moment(grant.endsAt, 'full')}` }
        : {}),
      ...(grant.takedownAt ? { 'Take down by': moment(grant.takedownAt, 'day') } : {}),
      ...Object.fromEntries(lines.map(({ label, says }) => [label, says])),
      Conditions: text`version ${terms.version}, SHA-256 ${code(terms.hash)}`,
    }),
    history(events),
    ...placed(placements, counts, now),
    acts(view, side),
  )
}

function acts({ grant }: View, side: Side): Block {
  const given = { grant: grant.id }
  const mine = isOpen(grant.state) && answers(grant.offeredBy) === side
  const signed = grant.signedAt !== null
  const renewable = ['granted', 'expiring', 'expired'].includes(grant.state)
  const ends = ['granted', 'expiring', 'renewed'].includes(grant.state)
  return buttons(
    mine && { label: 'Sign', run: 'rights sign', given: { ...given, round: String(grant.round) }, look: 'main' },
    mine && { label: 'Make another offer', run: 'rights counter', given },
    isOpen(grant.state) && { label: mine ? 'Decline' : 'Take back', run: 'rights decline', given },
    side === 'brand' &&
      isSigned(grant.state) &&
      grant.state !== 'expired' && { label: 'Place', run: 'rights place', given: { submission: grant.submissionId } },
    renewable && { label: side === 'brand' ? 'Renew' : 'Offer it again', run: 'rights renew', given },
    side === 'brand' && grant.state === 'disputed' && { label: 'Settle', run: 'rights settle', given, look: 'main' },
    side === 'creator' && ends && { label: 'Dispute', run: 'rights dispute', given },
    ends && { label: side === 'brand' ? 'Give it back' : 'Take it back', run: 'rights revoke', given, look: 'danger' },
    signed && { label: 'Get the evidence', run: 'rights evidence', given },
  )
}

/** The conditions in full. `mayWrite` offers an admin to publish the next version. */
export const termsCard = (
  terms: { version: number; text: string; hash: string; publishedAt: Date },
  mayWrite: boolean,
  title = `Conditions of licences, version ${terms.version}`,
): Card =>
  card(
    title,
    ...terms.text.split('\n').filter((line) => line.trim() !== ''),
    small(text`Published ${moment(terms.publishedAt, 'day')}. SHA-256 ${code(terms.hash)}`),
    mayWrite &&
      small([
        'Publish the next version with /rights terms text. What was signed before, and what is on the table, keeps its version.',
      ]),
  )

/** Where the content was placed, or came down. */
export function placementCard(placement: Placement, what: string, endsAt: Date | null, counts?: Counts): Card {
  const down = placement.until !== null && endsAt === null
  const given = { placement: placement.id }
  return toned(
    'good',
    card(
      down ? `Taken down: ${what}` : `Placed: ${what}`,
      facts({
        Channel: channels[placement.channel as Channel] ?? placement.channel,
        Where: spot(placement),
        Since: moment(placement.since, 'day'),
        ...(placement.until ? { Until: moment(placement.until, 'day') } : {}),
        ...(counts ? brought(counts) : {}),
      }),
      counts?.url != null &&
        small(['Let it lead to this link: its clicks are counted, and what it sells counts for its creator.']),
      endsAt !== null && paragraph(text`${strong('The licence ends')} ${moment(endsAt, 'full')}; you are reminded before.`),
      !down &&
        buttons(
          { label: 'It is down', run: 'rights unplace', given },
          counts !== undefined && { label: 'Give its numbers', run: 'metrics place', given: { ...given, '?': 'form' } },
        ),
    ),
  )
}

const brought = ({ views, clicks, url, typed }: Counts): Record<string, Text> => ({
  ...(url === null ? {} : { 'Tracked link': [code(url)] }),
  Views: [number(views)],
  Clicks: [number(clicks)],
  ...(typed === null ? {} : { 'Numbers given': [moment(typed, 'day')] }),
})

/** Two addresses that open the evidence. */
export const evidenceCard = (what: string, urls: { pdf: string; json: string }): Card =>
  card(
    `Evidence: ${what}`,
    'Who agreed to what, when, through which message, in which words, and the hashes of the content. Each link opens once, as you.',
    buttons({ label: 'Open PDF', url: urls.pdf }, { label: 'Open JSON', url: urls.json }),
  )
