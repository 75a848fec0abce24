import type { Link } from '../db/generated/client.ts'
import {
  buttons,
  type Card,
  card,
  code,
  facts,
  image,
  link as linkPart,
  moment,
  money,
  paragraph,
  small,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { discountText, offText, offUntil } from './cards-offers.ts'
import type { Running } from './rules-offers.ts'

export type Kit = {
  program: string
  name: string
  url: string
  /** The stored QR picture. */
  qr: string
  code: string
  percent: number
  /** What runs now for codes, and what a code takes off by it or by itself, in words to copy. */
  offer: Running | undefined
  off: string
  disclosure: string
  mission: { id: string; title: string; fee: { minor: bigint; currency: string } } | null
  payday: Date
}

/** One line to put under a post; the disclosure comes first, where people see it. */
export const caption = (kit: Pick<Kit, 'program' | 'url' | 'code' | 'disclosure'> & { off: string }): string =>
  `${kit.disclosure}${setOff(kit.disclosure)} My favourites from ${kit.program}: ${kit.url} (${kit.off} off with ${kit.code})`

/** A hashtag ends by itself; a plain word counts as a label only where a mark sets it off from the sentence. */
const setOff = (disclosure: string): string => (/#\S+$|[:|]$/.test(disclosure) ? '' : ' |')

/** Everything a new creator needs, pinned in their private place. */
export function kitCard(kit: Kit): Card {
  const fee = kit.mission && kit.mission.fee.minor > 0n ? text` (${money(kit.mission.fee)} when it is approved)` : []
  const until = offUntil(kit.percent, kit.offer)
  const mission: Text = kit.mission ? [kit.mission.title, ...fee] : ['None is open today. New ones come in #missions.']
  return toned(
    'good',
    card(
      `Your kit, ${kit.name}`,
      'Share the link, say the code. Both count for you.',
      facts({
        Link: [linkPart(kit.url, kit.url)],
        Code: text`${code(kit.code)} takes ${offText(kit.percent, kit.offer)} for shoppers`,
        'How to disclose': text`Begin each post with ${code(kit.disclosure)}, where people see it first.`,
        'First mission': mission,
        Payday: [moment(kit.payday)],
      }),
      until !== undefined && small(until),
      small(['A caption to copy:']),
      paragraph(code(caption(kit))),
      image({ file: kit.qr }, qrAlt(kit.url)),
      buttons(
        kit.mission
          ? { label: 'Hand in content', run: 'submit', given: { mission: kit.mission.id }, look: 'main' }
          : { label: 'See missions', run: 'mission list', look: 'main' },
        { label: 'Show earnings', run: 'earnings' },
        { label: 'Make link', run: 'link', given: { '?': 'form' } },
      ),
    ),
  )
}

/** What is left of it for whoever is in the program no longer. */
export const pastKitCard = (program: string): Card =>
  card(
    `Your kit at ${program} is put away`,
    'The link still leads shoppers to the shop, and neither it nor the code earns anything.',
  )

const qrAlt = (url: string): string => `QR code that opens ${url}`

/** The creator's links; the one in front with its QR picture. */
export function linkCard(
  shown: { link: Link; url: string; qr: string },
  all: { link: Link; url: string }[],
  offer?: Running,
): Card {
  const others = all.filter((one) => one.link.id !== shown.link.id)
  // What leads nowhere else leaves the link as it is, whatever comes after it.
  const then = offer?.destination ? offer.next?.destination : undefined
  const after = then ?? shown.link.destination
  return card(
    others.length === 0 ? 'Your link' : 'Your links',
    paragraph(code(shown.url)),
    ...(offer ? [paragraph(linkOffer(offer))] : []),
    small(
      text`${offer?.destination ? 'After that it leads' : 'Leads'} to ${linkPart(short(after), after)}${offer?.destination && !then ? ' again' : ''}. Every visit through it counts for you.`,
    ),
    image({ file: shown.qr }, qrAlt(shown.url)),
    others.length > 0 &&
      table(
        ['Link', 'Leads to'],
        others.slice(0, 20).map((one) => [code(one.url), short(one.link.destination)]),
        { caption: others.length > 20 ? `The first 20 of ${others.length} others` : 'Your other links' },
      ),
    buttons({ label: 'Make link', run: 'link', given: { '?': 'form' } }, { label: 'Show code', run: 'code' }),
  )
}

/** "Black Friday is on: 20 % off." */
const offerWords = (offer: Running): Text => {
  const off = discountText(offer)
  return off.length === 0 ? text`“${offer.name}” is on.` : text`“${offer.name}” is on: ${off}.`
}

const linkOffer = (offer: Running): Text =>
  offer.destination
    ? text`${offerWords(offer)} It leads to ${linkPart(short(offer.destination), offer.destination)} until ${moment(offer.until, 'full')}.`
    : text`${offerWords(offer)} It runs until ${moment(offer.ends, 'full')}.`

/** An address as people read it: without the scheme, at most 60 characters. */
function short(destination: string): string {
  const bare = destination.replace(/^https?:\/\//, '').replace(/\/$/, '')
  return bare.length > 60 ? `${bare.slice(0, 59)}…` : bare
}
