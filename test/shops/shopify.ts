import { type Answer, type Asked, type LocalShop, openShop } from './server.ts'

export const shopifyToken = 'shpat_0123456789abcdef'
export const shopifySecret = 'shpss_0123456789abcdef'
export const shopifyClient = 'c1d0123456789abcdef'

type Discount = {
  id: string
  code: string
  title: string
  percentage: number
  status: 'ACTIVE' | 'EXPIRED'
  minimum?: string | null
  usageLimit?: number | null
  /** Other codes of the same discount, if any. */
  others?: string[]
}
type Order = { id: number; updated_at: string } & Record<string, unknown>

export type LocalShopify = LocalShop & {
  discounts: Discount[]
  hooks: { id: string; topic: string; callbackUrl: string }[]
  orders: Order[]
  giftCards: { id: string; code: string; initialValue: string; note: string }[]
  /** A discount that somebody else made. */
  add: (code: string) => void
  /** Tokens that were given for the client ID and secret, newest last; `valid` are those that open. */
  granted: string[]
  valid: Set<string>
  /** What an app of the Dev Dashboard may, and whether a new token ends those before. */
  app: { scope: string; oneAtATime: boolean }
  /** Names of the mutations and queries that came, oldest first. */
  said: () => string[]
}

const PAGE = 2

type Variables = {
  input: { code: string; initialValue: string; note: string }
  basicCodeDiscount: {
    code: string
    title: string
    customerGets: { value: { percentage: number } }
    minimumRequirement?: { subtotal: { greaterThanOrEqualToSubtotal: string | null } }
    usageLimit?: number | null
  }
  code: string
  id: string
  topic: string
  webhookSubscription: { callbackUrl: string }
}

