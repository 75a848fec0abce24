import { buttons, type Card, card, code, facts, moment, money, paragraph, small, table, text, toned } from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import { kindOf, shopName } from '../programs/rules-shops.ts'

/** A shop at the start of a sentence; one behind the signed webhook has no name of its own. */
export const theShop = (source: string): string => (source === 'generic' ? 'The shop' : shopName(source))

/** For managers: nothing more will come from this shop. */
export function shopLeftCard(source: string, at: Date, forgotten: number | undefined): Card {
  const says =
    forgotten === undefined
      ? 'No orders and refunds come from there any more, and codes can not be made or ended there. What was earned stays.'
      : `It asked to forget its shoppers: ${plural(forgotten, 'order says', 'orders say')} no longer who bought. What was earned stays.`
  return toned(
    forgotten === undefined ? 'bad' : 'warn',
    card(
      forgotten === undefined ? `${theShop(source)} removed the app` : `${theShop(source)}’s shoppers were forgotten`,
      paragraph(text`${moment(at, 'full')}. ${says}`),
      forgotten === undefined && 'If that was not meant, install it again in the shop and connect it once more.',
      buttons({ label: 'Look at the program', run: 'setup program' }),
    ),
  )
}

const howToHear: Record<string, string> = {
  shopify: 'In Shopify, subscribe the app to orders/updated as well, at the address that it has for orders/create.',
  woocommerce:
    'In WooCommerce, add a webhook for the topic Order updated, with the address and the secret of the one for Order created.',
}

/** For managers: webhooks were made by hand, and the one that tells what becomes of orders is not among them. */
export const unheardCard = (shop: string, source: string, topic: string): Card =>
  toned(
    'warn',
    card(
      `${shop} tells orders, and not what becomes of them`,
      `Its webhooks were made by hand, and ${topic} has never come. Without it refunds are missed, and creators keep the commission of what was given back.`,
      howToHear[kindOf(source)] ?? '',
      'Or connect the shop with its keys: then Troupe makes its webhooks, and asks for what they did not bring.',
      buttons({ label: 'Show shops', run: 'setup shop', look: 'main' }),
    ),
  )

export const heardCard = (shop: string, topic: string): Card =>
  toned('good', card(`${shop} tells what becomes of its orders`, `${topic} has come. Nothing is left to do.`))

type Kept = {
  id: string
  number: string
  at: Date
  base: bigint
  currency: string
  shopperId: string | null
  shopperEmail: string | null
  shopperAddress: string | null
}

const SHOWN = 15

/** For managers: all that is kept of a shopper who asked, to be passed on in the shop. */
export function shopperKeptCard(source: string, at: Date, orders: Kept[]): Card {
  const hashes = orders.some((order) => order.shopperId ?? order.shopperEmail ?? order.shopperAddress)
  return toned(
    'warn',
    card(
      'A shopper asks what is kept of them',
      paragraph(text`${theShop(source)} passed this on ${moment(at, 'day')}. Answer within 30 days, in the shop.`),
      facts({
        Orders: orders.length,
        'Name, e-mail, address': 'not kept',
        'Keyed hash of e-mail, customer id and address': hashes ? 'kept with the orders, can not be read back' : 'not kept',
        'What the shop sent': 'sealed, dropped when its time is over',
      }),
      orders.length > 0 &&
        table(
          ['Order', 'Placed', 'Net'],
          orders
            .slice(0, SHOWN)
            .map((order) => [[order.number], moment(order.at, 'day'), money({ minor: order.base, currency: order.currency })]),
          { caption: 'Their orders', align: ['left', 'left', 'right'] },
        ),
      orders.length > SHOWN && small(`… and ${orders.length - SHOWN} more orders.`),
    ),
  )
}

export type Waiting = { source: string; order: string; what: 'refund' | 'payment or cancellation' | 'dispute'; at: Date }

/** For managers: facts whose order has not come for a day. */
export function waitingCard(rows: Waiting[]): Card {
  return toned(
    'warn',
    card(
      'Something waits for its order',
      'These came from a shop more than a day ago, but the order they are about did not. They are kept and count as soon as it comes.',
      table(
        ['Since', 'What', 'Shop', 'Order'],
        rows.slice(0, SHOWN).map((row) => [moment(row.at, 'ago'), row.what, theShop(row.source), [code(row.order.slice(0, 60))]]),
      ),
      rows.length > SHOWN && small(`… and ${rows.length - SHOWN} more.`),
      small('Orders of the time before the shop was connected never come by themselves: bring them with /order import.'),
      buttons({ label: 'Import orders', run: 'order import' }, { label: 'Look at parked', run: 'parked' }),
    ),
  )
}
