/**
 * A payment as a transfer to a connected Stripe account. A payment is one transfer for ever: it goes out under its own key, in a group
 * and with a mark of its own, and whoever is not sure whether it was heard asks for the group before sending it again. What Stripe
 * refuses outright has moved nothing.
 */
import { z } from 'zod'
import type { Json } from '../kernel/json.ts'
import type { Money } from '../kernel/money.ts'
import { toStripe } from '../kernel/stripe-money.ts'
import type { Reach, ShopReply, ShopRequest, Talk } from '../outward.ts'

export type TransferWish = {
  /** The payment's id. */
  payment: string
  reference: string
  money: Money
  /** acct_… */
  account: string
  program: string
  /** An earlier try may have reached Stripe. */
  again: boolean
}

export type Verdict = { kind: 'arrived'; ref: string } | { kind: 'refused'; why: string }

/** A question, or with a form something to be made; what is asked again under one key is made once. */
export function request({ base, keys, settings }: Reach, path: string, form?: Record<string, string>, key?: string): ShopRequest {
  const headers = {
    authorization: `Bearer ${keys.key ?? ''}`,
    'stripe-version': settings.stripeVersion,
    ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  }
  const url = `${base}/v1/${path}`
  return form === undefined
    ? { method: 'GET', url, headers }
    : { method: 'POST', url, headers, body: new URLSearchParams(form).toString() }
}

const transfer = z.object({ id: z.string(), metadata: z.record(z.string(), z.string()).nullish() })
const transfers = z.object({ data: z.array(transfer) })
export const failure = z.object({ error: z.object({ code: z.string().nullish(), message: z.string().nullish() }) })

/** Sends the transfer, or finds the one that was sent. Throws where nobody knows what became of it: then it is asked for again. */
export function* sayTransfer(reach: Reach, wish: TransferWish): Talk<Verdict> {
  if (wish.again) {
    const found = yield* findTransfer(reach, wish)
    if (found !== undefined) return { kind: 'arrived', ref: found }
  }
  const amount = toStripe(wish.money)
  if (amount === undefined)
    return { kind: 'refused', why: 'Stripe counts this currency in larger steps. Choose another way of payment.' }
  const form = {
    amount,
    currency: wish.money.currency.toLowerCase(),
    destination: wish.account,
    transfer_group: wish.payment,
    description: `${wish.program} ${wish.reference}`,
    'metadata[payment]': wish.payment,
  }
  const reply = yield request(reach, 'transfers', form, wish.payment)
  if (reply.status === 200) return { kind: 'arrived', ref: read(transfer, reply).id }
  const said = failure.safeParse(reply.json as Json)
  const { code, message } = said.success ? said.data.error : { code: '', message: '' }
  // Another try of ours is under way there, or the answer is none of Stripe's: nobody knows yet.
  if (!said.success || reply.status === 409 || reply.status === 408) throw new Error(`Stripe answered with ${reply.status}.`)
  return { kind: 'refused', why: (code && words[code]) || `Stripe refused it: ${(message ?? code ?? '').slice(0, 150)}` }
}

function* findTransfer(reach: Reach, { payment }: TransferWish): Talk<string | undefined> {
  const asked = new URLSearchParams({ transfer_group: payment, limit: '10' })
  const reply = yield request(reach, `transfers?${asked}`)
  if (reply.status !== 200) throw new Error(`Stripe answered with ${reply.status} to the question for a transfer.`)
  return read(transfers, reply).data.find((one) => one.metadata?.payment === payment)?.id
}

function read<T>(shape: z.ZodType<T>, { json }: ShopReply): T {
  const found = shape.safeParse(json)
  if (!found.success) throw new Error('Stripe answered with something that is no transfer.')
  return found.data
}

/** What a refusal means for the creator. */
const words: Record<string, string> = {
  balance_insufficient:
    'The program’s Stripe balance was too low. There is nothing for you to mend; it is paid with the next batch.',
  insufficient_capabilities_for_transfer: 'Your Stripe account can’t receive transfers yet. Finish its setup with Stripe.',
  account_invalid: 'Stripe does not know the account in your details.',
  resource_missing: 'Stripe does not know the account in your details.',
  transfers_not_allowed: 'Your Stripe account can’t receive transfers yet. Finish its setup with Stripe.',
}
