import { z } from 'zod'
import type { Delivery } from '../connector.ts'
import type { CodeTerms } from '../kernel/discount.ts'
import { decimal } from '../kernel/money.ts'
import { listOf, readAs } from '../kernel/payload.ts'
import { nameless } from '../kernel/personal.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type CodeState, type CodeWish, type Missed, type Outward, type Reach, refusedBy, type Talk } from '../outward.ts'
import { gone } from '../platforms/platform.ts'
import { api, ask, FIX, headersOf, problem } from './shopify-ask.ts'
import { giftCard } from './shopify-gift.ts'
import { keysOf, shopifyGrant } from './shopify-grant.ts'
import { hooks } from './shopify-hooks.ts'

/** Shopify's Admin API: discount codes and webhooks by GraphQL, orders by REST, whose bodies are those of the webhooks. */
export const shopifyOutward: Outward = {
  name: 'Shopify',
  fields: [
    {
      name: 'shop',
      label: 'Shop domain',
      help: 'As in the address of the admin',
      secret: false,
      placeholder: 'glow.myshopify.com',
      required: true,
    },
    {
      name: 'client_id',
      label: 'Client ID of the app',
      help: 'From the app’s settings in the Dev Dashboard; empty where you paste an access token',
      secret: false,
      placeholder: '0123456789abcdef0123456789abcdef',
      required: false,
    },
    {
      name: 'secret',
      label: 'Client secret of the app',
      help: 'Beside the client ID; it signs the webhooks too',
      secret: true,
      placeholder: 'shpss_…',
      required: true,
    },
    {
      name: 'token',
      label: 'Admin API access token',
      help: 'Only of an app that shows one, such as one made in the shop’s admin before 2026',
      secret: true,
      placeholder: 'shpat_…',
      required: false,
    },
  ],
  steps: [
    'In Shopify’s Dev Dashboard, make an app with the scopes read_orders and write_discounts, and write_gift_cards where store credit is paid out, and install it in the shop.',
    'Paste its client ID and client secret here. Troupe fetches an access token with them, renews it before it ends, and registers the webhooks itself.',
    'An app that was made in the shop’s admin before 2026 goes on working: paste its access token and its client secret, and no client ID.',
  ],
  keysOf,
  grant: shopifyGrant,
  locate,
  makeCode,
  endCode,
  hooks,
  missed,
  giftCard,
}

function locate({ shop = '' }: Record<string, string>, { shopifyBase }: Reach['settings']): { base: string; shop: string } {
  const host = shop
    .trim()
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/.*$/, '')
  const domain = host.includes('.') ? host : `${host}.myshopify.com`
  if (!/^[a-z0-9][a-z0-9-]{0,60}\.myshopify\.com$/.test(domain))
    throw new Refusal('invalid', 'The shop domain is not one of Shopify’s.', 'It ends with .myshopify.com.', 'shop')
  return { base: shopifyBase ?? `https://${domain}`, shop: domain }
}

const CREATE = `mutation make($basicCodeDiscount: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $basicCodeDiscount) { codeDiscountNode { id } userErrors { field code message } }
}`
const otherKinds = ['DiscountCodeBxgy', 'DiscountCodeFreeShipping', 'DiscountCodeApp']
const ABOUT = `{ id codeDiscount {
  ... on DiscountCodeBasic { title status asyncUsageCount codes(first: 2) { nodes { id } } }
  ${otherKinds.map((kind) => `... on ${kind} { codes(first: 2) { nodes { id } } }`).join(' ')}
} }`
const FIND = `query find($code: String!) { codeDiscountNodeByCode(code: $code) ${ABOUT} }`
const LOOK = `query look($id: ID!) { codeDiscountNode(id: $id) ${ABOUT} }`
const CHANGE = `mutation change($id: ID!, $basicCodeDiscount: DiscountCodeBasicInput!) {
  discountCodeBasicUpdate(id: $id, basicCodeDiscount: $basicCodeDiscount) { codeDiscountNode { id } userErrors { field code message } }
}`
const REVIVE = `mutation revive($id: ID!) { discountCodeActivate(id: $id) { codeDiscountNode { id } userErrors { field code message } } }`
const END = `mutation end($id: ID!) { discountCodeDeactivate(id: $id) { codeDiscountNode { id } userErrors { field code message } } }`

