import { buttons, type Card, card, code, money, paragraph, text, toned } from '../kernel/card.ts'
import type { Money } from '../kernel/money.ts'
import type { Seen } from './cards.ts'

type ForeignRefund = { id: string; base: bigint; currency: string; externalId: string }

/** For managers: a refund in another currency than its order changes nothing until someone looks. */
export const foreignRefundCard = (order: Seen, refund: ForeignRefund): Card =>
  toned(
    'warn',
    card(
      `A refund of order ${order.number} waits`,
      paragraph(
        text`Refund ${code(refund.externalId)} is ${money({ minor: refund.base, currency: refund.currency })}, but the order is in ${order.currency}. It was kept and took nothing back; say what it comes to in ${order.currency}.`,
      ),
      buttons(
        { label: 'Settle it', run: 'order settle', given: { refund: refund.id }, look: 'main' },
        { label: 'Explain', run: 'why', given: { order: order.id } },
      ),
    ),
  )

type Settled = { order: Seen; refund: ForeignRefund; minor: bigint; name: string; taken: Money | null }

/** For managers: what a foreign refund was settled with, and what that took of the commission. */
export const settledRefundCard = ({ order, refund, minor, name, taken }: Settled): Card =>
  toned(
    'good',
    card(
      `The refund of order ${order.number} is settled`,
      paragraph(
        text`Refund ${code(refund.externalId)} of ${money({ minor: refund.base, currency: refund.currency })} counts as ${money({ minor, currency: order.currency })}, as ${name} said.`,
      ),
      taken === null || taken.minor === 0n
        ? 'It takes nothing of a commission.'
        : paragraph(text`${money(taken)} of the commission was taken back.`),
      buttons({ label: 'Explain', run: 'why', given: { order: order.id } }),
    ),
  )

/** For managers: a shop gave more back than there was. */
export const overRefundCard = (order: Seen): Card =>
  toned(
    'warn',
    card(
      `More was given back than order ${order.number} was worth`,
      paragraph(
        text`Its base is ${money({ minor: order.base, currency: order.currency })}. All of its commission was taken back and no more; please look at its refunds in the shop.`,
      ),
      buttons({ label: 'Explain', run: 'why', given: { order: order.id } }),
    ),
  )

type Doubt = Record<'sum' | 'failed', { base: bigint; currency: string; payment: string | null }>

/** For managers: after a refund failed a shop tells a larger sum so far, and may have left the failed one in it. */
export const doubtfulRefundCard = (order: Seen, { sum, failed }: Doubt): Card =>
  toned(
    'warn',
    card(
      `Order ${order.number} has a refund after one that failed`,
      paragraph(
        text`Of payment ${code(sum.payment ?? '')} the shop says that ${money({ minor: sum.base, currency: sum.currency })} was given back so far, and before that a refund of ${money({ minor: failed.base, currency: failed.currency })} failed. The commission of the whole sum was taken back.`,
      ),
      'Look at this payment in the shop. If less than that reached the shopper, give its creator the difference with /bonus give.',
      buttons({ label: 'Explain', run: 'why', given: { order: order.id } }),
    ),
  )
