import type { Grant, Placement, RightsTerms } from '../db/generated/client.ts'
import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  choice,
  facts,
  image,
  link,
  moment,
  paragraph,
  person,
  small,
  strong,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import { answers, type Channel, channels, isOpen, type Side } from './rules.ts'
import { type Line, stateWords } from './rules-words.ts'

/** A licence with everything a card says about it. */
export type View = {
  grant: Grant
  creator: { personId: string; name: string; handle: string }
  /** What people call the content. */
  what: string
  url: string | null
  /** The stored file, where it is a picture. */
  picture: string | null
  terms: RightsTerms
  /** The scope in words, each clause a line. */
  lines: Line[]
  /** The whole text that is signed. */
  text: string
}

const given = ({ grant }: View) => ({ grant: grant.id })

const scopeFacts = (view: View): Block => facts(Object.fromEntries(view.lines.map(({ label, says }) => [label, says])))

const content = (view: View): (Block | false)[] => [
  view.url !== null && paragraph([link(view.url.replace(/^https:\/\/(www\.)?/, '').slice(0, 60), view.url)]),
  view.picture !== null && image({ file: view.picture }, `The content in question: ${view.what}`),
]

const versionLine = ({ terms }: View): Block =>
  small(
    text`Conditions version ${terms.version}, SHA-256 ${terms.hash.slice(0, 16)}…: the content stays the creator’s, and what is not named is not allowed.`,
  )

/** Whoever reads the card, and what they can press. */
const offerButtons = (view: View): Block =>
  buttons(
    {
      label: view.grant.offeredBy === 'brand' ? 'Sign' : 'Accept and sign',
      run: 'rights sign',
      given: { ...given(view), round: String(view.grant.round) },
      look: 'main',
    },
    { label: 'Make another offer', run: 'rights counter', given: given(view) },
    { label: 'Decline', run: 'rights decline', given: given(view), look: 'danger' },
    { label: 'Read the conditions', run: 'rights terms', given: given(view) },
  )

/** The offer before whoever answers it: every clause in words, and what a press means. */
export function offerCard(view: View): Card {
  const { grant, creator, what } = view
  const toCreator = grant.offeredBy === 'brand'
  const title = toCreator
    ? grant.renewsId === null
      ? `May we use your content? ${what}`
      : `May we use your content for longer? ${what}`
    : `${creator.name} made an offer: ${what}`
  return card(
    title,
    toCreator
      ? 'The brand asks you for the right to use your content, exactly as below and not beyond it. You decide; no is fine.'
      : paragraph(text`${person(creator.personId, creator.name)} (${creator.handle}) would grant this:`),
    ...content(view),
    scopeFacts(view),
    versionLine(view),
    small([
      toCreator
        ? `With “Sign” you agree to all of this. Your press is kept with time and text${grant.feeMinor > 0n ? ', and the fee becomes payable at once' : ''}.`
        : `The creator made this offer and is held to it. With “Accept and sign” it is a licence${grant.feeMinor > 0n ? ', and the fee is booked at once' : ''}.`,
    ]),
    offerButtons(view),
  )
}

/** What stays of an offer once it is answered. */
export const closedOfferCard = (view: View, how: string): Card =>
  card(`Rights: ${view.what}`, how, buttons({ label: 'Show licence', run: 'rights show', given: given(view) }))

/** The answer to whoever asked, countered or declined. */
export function sentCard(view: View, title: string): Card {
  const { grant, creator } = view
  const waits = answers(grant.offeredBy) === 'creator' ? creator.name : 'The brand'
  const answer = `${waits} reads all of it and signs, makes another offer or declines. You hear of it.`
  // Nobody asked for a first request, so it keeps to the one unasked message of a day.
  const first = grant.offeredBy === 'brand' && grant.round === 1
  const later = first ? ' Where today’s message is used up it comes tomorrow; in /rights list it stands now.' : ''
  const next = isOpen(grant.state) ? answer + later : 'Nothing was granted, and nothing is owed.'
  return toned(
    'good',
    card(
      title,
      facts({ Content: view.what, Creator: creator.name, State: stateWords[grant.state] ?? grant.state }),
      scopeFacts(view),
      small([next]),
      isOpen(grant.state) && buttons({ label: 'Take back', run: 'rights decline', given: given(view) }),
    ),
  )
}

const term = ({ startsAt, endsAt }: Grant): Text =>
  startsAt && endsAt ? text`${moment(startsAt, 'day')} to ${moment(endsAt, 'full')}` : ['not begun']

/** To both sides once an offer is signed. `by` is the side that signed. */
export function signedCard(view: View, by: Side): Card {
  const { grant, creator, what } = view
  return toned(
    'good',
    card(
      `Licence signed: ${what}`,
      paragraph(
        by === 'creator'
          ? text`${person(creator.personId, creator.name)} granted the rights.`
          : text`The brand accepted the offer of ${person(creator.personId, creator.name)}.`,
      ),
      facts({ Holds: term(grant), ...Object.fromEntries(view.lines.map(({ label, says }) => [label, says])) }),
      grant.feeMinor > 0n && 'The fee is payable and goes out on the next payday.',
      versionLine(view),
      buttons({ label: 'Get the evidence', run: 'rights evidence', given: given(view) }, showButton(grant)),
    ),
  )
}

