import type { Share } from '../db/generated/client.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  code,
  divider,
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
import { cut } from '../kernel/cut.ts'
import { plural } from '../kernel/plural.ts'
import type { SharedPiece, View } from './queries.ts'
import { kindWords, type Reason, reasons, stars, THANKED, thanksWords } from './rules.ts'
import type { Consent } from './service.ts'

const WORDS_SHOWN = 1_500

const nameOf = ({ share }: View): string => share.name || 'a customer'
const ratingOf = (rating: number): string => `${stars(rating)} ${rating} of 5`

function content(view: View): Block[] {
  const { share, file, fileUrl } = view
  const shown = file?.mime.startsWith('image/')
    ? [image({ file: file.id }, `Photo sent by ${nameOf(view)}`)]
    : file && fileUrl
      ? [paragraph([link(`Open the video (${file.name})`, fileUrl)])]
      : []
  return [...shown, ...(share.words === '' ? [] : [paragraph(text`${strong('Words')}\n${cut(share.words, WORDS_SHOWN)}`)])]
}

/** What was there before: content of creators, entries of customers. */
function seenBefore({ near, twins }: View): Block[] {
  const lines: Text[] = [
    ...near.map((one) => text`Looks like what ${person(one.personId, one.name)} handed in ${moment(one.at)}.`),
    ...twins.map(({ share, same }) =>
      share.submittedAt === null
        ? []
        : text`${same ? 'The same as' : 'Looks like'} what ${share.name || 'a customer'} sent ${moment(share.submittedAt)} (${share.state}).`,
    ),
  ]
  const [first, ...more] = lines.filter((line) => line.length > 0)
  return first
    ? [paragraph(text`⚠ ${strong('Seen before')}\n${more.reduce<Text>((all, line) => text`${all}\n${line}`, first)}`)]
    : []
}

const given = ({ share }: View) => ({ share: share.id })

/** Whoever approves words alone has not seen the film that may still come. */
const wordsAlone = ({ file }: View): { seen?: string } => (file === null ? { seen: 'words' } : {})

/** The live post in #review: all that is needed to decide; decided, one line. `onward` opens the next in the queue after a decision. */
export function reviewCard(view: View, { onward = false } = {}): Card {
  const { share, file, near, twins } = view
  const decide = { ...given(view), ...(onward ? { onward: 'yes' } : {}) }
  if (share.state !== 'submitted') return decidedCard(view)
  return card(
    `From a customer: ${nameOf(view)}`,
    facts({
      Kind: file === null && share.words === '' ? 'Stars alone' : kindWords(file?.mime ?? null),
      ...(share.rating === null ? {} : { Stars: ratingOf(share.rating) }),
      ...(share.submittedAt === null ? {} : { Sent: [moment(share.submittedAt, 'ago')] }),
      Rights: 'Social, website and mail, 180 days from the approval',
      ...(share.thanks === null ? {} : { 'Thank-you code': 'Given, as to everybody who sends something' }),
    }),
    ...content(view),
    ...seenBefore(view),
    small(['What it says about the product is no reason to turn it down.']),
    buttons(
      { label: 'Approve', run: 'share approve', given: { ...decide, ...wordsAlone(view) }, look: 'main' },
      { label: 'Reject', run: 'share reject', given: decide, look: 'danger' },
      { label: 'Look', run: 'share show', given: given(view) },
      near.length + twins.length > 0 && { label: 'Compare', run: 'share compare', given: given(view) },
    ),
  )
}

/** An entry as it is looked at beside what is like it, with what may be done about it. */
export const compared = ({ id, fileId, name, state, submittedAt, createdAt, withdrawnAt }: Share) => ({
  id,
  // What was taken back is not shown any more.
  fileId: withdrawnAt === null ? fileId : null,
  who: text`${name || 'A customer'} sent this ${moment(submittedAt ?? createdAt, 'time')}:`,
  decide: state === 'submitted' && {
    label: 'Turn down as duplicate',
    run: 'share reject',
    given: { share: id, reason: 'duplicate' },
    look: 'danger' as const,
  },
})

