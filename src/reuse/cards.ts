import type { Gallery } from '../db/generated/client.ts'
import {
  buttons,
  type Card,
  card,
  choice,
  code,
  facts,
  link,
  moment,
  money,
  paragraph,
  small,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import type { Addresses } from './feeds.ts'
import type { Piece, Shown } from './queries.ts'
import { type Brought, ENOUGH_CLICKS, ENOUGH_VIEWS, firstLine, type Lift } from './rules.ts'

const given = (gallery: Gallery) => ({ gallery: gallery.id })

const sayRule = ({ tag }: Gallery, mission: string | null): string => {
  const parts = [tag === null ? '' : `about #${tag}`, mission === null ? '' : `made for “${mission}”`].filter(Boolean)
  return parts.length === 0 ? 'What you add by hand' : `Licensed content ${parts.join(', ')}, by itself`
}

const ROWS = 10

export type GalleryView = {
  gallery: Gallery
  mission: string | null
  pieces: Piece[]
  shown: Shown[]
  addresses: Addresses
  pass: string
  script: string
}

/** How a gallery stands: what it shows by which licence, what it does not show and why, and how it gets onto a page. */
export function galleryCard(view: GalleryView, title = `Gallery “${view.gallery.name}”`): Card {
  const { gallery, shown, pieces, addresses, pass, script } = view
  if (gallery.closedAt !== null) return card(title, 'This gallery is closed; it shows nothing, wherever it is embedded.')
  const origin = new URL(script).origin
  // What customers agreed to stands on their own page and has no card of its own.
  const licensed = shown
    .filter(({ licence, submissionId }) => licence.id !== submissionId)
    .map((one) => ({ label: labelOf(one), value: one.licence.id }))
  const hidden = pieces.filter(({ id, out }) => !out && !shown.some((one) => one.id === id))
  return card(
    title,
    facts({
      Shows: [shown.length === 0 ? 'Nothing yet' : plural(shown.length, 'piece')],
      Takes: [sayRule(gallery, view.mission)],
      'Leads to': [
        link(gallery.page, gallery.page),
        gallery.earns ? ', through each creator’s own link' : ', without a creator’s link',
      ],
      Shown: [gallery.country === null ? 'Everywhere, so licences for single countries don’t count' : `In ${gallery.country}`],
    }),
    shown.length > 0 &&
      table(
        ['Content', 'Licence until'],
        shown.slice(0, ROWS).map((one) => [[one.alt], [one.licence.endsAt ? moment(one.licence.endsAt) : '']]),
      ),
    ...hidden.slice(0, 5).map((piece) => paragraph([`Not shown, ${piece.name}: ${whyHidden(piece)}`])),
    paragraph(text`On your page: ${code(`<script src="${script}" data-gallery="${pass}" defer></script>`)}`),
    paragraph(
      text`Or as a frame: ${code(`<iframe src="${addresses.page}" title="${attribute(gallery.name)}" loading="lazy" width="100%" height="600"></iframe>`)}`,
    ),
    small(text`${link('See it', addresses.page)} · ${link('JSON feed', addresses.json)} · ${link('RSS', addresses.rss)}`),
    small(
      text`If your page has a Content-Security-Policy, add ${code(origin)} to script-src, connect-src, img-src and media-src (for the frame: frame-src).`,
    ),
    licensed.length > 0 && choice('Show a licence', 'rights show', 'grant', licensed.slice(0, 25)),
    buttons(
      { label: 'Add content', run: 'gallery add', given: given(gallery), look: 'main' },
      { label: 'See what it brings', run: 'gallery lift', given: given(gallery) },
    ),
  )
}

const labelOf = ({ alt }: Shown): string => [...alt].slice(0, 75).join('')
const attribute = (words: string): string => words.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

function whyHidden(piece: Piece): string {
  if (!piece.judged.ok) return piece.judged.sentence
  if (!piece.approved) return 'it is not approved any more.'
  if (piece.ended) return 'it was taken down.'
  return piece.placementId === null
    ? 'there is no picture or film of it, or it comes within a minute.'
    : 'there is nothing to show.'
}

export const addedCard = (gallery: Gallery, piece: Piece): Card =>
  toned(
    'good',
    card(
      `Added to “${gallery.name}”`,
      piece.judged.ok &&
        paragraph(
          text`It stands there until ${moment(piece.judged.licence.endsAt!)}, by its licence, and falls out by itself then.`,
        ),
      buttons(
        { label: 'Show the gallery', run: 'gallery show', given: given(gallery) },
        {
          label: 'Take it out',
          run: 'gallery remove',
          given: { ...given(gallery), [piece.submissionId.startsWith('shr_') ? 'share' : 'submission']: piece.submissionId },
        },
      ),
    ),
  )

export const removedCard = (gallery: Gallery): Card =>
  card(
    `Taken out of “${gallery.name}”`,
    'It is not shown any more.',
    buttons({ label: 'Show the gallery', run: 'gallery show', given: given(gallery) }),
  )

export const closedCard = (gallery: Gallery): Card =>
  card(
    `Closed “${gallery.name}”`,
    'It shows nothing any more. You can take the script or the frame off your page when it suits you.',
  )

export function listCard(rows: { gallery: Gallery; shown: number }[]): Card {
  if (rows.length === 0)
    return card(
      'No galleries yet',
      'A gallery shows creators’ content on your product pages, as long as their licences cover that.',
      buttons({ label: 'Create a gallery', run: 'gallery create', look: 'main' }),
    )
  return card(
    'Galleries',
    table(
      ['Name', 'Shows', 'Leads to'],
      rows.slice(0, 20).map(({ gallery, shown }): Text[] => [[gallery.name], [String(shown)], [gallery.page]]),
      {
        align: ['left', 'right', 'left'],
      },
    ),
    choice(
      'Show a gallery',
      'gallery show',
      'gallery',
      rows.slice(0, 25).map(({ gallery }) => ({ label: gallery.name.slice(0, 75), value: gallery.id })),
    ),
    buttons({ label: 'Create a gallery', run: 'gallery create' }),
  )
}

const percent = (rate: number | null): string => (rate === null ? 'Not enough data' : `${(rate * 100).toFixed(1)} %`)

export type LiftView = {
  gallery: Gallery
  days: number
  brought: Brought
  lift: Lift
  best: { name: string; brought: Brought }[]
  currency: string
}

/** What a gallery brought; rates only where there is enough to tell them from chance. */
export function liftCard({ gallery, days, brought, lift, best, currency }: LiftView): Card {
  const { views, clicks, tracked, orders, netMinor } = brought
  return card(
    `“${gallery.name}”, last ${days} days`,
    facts({
      Seen: [`${views}`],
      Clicked: [`${clicks}`],
      'Clicks per view': [percent(lift.clickRate)],
      ...(gallery.earns
        ? {
            'Visits through its links': [`${tracked}`],
            Orders: [`${orders}`],
            'Net sales': [money({ minor: netMinor, currency })],
            'Orders per visit': [percent(lift.orderRate)],
            'Beside the creators’ other links': [lift.lift === null ? 'Not enough data' : sayLift(lift.lift)],
          }
        : {}),
    }),
    best.length > 0 &&
      table(
        ['Content', 'Seen', 'Clicked', 'Orders'],
        best.map((row) => [[row.name], row.brought.views, row.brought.clicks, row.brought.orders]),
        {
          align: ['left', 'right', 'right', 'right'],
        },
      ),
    !gallery.earns && small(['Its links carry no creator, so orders are not known.']),
    small([
      `Each visitor counts once an hour, without a cookie. Rates need ${ENOUGH_VIEWS} views or ${ENOUGH_CLICKS} visits. It compares; it proves no cause.`,
    ]),
    buttons({ label: 'Show the gallery', run: 'gallery show', given: given(gallery) }),
  )
}

const sayLift = (lift: number): string =>
  Math.abs(lift) < 0.005 ? 'The same' : `${Math.abs(lift * 100).toFixed(0)} % ${lift > 0 ? 'more' : 'fewer'} orders per visit`

type Out = { who: string; sentence: string }[]

/** A made file, with what was left out of it and why. */
export function exportCard(title: string, says: string, { url, label }: { url: string; label: string }, left: Out): Card {
  return toned(
    left.length > 0 ? 'warn' : 'good',
    card(
      title,
      says,
      left.length > 0 && `Left out: ${left.length}`,
      ...left.slice(0, 10).map(({ who, sentence }) => small([`${firstLine(who)}: ${sentence}`])),
      buttons({ label, url }),
      small(['The link opens once, as you.']),
    ),
  )
}

export const reelsCard = (count: number, csv: string, json: string): Card =>
  count === 0
    ? card('No live videos yet', 'A video is in this list once its creator has given the address of the post with /live.')
    : toned(
        'good',
        card(
          `${count} live ${count === 1 ? 'video' : 'videos'}`,
          'With their addresses, numbers as far as known, and the rights you have today.',
          buttons({ label: 'Open as CSV', url: csv }, { label: 'Open as JSON', url: json }),
          small(['Each link opens once, as you.']),
        ),
      )