const showButton = (grant: Pick<Grant, 'id'>): Button => ({
  label: 'Show licence',
  run: 'rights show',
  given: { grant: grant.id },
})

/** A dispute before the managers. */
export const disputeCard = (view: View, reason: string): Card =>
  toned(
    'warn',
    card(
      `Rights disputed: ${view.creator.name}, ${view.what}`,
      paragraph(text`${strong('What is wrong')}: ${reason}`),
      'Nothing new is placed until this is settled.',
      buttons({ label: 'Settle', run: 'rights settle', given: given(view), look: 'main' }, showButton(view.grant)),
    ),
  )

const verdicts = {
  stands: 'The licence stands',
  ends: 'The licence is over',
  revoked: 'The licence is over',
  disputed: 'Disputed',
}

/** How a dispute or a licence ended, for both; and that a dispute began. */
export const settledCard = (view: View, verdict: keyof typeof verdicts, reason: string): Card =>
  card(
    `${verdicts[verdict]}: ${view.what}`,
    paragraph(text`${strong('Why')}: ${reason}`),
    verdict === 'disputed' && 'A manager settles it and tells you why. Nothing new is placed until then.',
    (verdict === 'ends' || verdict === 'revoked') &&
      view.grant.takedownAt !== null &&
      paragraph(text`What is placed is taken down by ${moment(view.grant.takedownAt, 'day')}.`),
    buttons(showButton(view.grant)),
  )

const where = ({ place }: Placement): Text =>
  place.startsWith('https://') ? [link(place.slice('https://'.length, 80), place)] : [place]

/** Where something stands, each with a button to say that it came down. */
const standingBlocks = (standing: Placement[]): Block[] =>
  standing
    .slice(0, 10)
    .flatMap((placement): Block[] => [
      paragraph(
        text`${strong(channels[placement.channel as Channel] ?? placement.channel)}: ${where(placement)}, since ${moment(placement.since, 'day')}`,
      ),
      buttons({ label: 'It is down', run: 'rights unplace', given: { placement: placement.id } }),
    ])

/** What has to come down; done, it says so. */
export function takedownCard(view: View, standing: Placement[]): Card {
  const title = `Take down: ${view.creator.name}, ${view.what}`
  if (standing.length === 0) return toned('good', card(title, 'Everything is taken down. Thank you.'))
  const by = view.grant.takedownAt
  return toned(
    'warn',
    card(
      title,
      `${plural(standing.length, 'placement')} without a right any more.`,
      by !== null && paragraph(text`Take down by ${moment(by, 'day')}.`),
      ...standingBlocks(standing),
      standing.length > 10 && small([`… and ${standing.length - 10} more; they show here as these come down.`]),
    ),
  )
}

/** The last word on what still stands. */
export const lateCard = (view: View, standing: Placement[]): Card =>
  toned(
    'bad',
    card(
      `Still standing without a right: ${view.creator.name}, ${view.what}`,
      'The time to take it down is over.',
      ...standingBlocks(standing),
    ),
  )

type Ending = { grant: Grant; creator: string; what: string; renewing: boolean }

/** What ends soon, for one creator and one month. */
export function endingCard(rows: Ending[], side: Side): Card {
  const [first] = rows
  const whose = side === 'creator' ? 'your content' : `${first?.creator ?? ''}’s content`
  const open = rows.filter(({ renewing }) => !renewing)
  return toned(
    'warn',
    card(
      rows.length === 1 ? `The right to ${whose} ends soon: ${first?.what}` : `Rights to ${whose} end soon`,
      table(
        ['Content', 'Ends', 'Channels'],
        rows.map(({ grant, what, renewing }) => [
          renewing ? `${what} (renewal asked for)` : what,
          text`${moment(grant.endsAt!, 'day')}`,
          grant.channels.join(', '),
        ]),
      ),
      side === 'creator'
        ? 'You need to do nothing. If you would grant it again on the same terms, offer it with one press.'
        : 'One press asks the creator for the same again, for the same fee. Otherwise it comes down when it ends.',
      ...renewBlocks(open, side),
    ),
  )
}

function renewBlocks(open: Ending[], side: Side): Block[] {
  const [only] = open
  if (!only) return []
  const label = side === 'creator' ? 'Offer it again' : 'Renew'
  if (open.length === 1) return [buttons({ label, run: 'rights renew', given: { grant: only.grant.id }, look: 'main' })]
  const choices = open.slice(0, 25).map(({ grant, what }) => ({ label: what, value: grant.id }))
  return [choice(label, 'rights renew', 'grant', choices)]
}

/** The last reminder, with the end of the term. */
export const endedCard = ({ grant, creator, what, renewing }: Ending, side: Side): Card =>
  card(
    `The right has ended: ${what}`,
    side === 'creator'
      ? 'The brand may no longer use it; what is placed comes down.'
      : `${creator} granted it until now. Nothing new is placed, and feeds leave it out from this moment.`,
    renewing
      ? 'A renewal is on the table.'
      : buttons({
          label: side === 'creator' ? 'Offer it again' : 'Renew',
          run: 'rights renew',
          given: { grant: grant.id },
          look: 'main',
        }),
  )