const node = z
  .object({
    id: z.string(),
    codeDiscount: z
      .object({
        title: z.string().nullish(),
        status: z.string().nullish(),
        asyncUsageCount: z.coerce.number().nullish(),
        codes: z.object({ nodes: listOf(z.unknown()) }).nullish(),
      })
      .nullish(),
  })
  .nullish()
const found = z.object({ codeDiscountNodeByCode: node })
const looked = z.object({ codeDiscountNode: node })
const made = z.object({
  discountCodeBasicCreate: z.object({ codeDiscountNode: z.object({ id: z.string() }).nullish(), userErrors: listOf(problem) }),
})
const changed = z.object({ discountCodeBasicUpdate: z.object({ userErrors: listOf(problem) }) })
const revived = z.object({ discountCodeActivate: z.object({ userErrors: listOf(problem) }) })
const ended = z.object({ discountCodeDeactivate: z.object({ userErrors: listOf(problem) }) })

/** What merchants read in their list of discounts, and how we know our own again. */
const titleOf = ({ id, code }: Pick<CodeWish, 'id' | 'code'>): string => `${code} (Troupe ${id})`

/** `shared`: the discount has other codes as well. */
type Known = { id: string; live: boolean; used: number; shared: boolean }
type Ours = Known | 'none' | 'other'

function* find(reach: Reach, wish: Pick<CodeWish, 'id' | 'code' | 'adopted'>): Talk<Ours> {
  return oursIn(readAs(found, yield* ask(reach, FIND, { code: wish.code })).codeDiscountNodeByCode, wish)
}

function oursIn(one: z.output<typeof node>, wish: Pick<CodeWish, 'id' | 'adopted'>): Ours {
  if (!one) return 'none'
  const { title, status, asyncUsageCount, codes } = one.codeDiscount ?? {}
  const shared = (codes?.nodes.length ?? 0) > 1
  const ours = wish.adopted || (title ?? '').includes(wish.id)
  return ours ? { id: one.id, live: status !== 'EXPIRED', used: asyncUsageCount ?? 0, shared } : 'other'
}

const offOf = ({ percent, amount }: CodeTerms) =>
  amount ? { discountAmount: { amount: decimal(amount), appliesOnEachItem: false } } : { percentage: percent / 100 }

/** Shopify counts the uses of a discount for its whole life. */
const limitOf = ({ uses }: CodeTerms, used: number): number | null => (uses ? uses.most + (uses.of === null ? 0 : used) : null)

const leastOf = ({ minimum }: CodeTerms) => ({
  subtotal: { greaterThanOrEqualToSubtotal: minimum ? decimal(minimum) : null },
})

function* makeCode(reach: Reach, wish: CodeWish): Talk<CodeState> {
  if (wish.again || wish.adopted || wish.change) {
    const known = yield* find(reach, wish)
    if (known !== 'none') return yield* stateOf(reach, known, wish)
  }
  const basicCodeDiscount = {
    title: titleOf(wish),
    code: wish.code,
    startsAt: wish.from.toISOString(),
    endsAt: null,
    context: { all: 'ALL' },
    customerGets: { value: offOf(wish), items: { all: true } },
    appliesOncePerCustomer: false,
    ...(wish.minimum ? { minimumRequirement: leastOf(wish) } : {}),
    ...(wish.uses ? { usageLimit: limitOf(wish, 0) } : {}),
  }
  const { codeDiscountNode, userErrors } = readAs(made, yield* ask(reach, CREATE, { basicCodeDiscount })).discountCodeBasicCreate
  if (codeDiscountNode) return { state: 'live', ref: codeDiscountNode.id }
  if (!userErrors.some((one) => one.code === 'TAKEN'))
    throw refusedBy('Shopify', userErrors[0]?.message ?? 'no reason given', FIX)
  return yield* stateOf(reach, yield* find(reach, wish), wish)
}

/** What a code that is there means for us; one of ours is brought to its terms, and one that was ended is switched on again. */
function* stateOf(reach: Reach, known: Ours, wish: CodeWish): Talk<CodeState> {
  if (typeof known === 'string') return { state: 'taken' }
  if (wish.change && !wish.adopted) yield* change(reach, known, wish)
  if (!known.live) {
    if (known.shared) throw together(wish.code, 'Switch the discount on in Shopify, or give the creator another code.')
    const { userErrors } = readAs(revived, yield* ask(reach, REVIVE, { id: known.id })).discountCodeActivate
    if (userErrors[0]) throw refusedBy('Shopify', userErrors[0].message, FIX)
  }
  return { state: 'live', ref: known.id }
}

