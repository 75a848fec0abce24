/** Performs what the outward half of a connector says: one conversation with one shop, over the outgoing client. */
import type { Config } from './config.ts'
import type { Connector } from './connector.ts'
import type { Database } from './db/client.ts'
import type { Connection } from './db/generated/client.ts'
import type { Fetch, Incoming } from './fetch.ts'
import { openGrants } from './grants.ts'
import { type Json, readJson } from './kernel/json.ts'
import { must, Refusal } from './kernel/refusal.ts'
import type { Outward, OutwardSettings, Reach, ShopReply, ShopRequest, Talk } from './outward.ts'
import { gone, later } from './platforms/platform.ts'
import { kindOf } from './programs/rules-shops.ts'
import type { Sealer } from './seal.ts'
import type { Tracer } from './trace.ts'

export type Shops = {
  settings: OutwardSettings
  /** The shop that can be asked, by its source; undefined for what only sends. */
  outward: (source: string) => Outward | undefined
  /**
   * Holds a conversation. Throws `later` when the shop asks to wait, `gone` when it will refuse again, and any other error when nobody
   * knows whether it was heard.
   */
  talk: <T>(connection: Connection, say: (outward: Outward, reach: Reach) => Talk<T>) => Promise<T>
}

export function openShops(world: {
  config: Config
  fetch: Fetch
  sealer: Sealer
  connectors: ReadonlyMap<string, Connector>
  tracer: Tracer
  database: Pick<Database, 'within'>
  clock: () => Date
}): Shops {
  const { config, fetch, connectors, tracer } = world
  const settings: OutwardSettings = {
    shopifyBase: config.SHOPIFY_API_BASE?.replace(/\/+$/, ''),
    shopifyVersion: config.SHOPIFY_API_VERSION,
    stripeBase: config.STRIPE_API_BASE.replace(/\/+$/, ''),
    stripeVersion: config.STRIPE_API_VERSION,
    woocommerceVersion: config.WOOCOMMERCE_API_VERSION,
  }
  const outward = (source: string) => connectors.get(kindOf(source))?.outward
  const grants = openGrants(world)
  return {
    settings,
    outward,
    async talk(connection, say) {
      const shop = outward(connection.source)
      must(shop && connection.base !== null && connection.keys !== null, 'only a connected shop is asked')
      const { base } = connection
      const source = kindOf(connection.source)
      const asked = (request: ShopRequest) => {
        const words = { 'http.request.method': request.method, 'troupe.source': source }
        return tracer.traced(`${request.method} ${source}`, words, () => ask(tracer, fetch, shop.name, request), {
          kind: 'client',
        })
      }
      /** Goes through a conversation with these keys; `again` may give a request that was refused (401) another token. */
      const converse = async <T>(
        talk: Talk<T>,
        again?: (request: ShopRequest) => Promise<ShopRequest | undefined>,
      ): Promise<T> => {
        for (let step = talk.next(); ; ) {
          if (step.done) return step.value
          const answer = await asked(step.value)
          const other = answer.status === 401 ? await again?.(step.value) : undefined
          const [request, said] = other ? [other, await asked(other)] : [step.value, answer]
          step = talk.next(replyOf(shop.name, request, said))
        }
      }
      const held = await grants.hold(connection, shop.grant, (grant, keys) => converse(grant.ask({ base, keys, settings })))
      const reach = { base, keys: held.keys, settings }
      return converse(say(shop, reach), async (request) => {
        const token = await held.refused()
        if (token === undefined) return undefined
        reach.keys = { ...reach.keys, token }
        return shop.grant?.carry(request, token)
      })
    },
  }
}

/** A page of orders is larger than what a stranger may send. */
const MAX_BYTES = 8 * 1024 * 1024
/** Shops take their time over a list. */
const TIMEOUT_MS = 10_000

async function ask(tracer: Tracer, fetch: Fetch, shop: string, request: ShopRequest): Promise<Incoming> {
  const { mayRefuse: _, ...outgoing } = request
  // A key is never carried to where a redirect leads.
  const answer = await fetch({ ...outgoing, redirects: 0, maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS }).catch(
    (error: unknown) => {
      if (error instanceof Refusal)
        throw gone(`${shop}: ${error.sentence}`, 'Enter the address of the shop again with /setup shop.')
      throw error
    },
  )
  tracer.note({ 'http.response.status_code': answer.status })
  return answer
}

/** What a conversation goes on with; what ends every conversation alike is thrown. */
function replyOf(shop: string, request: ShopRequest, answer: Incoming): ShopReply {
  const { status, headers } = answer
  if (status === 429) throw later(`${shop} asks to wait.`, waitOf(headers['retry-after']))
  if (request.mayRefuse && status >= 400 && status < 500) return { status, headers, json: wordsOf(answer) }
  if (status === 401 || status === 403)
    throw gone(`${shop} refused the key (${status}).`, 'Make a new key in the shop and enter it with /setup shop.')
  if (status === 402 || status === 423)
    throw gone(`${shop} has closed this shop (${status}).`, 'Open the shop again, then try again.')
  if (status >= 300 && status < 400)
    throw gone(`${shop} is at another address.`, 'Enter the shop’s own address with /setup shop; it must not redirect.')
  if (status >= 500) throw new Error(`${shop} answered with ${status}.`)
  return { status, headers, json: jsonOf(shop, answer) }
}

function wordsOf({ body }: Incoming): Json {
  try {
    return readJson(body)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return body.toString('utf8')
  }
}

function jsonOf(shop: string, { body, status }: Incoming): Json {
  try {
    return readJson(body)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // A page in HTML where the API should be: a wrong address, or a plugin that stands before it.
    throw gone(
      `${shop} did not answer with JSON (${status}).`,
      'Check the shop’s address with /setup shop, and that nothing blocks its API.',
    )
  }
}

const LONGEST_WAIT_SECONDS = 3_600

/** Seconds as the header says, whole or not; anything else is a short wait. A date would need the shop's clock, and none of them sends one. */
function waitOf(header: string | undefined): number {
  const seconds = header === undefined ? Number.NaN : Number(header)
  return Math.ceil((seconds > 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) : 2) * 1_000)
}
