/**
 * A creator's own account at Stripe, made through the brand's: an Express account that may receive transfers, and a link to Stripe's own
 * form. Stripe asks for identity and bank; we keep the account's id and what Stripe says of it. A link works once, for minutes, and is
 * never kept. https://docs.stripe.com/api/accounts/create, https://docs.stripe.com/api/account_links/create
 */
import { z } from 'zod'
import type { Reach, ShopReply, Talk } from '../outward.ts'
import { failure, request } from './rules-stripe.ts'

export type AccountWish = { programId: string; creatorId: string; country: string; email: string }

export type AccountState = {
  submitted: boolean
  chargesEnabled: boolean
  payoutsEnabled: boolean
  transfers: string
  due: number
}

const account = z.object({
  id: z.string(),
  details_submitted: z.boolean().nullish(),
  charges_enabled: z.boolean().nullish(),
  payouts_enabled: z.boolean().nullish(),
  capabilities: z.object({ transfers: z.string().nullish() }).nullish(),
  requirements: z.object({ currently_due: z.array(z.string()).nullish() }).nullish(),
})
const link = z.object({ url: z.url({ protocol: /^https?$/ }) })

/** Makes the account; the same wish again finds the same one. Gives its id. */
export function* sayAccount(reach: Reach, { programId, creatorId, country, email }: AccountWish): Talk<string> {
  const form = {
    type: 'express',
    country,
    ...(email === '' ? {} : { email }),
    'capabilities[transfers][requested]': 'true',
    'metadata[troupe]': creatorId,
    'metadata[program]': programId,
  }
  return read(account, yield request(reach, 'accounts', form, `troupe-account:${creatorId}:${country}`)).id
}

/** A link to Stripe's form; `back` is where it leads when it is done, `again` when it has run out. */
export function* sayOnboarding(reach: Reach, id: string, back: string, again: string): Talk<string> {
  const form = { account: id, return_url: back, refresh_url: again, type: 'account_onboarding' }
  return read(link, yield request(reach, 'account_links', form)).url
}

/** What Stripe says of the account now. */
export function* sayState(reach: Reach, id: string): Talk<AccountState> {
  const said = read(account, yield request(reach, `accounts/${encodeURIComponent(id)}`))
  return {
    submitted: said.details_submitted ?? false,
    chargesEnabled: said.charges_enabled ?? false,
    payoutsEnabled: said.payouts_enabled ?? false,
    transfers: said.capabilities?.transfers ?? 'inactive',
    due: said.requirements?.currently_due?.length ?? 0,
  }
}

function read<T>(shape: z.ZodType<T>, { json, status }: ShopReply): T {
  const found = shape.safeParse(json)
  if (status === 200 && found.success) return found.data
  const said = failure.safeParse(json)
  throw new Error(`Stripe answered with ${status}: ${(said.data?.error.message ?? 'no reason given').slice(0, 200)}`)
}

/** Whether money that is sent to it arrives and can be had. */
export const isReady = ({ payoutsEnabled, transfers }: AccountState): boolean => payoutsEnabled && transfers === 'active'

/** What stands, in words for its owner. */
export function stateWords(state: AccountState): string {
  const { submitted, due } = state
  if (isReady(state)) return 'Stripe is ready: it can receive transfers and pay them out to you.'
  if (!submitted) return 'The setup with Stripe is not finished. Press the button to go on where you were.'
  return due > 0
    ? `Stripe still asks for ${due === 1 ? 'one thing' : `${due} things`}. Press the button to see what.`
    : 'Stripe is looking at what you gave. That takes minutes, now and then a day; look here again later.'
}
