import {
  buttons,
  type Card,
  card,
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
import { format } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'
import { type Offered, phaseAt, type Running, takesOff } from './rules-offers.ts'

/** What managers see of an offer; `under` are its sales so far. */
export type OfferView = Offered & {
  currency: string
  until: Date
  under: { orders: number; net: bigint }
  names: ReadonlyMap<string, string>
}

/** "20 % off", "€5.00 off" or "free shipping"; nothing where it only leads somewhere. */
export const discountText = ({
  percent,
  minor,
  words,
  currency,
}: Pick<Offered, 'percent' | 'minor' | 'words' | 'currency'>): Text => {
  if (percent !== null) return text`${percent} % off`
  if (minor !== null) return text`${money({ minor, currency })} off`
  return words === null ? [] : text`${words}`
}

/** What a code takes off now: what the offer says while one runs, else its own percentage. */
export const offText = (percent: number, offer: Offered | undefined): Text =>
  offer && takesOff(offer) ? discountText(offer) : text`${percent} % off`

/** When the offer is over, and what the code takes off then; undefined while none runs. */
export const offUntil = (percent: number, offer: Running | undefined): Text | undefined =>
  offer && takesOff(offer)
    ? text`That is “${offer.name}”, until ${moment(offer.until, 'full')}. After that it takes ${offAfter(percent, offer)}.`
    : undefined

/** "10 % off again", or "20 % off by “Black Friday”" where another offer follows. */
export const offAfter = (percent: number, { next }: Running): Text =>
  next && takesOff(next) ? text`${discountText(next)} by “${next.name}”` : text`${percent} % off again`

/** What a code takes off now for a line to copy, without "off". */
export function plainOff(percent: number, offer: Offered | undefined, locale: string): string {
  if (!offer || !takesOff(offer)) return `${percent} %`
  const { minor, currency } = offer
  return minor === null ? `${offer.percent} %` : format({ minor, currency }, locale)
}

/** "everybody’s links and codes", "links of creators with the tag vip" */
function scopeText({ on, names }: OfferView): Text {
  const said = on.map(({ who, target, links, codes }) => {
    const what = links && codes ? 'links and codes' : links ? 'links' : 'codes'
    if (who === 'all') return `all ${what}`
    return who === 'tag' ? `${what} of creators with the tag ${target}` : `${what} of ${names.get(target) ?? 'one creator'}`
  })
  return text`${said.join('; ')}`
}

const states = { planned: 'planned', running: 'on now', ended: 'over' }

/** One offer, for managers; what was just done is its title. */
export function offerCard(title: string, offer: OfferView, now: Date, shops: boolean): Card {
  const { id, currency, startsAt, until, destination, minimumMinor, uses, under } = offer
  const phase = phaseAt(offer, now)
  const off = discountText(offer)
  return toned(
    phase === 'ended' ? 'plain' : 'good',
    card(
      title,
      facts({
        Offer: [offer.name],
        ...(off.length > 0 ? { Discount: off } : {}),
        ...(destination === null
          ? {}
          : { 'Links lead to': link(destination.replace(/^https?:\/\//, '').slice(0, 60), destination) }),
        ...(minimumMinor === null ? {} : { 'Orders from': money({ minor: minimumMinor, currency }) }),
        ...(uses === null ? {} : { 'Each code': [`may be used ${plural(uses, 'time')} while it runs`] }),
        From: moment(startsAt, 'full'),
        Until: moment(until, 'full'),
        On: scopeText(offer),
        State: [states[phase]],
        ...(under.orders > 0
          ? { Sales: text`${plural(under.orders, 'order')}, ${money({ minor: under.net, currency })} net` }
          : {}),
      }),
      phase !== 'ended' && takesOff(offer) && small([codeWords(shops)]),
      phase !== 'ended' &&
        offer.words !== null &&
        small(['It is told with links and codes. The shop gives it: Troupe only makes percentages and amounts.']),
      buttons(
        phase !== 'ended' && { label: 'Put it on more', run: 'offer attach', given: { offer: id, '?': 'form' } },
        phase !== 'ended' && { label: 'End it now', run: 'offer end', given: { offer: id } },
        { label: 'List offers', run: 'offer list' },
      ),
    ),
  )
}

const codeWords = (shops: boolean): string =>
  shops
    ? 'Codes are changed in the shops within minutes of its beginning, and changed back at its end. Codes that came with the roster keep their own discount.'
    : 'No shop is connected, so change the codes in your shop yourself at its beginning and its end.'

/** All offers, the last to end in front. */
export const offersCard = (offers: OfferView[], now: Date): Card =>
  card(
    'Offers',
    offers.length === 0 &&
      'There is none yet. An offer is a discount or a page for a time; links and codes follow it and stay the same.',
    offers.length > 0 &&
      table(
        ['Offer', 'Gives', 'On', 'From', 'Until', 'State', 'Orders'],
        offers.map((offer) => [
          offer.name,
          gives(offer),
          scopeText(offer),
          moment(offer.startsAt, 'full'),
          moment(offer.until, 'full'),
          states[phaseAt(offer, now)],
          String(offer.under.orders),
        ]),
        { caption: 'Offers, the last to end in front' },
      ),
    buttons(
      { label: 'Make an offer', run: 'offer create', given: { '?': 'form' }, look: 'main' },
      offers.some((offer) => phaseAt(offer, now) !== 'ended') && {
        label: 'End an offer',
        run: 'offer end',
        given: { '?': 'form' },
      },
    ),
  )

const gives = (offer: OfferView): Text => {
  const off = discountText(offer)
  return off.length > 0 ? off : text`a page`
}

export const endedOfferCard = (offer: OfferView, begun: boolean): Card =>
  card(
    begun ? `“${offer.name}” is over` : `“${offer.name}” was taken back`,
    paragraph(
      begun
        ? ['Links lead to their own pages again at once, and codes are changed back in the shops within minutes.']
        : ['It had not begun, so nothing changes.'],
    ),
    begun && 'Sales that came under it stay under it.',
    buttons({ label: 'List offers', run: 'offer list' }),
  )