function decidedCard(view: View): Card {
  const { share, decidedBy } = view
  const title = `From a customer: ${share.erasedAt === null ? nameOf(view) : 'deleted'}`
  if (share.withdrawnAt !== null)
    return card(
      title,
      paragraph(text`Its customer took it back ${moment(share.withdrawnAt, 'full')}. It may not be used any more.`),
    )
  const who = decidedBy ? person(decidedBy.personId, decidedBy.name) : 'a manager'
  const at = moment(share.decidedAt ?? share.createdAt, 'full')
  return share.state === 'approved'
    ? card(title, paragraph(text`Approved by ${who}, ${at}. The rights end ${moment(share.endsAt ?? share.createdAt)}.`))
    : card(title, paragraph(text`Turned down (${share.reason ?? 'other'}) by ${who}, ${at}.`))
}

/** The manager's answer after a press. */
export function answerCard(view: View, done: boolean): Card {
  const shown = decidedCard(view)
  if (!done) return toned('warn', { ...shown, title: `Already decided: ${nameOf(view)}` })
  const approved = view.share.state === 'approved'
  return toned(
    'good',
    card(
      shown.title,
      ...shown.blocks,
      approved && view.share.thanks !== null && `Show it with the words “${THANKED}”. Galleries do so by themselves.`,
      buttons(
        approved
          ? { label: 'Take it out again', run: 'share reject', given: given(view) }
          : { label: 'Approve after all', run: 'share approve', given: given(view) },
        { label: 'Show what waits', run: 'share list' },
      ),
    ),
  )
}

/** Everything about one entry, with the proof of its consent. */
export function showCard(view: View, { email, agreed }: { email: string | null; agreed: string | null }): Card {
  const { share } = view
  const consent = share.consent as Consent | null
  const decided = decidedCard(view)
  return card(
    `From a customer: ${nameOf(view)}`,
    ...(share.state === 'submitted' ? [] : decided.blocks),
    share.reason !== null && `Reason: ${reasons[share.reason as Reason] ?? share.reason}.${share.note ? ` ${share.note}` : ''}`,
    facts({
      ...(share.rating === null ? {} : { Stars: ratingOf(share.rating) }),
      ...(email === null ? {} : { 'Wants an answer at': [code(email)] }),
      ...(share.startsAt && share.endsAt ? { Rights: text`from ${moment(share.startsAt)} to ${moment(share.endsAt)}` } : {}),
      ...(share.thanks === null ? {} : { 'Thank-you code': [code(share.thanks)] }),
    }),
    ...content(view),
    ...seenBefore(view),
    divider,
    paragraph(strong('Proof of consent')),
    consent !== null &&
      facts({
        Agreed: [moment(new Date(consent.at), 'full')],
        Conditions: `Version ${consent.version}, SHA-256 ${consent.termsHash.slice(0, 16)}…`,
        'Text agreed to': `SHA-256 ${consent.textHash.slice(0, 16)}…${agreed === null ? '' : ', kept word for word'}`,
        'Of age': 'Ticked: 18 or older',
        ...(consent.ip ? { Network: consent.ip } : {}),
        ...(consent.agent ? { Browser: cut(consent.agent, 100) } : {}),
      }),
    buttons(
      (share.state === 'submitted' || share.state === 'rejected') &&
        share.erasedAt === null && {
          label: 'Approve',
          run: 'share approve',
          given: { ...given(view), ...wordsAlone(view) },
          look: 'main' as const,
        },
      share.state === 'submitted' && { label: 'Reject', run: 'share reject', given: given(view), look: 'danger' as const },
      share.state === 'approved' && { label: 'Record a use', run: 'share place', given: given(view) },
      share.state === 'approved' && { label: 'Take it out', run: 'share reject', given: given(view), look: 'danger' as const },
    ),
  )
}

/** Where it still stands although it may not. */
export const takedownCard = (view: View): Card =>
  view.standing.length === 0
    ? card(`Taken down: what ${nameOf(view)} sent`, 'Nothing of it stands anywhere any more.')
    : toned('warn', card(`Take down: what ${nameOf(view)} sent`, ...down(view)))

function down(view: View): Block[] {
  const { share, standing } = view
  const why = share.withdrawnAt === null ? 'It was taken out.' : 'Its customer took it back.'
  const rows = standing.map(({ channel, place, since }) => [channel.replaceAll('_', ' '), place, [moment(since)]])
  return [
    paragraph(share.takedownAt === null ? [why] : text`${why} It has to be gone by ${moment(share.takedownAt)}.`),
    table(['Channel', 'Where', 'Since'], rows),
    buttons(
      ...standing.slice(0, 5).map(({ id, place }) => ({
        label: standing.length === 1 ? 'Taken down' : `Taken down: ${cut(place.replace(/^https?:\/\//, ''), 24)}`,
        run: 'rights unplace',
        given: { placement: id },
      })),
    ),
  ]
}

