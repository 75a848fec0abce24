/** The webhooks that Shopify is to send, registered where one is missing. */
import { z } from 'zod'
import type { Json } from '../kernel/json.ts'
import { listOf, readAs } from '../kernel/payload.ts'
import { type Hooks, type Reach, refusedBy, type Talk } from '../outward.ts'
import { ask, problem } from './shopify-ask.ts'

/** As a delivery names it, and as the API does. */
const topics = [
  'orders/create',
  'orders/updated',
  'orders/paid',
  'orders/cancelled',
  'refunds/create',
  'discounts/create',
  'discounts/update',
  'discounts/delete',
  'app/uninstalled',
]
/** What only an app with this scope may hear; an app without it works as well, and hears of no dispute. */
const disputesScope = 'read_shopify_payments_disputes'
const disputeTopics = ['disputes/create', 'disputes/update']
const enumOf = (topic: string): string => topic.toUpperCase().replace('/', '_')

const LIST = `query hooks {
  webhookSubscriptions(first: 100) { nodes { id topic endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl } } } }
  currentAppInstallation { accessScopes { handle } }
}`
const hookMutation = `mutation hook($topic: WebhookSubscriptionTopic!, $webhookSubscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhookSubscription) { webhookSubscription { id } userErrors { field message } }
}`
const listed = z.object({
  webhookSubscriptions: z.object({
    nodes: z.array(z.object({ topic: z.string(), endpoint: z.object({ callbackUrl: z.string().nullish() }).nullish() })),
  }),
  currentAppInstallation: z.object({ accessScopes: listOf(z.object({ handle: z.string() })) }).nullish(),
})
const hooked = z.object({ webhookSubscriptionCreate: z.object({ userErrors: listOf(problem) }) })

/** The privacy topics are set in the app itself and can't be registered here. */
export function* hooks(reach: Reach, { url }: { url: string }): Talk<Hooks> {
  const { webhookSubscriptions, currentAppInstallation } = readAs(listed, yield* ask(reach, LIST, {}))
  const { nodes } = webhookSubscriptions
  const hearsDisputes = currentAppInstallation?.accessScopes.some(({ handle }) => handle === disputesScope)
  const wanted = hearsDisputes ? [...topics, ...disputeTopics] : topics
  const here = new Set(nodes.filter((node) => node.endpoint?.callbackUrl === url).map((node) => node.topic))
  const mended: string[] = []
  for (const topic of wanted.filter((one) => !here.has(enumOf(one)))) {
    const { userErrors } = readAs(hooked, yield* register(reach, enumOf(topic), url)).webhookSubscriptionCreate
    const bad = userErrors.find((one) => !/already been taken/i.test(one.message))
    if (bad) throw refusedBy('Shopify', `${topic}: ${bad.message}`, 'Set PUBLIC_URL to an https address that Shopify can reach.')
    mended.push(topic)
  }
  return { standing: [...wanted], mended }
}

/** Newer versions of the API call the address `uri`. */
function* register(reach: Reach, topic: string, url: string): Talk<Record<string, Json>> {
  try {
    return yield* ask(reach, hookMutation, { topic, webhookSubscription: { callbackUrl: url, format: 'JSON' } })
  } catch (error) {
    if (!(error instanceof Error && 'unknownField' in error)) throw error
    return yield* ask(reach, hookMutation, { topic, webhookSubscription: { uri: url, format: 'JSON' } })
  }
}
