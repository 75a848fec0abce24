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