/** What the merchant chose besides, such as the products it is for, is left alone. */
function* change(reach: Reach, known: { id: string; used: number }, wish: CodeWish): Talk<void> {
  const { subtotal } = leastOf(wish)
  const basicCodeDiscount = {
    customerGets: { value: offOf(wish) },
    // Without a minimum both have to be taken away.
    minimumRequirement: wish.minimum ? { subtotal } : { quantity: { greaterThanOrEqualToQuantity: null }, subtotal },
    usageLimit: limitOf(wish, known.used),
  }
  const said = readAs(changed, yield* ask(reach, CHANGE, { id: known.id, basicCodeDiscount }))
  const [bad] = said.discountCodeBasicUpdate.userErrors
  if (bad) throw refusedBy('Shopify', bad.message, FIX)
}

function* endCode(reach: Reach, wish: Pick<CodeWish, 'id' | 'code' | 'adopted'>, ref: string | null): Talk<void> {
  const here = yield* toEnd(reach, wish, ref)
  if (typeof here === 'string' || !here.live) return
  if (here.shared)
    throw together(
      wish.code,
      isNameless(wish)
        ? 'Take the code that its creator had out of its discount in Shopify; then nothing is left to do.'
        : 'Take this code out of its discount in Shopify, then try again.',
    )
  const { userErrors } = readAs(ended, yield* ask(reach, END, { id: here.id })).discountCodeDeactivate
  // A discount that somebody deleted is ended enough.
  const bad = userErrors.find((one) => !/not exist|not found|already/i.test(one.message))
  if (bad) throw refusedBy('Shopify', bad.message, FIX)
}

/** One that came from the shop's own list may be one of hundreds of its discount; ours is alone. */
function* toEnd(reach: Reach, wish: Pick<CodeWish, 'id' | 'code' | 'adopted'>, ref: string | null): Talk<Ours> {
  if (ref !== null && !wish.adopted) return { id: ref, live: true, used: 0, shared: false }
  // Whoever was forgotten took its name along, and only the shop's own id of the discount leads there.
  if (ref !== null && isNameless(wish)) return oursIn(readAs(looked, yield* ask(reach, LOOK, { id: ref })).codeDiscountNode, wish)
  return yield* find(reach, wish)
}

const isNameless = ({ id, code }: Pick<CodeWish, 'id' | 'code'>): boolean => code === nameless(id).toUpperCase()

const together = (code: string, fix: string): Error =>
  gone(`${code} is one of several codes of a discount, and Shopify switches them on and off together.`, fix)

const orders = z.object({ orders: z.array(z.looseObject({ id: z.string(), updated_at: z.string().nullish() })) })
const PAGE = 50

function* missed(reach: Reach, range: { since: Date; until: Date }, page: string | undefined): Talk<Missed> {
  const query = new URLSearchParams({
    updated_at_min: range.since.toISOString(),
    updated_at_max: range.until.toISOString(),
    status: 'any',
    order: 'updated_at asc',
    limit: String(PAGE),
  })
  const where = page === undefined ? query : new URLSearchParams({ limit: String(PAGE), page_info: page })
  const { json, headers, status } = yield { method: 'GET', url: api(reach, `orders.json?${where}`), headers: headersOf(reach) }
  if (status !== 200) throw refusedBy('Shopify', `orders could not be read (${status})`, FIX)
  const deliveries = readAs(orders, json).orders.map(
    (order): Delivery => ({
      headers: { 'x-shopify-topic': 'orders/updated', 'x-shopify-event-id': `poll:${order.id}:${order.updated_at ?? ''}` },
      body: Buffer.from(JSON.stringify(order)),
    }),
  )
  return { deliveries, next: nextPage(headers.link ?? '') }
}

/** `<https://…?page_info=abc>; rel="next"` → abc */
function nextPage(link: string): string | undefined {
  const next = link.split(',').find((one) => /;\s*rel="?next"?/.test(one))
  const address = next?.slice(next.indexOf('<') + 1, next.indexOf('>'))
  return address === undefined
    ? undefined
    : (new URLSearchParams(address.slice(address.indexOf('?'))).get('page_info') ?? undefined)
}
