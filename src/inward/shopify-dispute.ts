/** What the bank asks about a payment that went through Shopify Payments, and how it ended. */
import { z } from 'zod'
import type { OrderDisputed } from '../kernel/fact.ts'
import type { Json } from '../kernel/json.ts'
import * as piece from '../kernel/payload.ts'

/** Its kind and its reason are asked for because the topic is not signed: no other body has both. */
const dispute = z.object({
  id: piece.foreignId,
  order_id: piece.foreignId.nullish(),
  type: z.string(),
  reason: z.string(),
  status: z.string(),
  initiated_at: piece.instant.nullish(),
  finalized_on: piece.instant.nullish().catch(null),
})

/** One that ended before it became a claim was won; what was given back for it comes as that refund. */
const outcomes: Record<string, OrderDisputed['outcome']> = {
  won: 'won',
  prevented: 'won',
  charge_refunded: 'won',
  lost: 'lost',
  accepted: 'lost',
}

/** A payment without an order is no sale. While it is open it is told of as of its first day, so that a late word never undoes its end. */
export function disputed(json: Json, sentAt: string | undefined): OrderDisputed[] {
  const data = piece.readAs(dispute, json)
  if (data.order_id == null) return []
  const outcome = outcomes[data.status.toLowerCase()] ?? 'open'
  const begun = data.initiated_at ?? undefined
  // Its end has a day and no hour: what ends on its first day would seem to end before it began.
  const ended = [begun, data.finalized_on ?? sentAt]
    .filter((one) => one !== undefined)
    .sort()
    .at(-1)
  const at = outcome === 'open' ? (begun ?? sentAt) : ended
  if (!at) throw piece.wrongField(outcome === 'open' ? 'initiated_at' : 'finalized_on', 'is missing')
  return [{ type: 'order.disputed', orderId: data.order_id, disputeId: data.id, at, outcome }]
}
