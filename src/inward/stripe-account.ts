/** What Stripe says of a creator's own account there, whether it was asked or tells it by itself. https://docs.stripe.com/api/accounts/object */
import { z } from 'zod'
import type { AccountChanged } from '../kernel/fact.ts'
import type { Json } from '../kernel/json.ts'
import * as piece from '../kernel/payload.ts'

const account = z.object({
  id: piece.foreignId,
  details_submitted: z.boolean().nullish(),
  charges_enabled: z.boolean().nullish(),
  payouts_enabled: z.boolean().nullish(),
  capabilities: z.object({ transfers: z.string().max(40).nullish() }).nullish(),
  requirements: z.object({ currently_due: z.array(z.string()).nullish() }).nullish(),
})

/** The account is named by the hash alone: facts are kept for ever, and where somebody is paid is kept sealed. */
export function accountChanged(json: Json, at: string, hash: (plain: string) => string): AccountChanged[] {
  const said = piece.readAs(account, json)
  return [
    {
      type: 'account.changed',
      account: hash(said.id),
      at,
      submitted: said.details_submitted ?? false,
      chargesEnabled: said.charges_enabled ?? false,
      payoutsEnabled: said.payouts_enabled ?? false,
      transfers: said.capabilities?.transfers ?? 'inactive',
      due: said.requirements?.currently_due?.length ?? 0,
    },
  ]
}