/** Shopify's Admin API as far as Troupe asks it: the token, one code once, 9 topics, pages of two orders whatever is asked for. */
export async function openShopify(): Promise<LocalShopify> {
  const discounts: Discount[] = []
  const hooks: LocalShopify['hooks'] = []
  const giftCards: LocalShopify['giftCards'] = []
  const orders: Order[] = []
  const granted: string[] = []
  const valid = new Set([shopifyToken])
  const app = { scope: 'read_orders,write_discounts', oneAtATime: false }
  let ids = 100
  const gid = (kind: string) => `gid://shopify/${kind}/${++ids}`
  const byCode = (code: string) => discounts.find((one) => one.code.toUpperCase() === code.toUpperCase())

  const operations: Record<string, (variables: Variables) => unknown> = {
    discountCodeBasicCreate({ basicCodeDiscount }) {
      const { code, title, customerGets } = basicCodeDiscount
      const taken = {
        field: ['basicCodeDiscount', 'code'],
        code: 'TAKEN',
        message: 'Code must be unique. Please try a different code.',
      }
      if (byCode(code)) return { codeDiscountNode: null, userErrors: [taken] }
      const id = gid('DiscountCodeNode')
      const minimum = basicCodeDiscount.minimumRequirement?.subtotal.greaterThanOrEqualToSubtotal ?? null
      const usageLimit = basicCodeDiscount.usageLimit ?? null
      discounts.push({ id, code, title, percentage: customerGets.value.percentage, status: 'ACTIVE', minimum, usageLimit })
      return { codeDiscountNode: { id }, userErrors: [] }
    },
    discountCodeBasicUpdate({ id, basicCodeDiscount }) {
      const one = discounts.find((discount) => discount.id === id)!
      one.percentage = basicCodeDiscount.customerGets.value.percentage
      one.minimum = basicCodeDiscount.minimumRequirement?.subtotal.greaterThanOrEqualToSubtotal ?? null
      one.usageLimit = basicCodeDiscount.usageLimit ?? null
      return { codeDiscountNode: { id }, userErrors: [] }
    },
    codeDiscountNodeByCode({ code }) {
      return nodeOf(byCode(code))
    },
    shop: () => ({ currencyCode: 'EUR' }),
    giftCardCreate({ input }) {
      const taken = { field: ['input', 'code'], code: 'TAKEN', message: 'Code has already been taken' }
      if (giftCards.some((one) => one.code === input.code)) return { giftCard: null, userErrors: [taken] }
      const id = gid('GiftCard')
      giftCards.push({ ...input, id })
      return { giftCard: { id }, userErrors: [] }
    },
    discountCodeDeactivate: ({ id }) => turn(id, 'EXPIRED'),
    discountCodeActivate: ({ id }) => turn(id, 'ACTIVE'),
    webhookSubscriptions: () => ({
      nodes: hooks.map(({ id, topic, callbackUrl }) => ({
        id,
        topic,
        endpoint: { __typename: 'WebhookHttpEndpoint', callbackUrl },
      })),
    }),
    webhookSubscriptionCreate({ topic, webhookSubscription }) {
      const { callbackUrl } = webhookSubscription
      if (!callbackUrl.startsWith('https://'))
        return { webhookSubscription: null, userErrors: [{ field: ['callbackUrl'], message: 'must be https' }] }
      if (hooks.some((one) => one.topic === topic && one.callbackUrl === callbackUrl))
        return {
          webhookSubscription: null,
          userErrors: [{ field: ['callbackUrl'], message: 'Address for this topic has already been taken' }],
        }
      const id = gid('WebhookSubscription')
      hooks.push({ id, topic, callbackUrl })
      return { webhookSubscription: { id }, userErrors: [] }
    },
    // The answers above name it as well, so it is looked for last.
    codeDiscountNode: ({ id }) => nodeOf(discounts.find((one) => one.id === id)),
  }
  const nodeOf = (one: Discount | undefined) => {
    if (!one) return null
    const nodes = [one.code, ...(one.others ?? [])].slice(0, 2).map((id) => ({ id }))
    return { id: one.id, codeDiscount: { title: one.title, status: one.status, codes: { nodes } } }
  }
  const turn = (id: string, status: Discount['status']) => {
    const one = discounts.find((discount) => discount.id === id)
    if (!one)
      return { codeDiscountNode: null, userErrors: [{ field: ['id'], code: null, message: 'Code discount does not exist.' }] }
    one.status = status
    return { codeDiscountNode: { id }, userErrors: [] }
  }

  const nameIn = (body: string): string | undefined => {
    const query = (JSON.parse(body) as { query: string }).query
    return Object.keys(operations).find((name) => new RegExp(`\\b${name}\\b\\s*[({]`).test(query))
  }
  const grant = ({ body, headers }: Asked): Answer => {
    const form = new URLSearchParams(headers['content-type'] === 'application/x-www-form-urlencoded' ? body : '')
    const { grant_type, client_id, client_secret } = Object.fromEntries(form)
    if (grant_type !== 'client_credentials') return { status: 400, json: { error: 'invalid_request' } }
    if (client_id !== shopifyClient || client_secret !== shopifySecret) return { status: 400, json: { error: 'invalid_client' } }
    const token = `shpat_granted_${granted.length + 1}`
    if (app.oneAtATime) for (const other of granted) valid.delete(other)
    granted.push(token)
    valid.add(token)
    return { json: { access_token: token, scope: app.scope, expires_in: 86_399 } }
  }
  const answer = (asked: Asked): Answer => {
    if (asked.path === '/admin/oauth/access_token') return grant(asked)
    if (!valid.has(String(asked.headers['x-shopify-access-token'])))
      return { status: 401, json: { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' } }
    if (/\/admin\/api\/\d{4}-\d{2}\/graphql\.json$/.test(asked.path)) {
      const name = nameIn(asked.body)
      if (name === undefined) return { json: { errors: [{ message: 'no such operation' }] } }
      const { variables } = JSON.parse(asked.body) as { variables: Variables }
      const accessScopes = app.scope.split(',').map((handle) => ({ handle }))
      return { json: { data: { [name]: operations[name]!(variables), currentAppInstallation: { accessScopes } } } }
    }
    if (asked.path.endsWith('/orders.json')) return page(asked)
    return { status: 404, json: { errors: 'Not Found' } }
  }
  const page = ({ query }: Asked): Answer => {
    const [from, min, max] = query.has('page_info')
      ? query.get('page_info')!.split('|')
      : ['0', query.get('updated_at_min')!, query.get('updated_at_max')!]
    const all = orders
      .filter((order) => order.updated_at >= min! && order.updated_at <= max!)
      .sort((a, b) => (a.updated_at < b.updated_at ? -1 : 1))
    const start = Number(from)
    const next =
      start + PAGE < all.length
        ? `<https://shop/orders.json?page_info=${encodeURIComponent(`${start + PAGE}|${min}|${max}`)}&limit=2>; rel="next"`
        : ''
    return { json: { orders: all.slice(start, start + PAGE) }, headers: next ? { link: next } : {} }
  }
  const shop = await openShop(answer)
  return {
    ...shop,
    discounts,
    hooks,
    orders,
    giftCards,
    granted,
    valid,
    app,
    add: (code) =>
      void discounts.push({ id: gid('DiscountCodeNode'), code, title: 'Somebody else’s', percentage: 0.5, status: 'ACTIVE' }),
    said: () => shop.asked.flatMap(({ body, path }) => (body && path.endsWith('.json') ? [nameIn(body) ?? '?'] : [])),
  }
}
