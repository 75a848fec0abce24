/**
 * Shopify's client credentials grant. An app that was made since January 2026 shows no access token: its client ID and client secret
 * fetch one that opens for a day. It is given for shops of the app's own organization in which the app is installed.
 */
import { z } from 'zod'
import { readAs } from '../kernel/payload.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Grant, Granted, Reach, ShopReply, Talk } from '../outward.ts'
import { gone } from '../platforms/platform.ts'

/** What is kept: the token that was pasted, or what fetches one. */
export function keysOf(given: Record<string, string>): Record<string, string> {
  const [token, clientId, secret] = ['token', 'client_id', 'secret'].map((name) => (given[name] ?? '').trim())
  if (token && clientId)
    throw new Refusal(
      'invalid',
      'There are a client ID and an access token, and one of them is enough.',
      'Leave the access token empty for an app of the Dev Dashboard, else the client ID.',
      'token',
    )
  if (!token && !clientId)
    throw new Refusal(
      'invalid',
      'There is neither a client ID nor an access token.',
      'Paste the client ID of an app of the Dev Dashboard, or the access token of an older one.',
      'client_id',
    )
  return clientId ? { client_id: clientId, client_secret: secret ?? '' } : { token: token ?? '' }
}

export const shopifyGrant: Grant = {
  needed: (keys) => keys.client_id !== undefined,
  ask: askToken,
  carry: (request, token) => ({ ...request, headers: { ...request.headers, 'x-shopify-access-token': token } }),
}

const DAY_SECONDS = 86_399
const granted = z.object({
  access_token: z.string().min(1),
  scope: z.string().nullish(),
  expires_in: z.coerce.number().positive().nullish(),
})

function* askToken({ base, keys }: Reach): Talk<Granted> {
  const reply = yield {
    method: 'POST',
    url: `${base}/admin/oauth/access_token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: keys.client_id ?? '',
      client_secret: keys.client_secret ?? '',
    }).toString(),
    mayRefuse: true,
  }
  if (reply.status !== 200) throw refusal(reply)
  const { access_token: token, scope, expires_in: seconds } = readAs(granted, reply.json)
  checkScopes(scope)
  return { token, seconds: seconds ?? DAY_SECONDS }
}

/** Known before anything fails for it. A scope to write is one to read as well. */
function checkScopes(scope: string | null | undefined): void {
  if (!scope) return
  const has = new Set(scope.split(/[\s,]+/))
  const missing = ['read_orders', 'write_discounts'].filter((one) => !has.has(one) && !has.has(one.replace('read_', 'write_')))
  if (missing.length > 0)
    throw gone(
      `The Shopify app may not ${missing.join(', ')}.`,
      `Add ${missing.join(' and ')} to the scopes of the app’s version in the Dev Dashboard, release it, and accept it in the shop.`,
    )
}

/** Shopify refuses with a code, in JSON or on a page of words. */
const reasons: [RegExp, string, string][] = [
  [
    /shop_not_permitted/,
    'Shopify gives this app no token for this shop.',
    'Make the app in the Dev Dashboard of the organization that owns the shop, or paste an access token instead (docs/shops.md).',
  ],
  [
    /app_not_installed|not installed/i,
    'The Shopify app is not installed in this shop.',
    'Install it from its page in the Dev Dashboard, then save the shop again with /setup shop.',
  ],
  [
    /invalid_client|application_cannot_be_found|could not find/i,
    'Shopify does not know this client ID with this client secret.',
    'Copy both from the app’s settings in the Dev Dashboard once more and paste them with /setup shop.',
  ],
]

function refusal({ status, json }: ShopReply): Error {
  const words = typeof json === 'string' ? json : JSON.stringify(json)
  const [, why, fix] = reasons.find(([pattern]) => pattern.test(words)) ?? [
    undefined,
    `Shopify gave no token for the client ID and secret (${status}).`,
    'Check the shop’s domain, the client ID and the client secret, and that the app is installed in this shop.',
  ]
  return gone(why, fix)
}
