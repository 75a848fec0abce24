import { buttons, type Card, card, code, facts, moment, money, paragraph, small, type Text, text, toned } from '../kernel/card.ts'
import { subtract } from '../kernel/money.ts'
import { type Working, working } from '../ledger/cards-working.ts'

export type Sale = Working & {
  orderId: string
  number: string
  first: boolean
  lead: boolean
  /** The network that pays it, for a mirror. */
  paidBy: string | null
  availableAt: Date | null
  /** Why a case withholds it, each reason once; null where none does. */
  held: readonly string[] | null
}

/** The post in a creator's private place after a sale; shown again when money is given back, withheld or let go. */
export function saleCard(sale: Sale): Card {
  const { orderId, number, first, lead, paidBy, booked, reversed, held } = sale
  const left = subtract(booked, reversed)
  const gone = left.minor === 0n && booked.minor > 0n
  const what = lead ? 'Lead' : 'Order'
  const shown = card(
    gone ? goneTitle(sale) : held ? `${soldTitle(first, lead)} It waits for a look.` : soldTitle(first, lead),
    paragraph(gone ? goneWords(sale) : text`${what} ${number} ${held ? 'would earn' : 'earns'} you ${money(left)}.`),
    !gone &&
      held !== null &&
      `It is held, because ${held.join('; ')}. It has no day of payment until somebody has looked; you hear what they decide.`,
    facts({ Arithmetic: working(sale), ...(gone ? {} : { [paidBy === null ? 'Payable' : 'Paid']: payableOf(sale) }) }),
    buttons({ label: 'Explain', run: 'why', given: { order: orderId } }, { label: 'See earnings', run: 'earnings' }),
  )
  return gone ? shown : toned(held ? 'warn' : 'good', shown)
}

/** Later sales of a day, newest first, each with its arithmetic; edited as they come. */
export function daySalesCard(day: string, sales: readonly Sale[], more: number): Card {
  const [newest] = sales
  return toned(
    'good',
    card(
      `You sold more on ${day}`,
      ...sales.flatMap((sale) => {
        const left = subtract(sale.booked, sale.reversed)
        const gone = left.minor === 0n && sale.booked.minor > 0n
        const earns = sale.held ? 'would earn' : 'earns'
        return [
          paragraph(gone ? goneWords(sale) : text`Order ${sale.number} ${earns} you ${money(left)}.`),
          small(working(sale)),
          sale.held !== null && small(`It is held, because ${sale.held.join('; ')}.`),
        ]
      }),
      more > 0 && small(`… and ${more} more; /earnings has them all.`),
      buttons(newest && { label: 'Explain the newest', run: 'why', given: { order: newest.orderId } }, {
        label: 'See earnings',
        run: 'earnings',
      }),
    ),
  )
}

function payableOf({ paidBy, held, availableAt }: Sale) {
  if (paidBy !== null) return `by ${paidBy} itself`
  if (held) return 'not before somebody has looked'
  return availableAt ? text`${moment(availableAt, 'day')}, when its hold ends` : 'now'
}

const goneTitle = ({ lead, forfeited }: Sale): string =>
  forfeited.minor > 0n ? 'A commission was taken back' : lead ? 'A lead was turned down' : 'A sale was given back'

function goneWords({ lead, forfeited, number }: Sale): Text {
  if (forfeited.minor > 0n)
    return text`A case about ${lead ? 'lead' : 'order'} ${number} was decided, and nothing is left of its commission.`
  return text`${lead ? `Lead ${number} does not count after all` : `The shopper of order ${number} got the money back`}, so nothing is left of its commission.`
}

const soldTitle = (first: boolean, lead: boolean): string =>
  lead ? 'You brought a lead' : first ? 'You sold: your first sale!' : 'You sold'

export type Seen = { id: string; number: string; base: bigint; currency: string }

/** For managers: an order nobody can be credited for until its currency has a rate. */
export const uncreditedCard = (order: Seen, booked: string): Card =>
  toned(
    'warn',
    card(
      `Order ${order.number} is not credited`,
      paragraph(
        text`Its base is ${money({ minor: order.base, currency: order.currency })}, and this program books in ${booked}. It waits for the rate of its day, and nothing is lost.`,
      ),
      buttons(
        { label: 'Enter rate', run: 'setup currency', given: { currency: order.currency, '?': 'form' }, look: 'main' },
        { label: 'Explain', run: 'why', given: { order: order.id } },
      ),
    ),
  )

/** For managers: a network reports sales of somebody whom nobody here is known to be. */
export const unknownPartnerCard = ({ source, number }: { source: string; number: string }, key: string): Card =>
  toned(
    'warn',
    card(
      `${source} reports sales of an unknown partner`,
      paragraph(
        text`${source} calls the creator ${code(key)}, as with order ${number}. Its orders wait, and are shown to the creator once the name is tied to one.`,
      ),
      buttons({ label: 'Say who it is', run: 'creator network', given: { network: source, key, '?': 'form' }, look: 'main' }),
    ),
  )