/** What waits, oldest first; above it what has to come down. */
export function listCard(waiting: View[], total: number, toCome: View[]): Card {
  const blocks = waiting.flatMap((view): Block[] => {
    const { share, file } = view
    const rated = share.rating === null ? '' : ` · ${ratingOf(share.rating)}`
    return [
      paragraph(
        text`${strong(nameOf(view))}: ${kindWords(file?.mime ?? null)}${rated} · sent ${moment(share.submittedAt ?? share.createdAt, 'ago')}\n${cut(share.words, 140)}`,
      ),
      buttons({ label: 'Look', run: 'share show', given: given(view) }),
    ]
  })
  const urgent = toCome.flatMap((view): Block[] => [paragraph(strong(`Take down: what ${nameOf(view)} sent`)), ...down(view)])
  return card(
    `From customers: ${total === 0 ? 'nothing waits' : plural(total, 'waits', 'wait')}`,
    ...urgent,
    ...(urgent.length > 0 ? [divider] : []),
    ...(total === 0 ? ['Everything is answered.'] : blocks),
    total > waiting.length && small([`… and ${total - waiting.length} more, newer than these.`]),
    buttons(
      { label: 'Show what may be shown', run: 'share list', given: { which: 'approved' } },
      { label: 'Show the page and its QR code', run: 'share qr' },
    ),
  )
}

const LISTED = 8

/** What may be shown today on the brand's pages, newest first. */
export function approvedCard(pieces: SharedPiece[]): Card {
  const rows = pieces.slice(0, LISTED).flatMap(({ id, by, mime, rating, words, endsAt }): Block[] => {
    const rated = rating === null ? '' : ` · ${ratingOf(rating)}`
    const until = endsAt ? text` · until ${moment(endsAt)}` : []
    return [
      paragraph(text`${strong(by)}: ${kindWords(mime)}${rated}${until}\n${cut(words, 140)}`),
      buttons({ label: 'Look', run: 'share show', given: { share: id } }),
    ]
  })
  const given = pieces.some(({ disclosure }) => disclosure !== null)
  return card(
    `May be shown today: ${pieces.length}`,
    ...(rows.length === 0 ? ['Nothing of customers is approved and within its rights.'] : rows),
    pieces.length > LISTED && small([`… and ${pieces.length - LISTED} more, older than these.`]),
    given && small([`Where a code was given, the words “${THANKED}” stand beside it.`]),
    buttons({ label: 'Show what waits', run: 'share list' }),
  )
}

export type Page = { url: string; on: boolean; code?: string | undefined; percent?: number | undefined }

const thanksOf = ({ code: word, percent }: Page): string =>
  word === undefined
    ? 'None'
    : `${thanksWords({ code: word, percent })}, the same for everybody who sends something, whatever they say`

/** The address for an order mail and its picture for a parcel. */
export const qrCard = (page: Page, picture: string): Card =>
  card(
    'The page for your customers',
    !page.on && '⚠ It is closed. An admin opens it with /setup share.',
    paragraph([code(page.url)]),
    image({ file: picture }, `QR code that opens ${page.url}`),
    'Put the address into your order mail, a week or two after delivery, and the picture into the parcel.',
    facts({ 'Thank-you code': thanksOf(page) }),
    buttons({ label: 'Show what waits', run: 'share list' }, { label: 'Open the page', url: page.url }),
  )

export const setupCard = (page: Page, changed: boolean): Card => {
  const shown = card(
    changed ? 'Saved: the page for customers' : 'The page for customers',
    facts({ Page: page.on ? 'Open' : 'Closed', Address: [code(page.url)], 'Thank-you code': thanksOf(page) }),
    page.code !== undefined &&
      'Make this code in your shop: Troupe only shows it. It is disclosed on the page and beside what is published.',
    buttons(
      { label: 'Change it', run: 'setup share', given: { '?': 'form' } },
      page.on && { label: 'Show the QR code', run: 'share qr' },
    ),
  )
  return changed ? toned('good', shown) : shown
}
