/**
 * Store credit as a gift card of the shop. Shopify shows a card's code once, so it is ours: derived from the payment with our key, it is
 * the same at every try and nobody can guess it. A code that is taken can only be the card of an earlier try.
 */
import { z } from 'zod'
import { listOf, readAs } from '../kernel/payload.ts'
import { type GiftCard, type GiftWish, type Reach, refusedBy, type Talk } from '../outward.ts'
import { ask, FIX, problem } from './shopify-ask.ts'

const SHOP = 'query money { shop { currencyCode } }'
const CREATE = `mutation gift($input: GiftCardCreateInput!) {
  giftCardCreate(input: $input) { giftCard { id } userErrors { field code message } }
}`
const money = z.object({ shop: z.object({ currencyCode: z.string() }) })
const made = z.object({
  giftCardCreate: z.object({ giftCard: z.object({ id: z.string() }).nullish(), userErrors: listOf(problem) }),
})

/** Makes the card, or finds that it was made. A card is in the shop's own currency, so another one is refused. */
export function* giftCard(reach: Reach, wish: GiftWish): Talk<GiftCard> {
  const { currencyCode } = readAs(money, yield* ask(reach, SHOP, {})).shop
  if (currencyCode !== wish.currency)
    return { kind: 'refused', why: `The shop’s gift cards are in ${currencyCode}, and this payment is in ${wish.currency}.` }
  const input = { initialValue: wish.amount, code: wish.code, note: wish.note }
  const { giftCard: card, userErrors } = readAs(made, yield* ask(reach, CREATE, { input })).giftCardCreate
  if (card) return { kind: 'arrived', ref: card.id }
  if (userErrors.some((one) => one.code === 'TAKEN' || /already been taken/i.test(one.message)))
    return { kind: 'arrived', ref: `code …${wish.code.slice(-4)}` }
  throw refusedBy('Shopify', userErrors[0]?.message ?? 'no reason given', FIX)
}
