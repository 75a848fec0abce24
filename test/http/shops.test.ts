import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dashboard } from '../../src/http/dashboard.ts'
import { shops } from '../../src/http/shops.ts'
import { Browser, words } from '../browser.ts'
import { buttonsOf, type Persona } from '../chat.ts'
import { type LocalShopify, openShopify, shopifyClient, shopifySecret, shopifyToken } from '../shops/shopify.ts'
import { type LocalWoo, openWoo, wooKeys } from '../shops/woocommerce.ts'
import { secretOf, type World, world } from '../world.ts'

let w: World
let root: Persona
let shopify: LocalShopify
let woo: LocalWoo
beforeAll(async () => {
  shopify = await openShopify()
  woo = await openWoo()
  w = await world({
    mounts: (app) => [dashboard(app), shops(app)],
    environment: { SHOPIFY_API_BASE: shopify.origin, FETCH_ALLOW: `${shopify.origin},${woo.origin}` },
  })
  w.app.log.level = 'silent'
  root = await w.admin('Root')
})
afterAll(async () => {
  await w.close()
  await shopify.close()
  await woo.close()
})
beforeEach(() => {
  shopify.asked.length = 0
})

/** From the chat to the page, as the button leads. */
const opened = async (person = root) => {
  const { card } = await person.ask('setup shop')
  const button = buttonsOf(card!).find((one) => one.label === 'Open shop page')
  const one = new Browser((await w.serve()).server)
  await one.get(new URL((button as { url: string }).url).pathname)
  await one.post(one.page.url, {})
  return one
}
const paste = (one: Browser, source: string, fields: Record<string, string>) =>
  one.post(`/setup/shop/${source}`, {
    token: /name="token" value="([^"]+)"/.exec(one.page.html)![1]!,
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`o.${name}`, value])),
  })
const pasted = { shop: 'glow', token: shopifyToken, secret: shopifySecret }

test('pasted, checked, registered: the page and the chat say what stands, and no key is shown or kept in plain', async () => {
  expect(await root.run('setup shop')).toMatch(/^No shop is connected/)
  const one = await opened()
  expect(words(one.page.html)).toContain('make an app with the scopes read_orders and write_discounts')
  await paste(one, 'shopify', pasted)
  expect(words(one.page.html)).toMatch(/works, looked at [\s\S]*9 stand: orders\/create/)
  expect(shopify.hooks).toHaveLength(9)
  expect(shopify.hooks[0]!.callbackUrl).toBe(`https://go.glow.example/hooks/shopify/${w.programId}`)
  const { text } = await root.ask('setup shop')
  expect(text).toMatch(
    /^Connected shops[\s\S]*Shopify[\s\S]*Last delivery\s+nothing has come yet[\s\S]*9 stand[\s\S]*0 of 0 live/,
  )
  expect(one.page.html + text).not.toMatch(/shpat_0|shpss_0/)
  const rows = await w.within(async ({ db }) =>
    JSON.stringify([await db.connection.findMany(), await db.audit.findMany(), await db.draft.findMany()]),
  )
  expect(rows).not.toMatch(/shpat_0|shpss_0/)
  expect(rows).toContain('glow.myshopify.com')
  // What the app signs with is what the intake believes from now on.
  expect(await secretOf(w.app, w.programId, 'shopify')).toBe(shopifySecret)
})

test('a client ID with its secret does as well: a token is fetched, and neither is shown or kept in plain', async () => {
  const one = await opened()
  await paste(one, 'shopify', { shop: 'glow', client_id: shopifyClient, secret: 'shpss_wrong' })
  expect(words(one.page.html)).toContain('Shopify does not know this client ID with this client secret. Copy both')
  await paste(one, 'shopify', { shop: 'glow', client_id: shopifyClient, secret: shopifySecret })
  expect(words(one.page.html)).toMatch(/works, looked at [\s\S]*9 stand: orders\/create/)
  expect(shopify.granted).toEqual(['shpat_granted_1'])
  const rows = await w.within(async ({ db }) => JSON.stringify([await db.connection.findMany(), await db.audit.findMany()]))
  expect(rows + one.page.html).not.toMatch(/shpat_granted|shpss_[0w]|c1d0123/)
  expect(await secretOf(w.app, w.programId, 'shopify')).toBe(shopifySecret)
  await paste(one, 'shopify', pasted)
})

test('a second shop stands beside the first, and makes its webhooks with a secret of ours', async () => {
  const one = await opened()
  await paste(one, 'woocommerce', { shop: woo.origin, ...wooKeys })
  expect(woo.hooks.map((hook) => hook.topic)).toEqual([
    ...['order.created', 'order.updated', 'order.deleted', 'order.restored', 'coupon.updated', 'coupon.deleted'],
  ])
  expect(woo.hooks[0]!.secret).toBe(await secretOf(w.app, w.programId, 'woocommerce'))
  expect(await root.run('setup shop')).toMatch(/Shopify[\s\S]*WooCommerce[\s\S]*Not connected: Stripe\./)
})

test('a wrong key is said with its fix, on the page and once to managers', async () => {
  const ana = await w.manager('Ana')
  const one = await opened()
  await paste(one, 'shopify', { ...pasted, token: 'shpat_wrong' })
  expect(words(one.page.html)).toContain('Shopify refused the key (401).')
  expect(await ana.sees('managers')).toMatch(/Shopify cannot be asked[\s\S]*Make a new key in the shop/)
  await w.app.runJob('reconcile')
  await paste(one, 'shopify', pasted)
  w.at(new Date(w.now.getTime() + 60_000))
  const seen = await ana.sees('managers')
  expect(seen).toContain('Shopify answers again')
  expect(seen).not.toContain('cannot be asked')
})

test.each([
  [
    'shopify',
    { ...pasted, shop: 'https://shop.example.com' },
    'The shop domain is not one of Shopify’s. It ends with .myshopify.com.',
  ],
  ['shopify', { ...pasted, token: ' ' }, 'There is neither a client ID nor an access token.'],
  ['shopify', { ...pasted, client_id: shopifyClient }, 'There are a client ID and an access token, and one of them is enough.'],
  ['shopify', { shop: 'glow', client_id: shopifyClient, secret: '' }, '“Client secret of the app” is empty.'],
  ['stripe', { key: 'pk_live_12345678' }, 'That is no key of Stripe. A key begins with sk_ or rk_.'],
  ['woocommerce', { ...wooKeys, shop: 'file:///etc/passwd' }, 'The address of the shop is not a full web address.'],
])('%s: a wrong field is named, and what was typed and is no secret stays', async (source, fields, sentence) => {
  const one = await opened()
  await paste(one, source, fields)
  expect(one.page.status).toBe(400)
  expect(words(one.page.html)).toContain(sentence)
  // From the top of the page, which is what is seen first, a link leads to it.
  const [, place = ''] = /Nothing was saved\. <a href="#([^"]+)"/.exec(one.page.html) ?? []
  expect(one.page.html).toContain(`id="${place}"`)
  if ('shop' in fields) expect(one.page.html).toContain(`value="${fields.shop}"`)
  expect(one.page.html).not.toMatch(/shpat_0|shpss_0|ck_0|cs_0/)
})

test('a shop on a private address is refused', async () => {
  const one = await opened()
  await paste(one, 'woocommerce', { ...wooKeys, shop: 'https://169.254.169.254' })
  expect(words(one.page.html)).toContain('169.254.169.254 is not on the public internet.')
})

test('strangers, managers and forms of other pages are turned away', async () => {
  const stranger = new Browser((await w.serve()).server)
  expect((await stranger.get('/setup/shop')).status).toBe(401)
  const bob = await w.manager('Bob')
  await stranger.signIn(bob)
  expect((await stranger.get('/setup/shop')).status).toBe(403)
  expect((await stranger.post('/setup/shop/shopify', { 'o.shop': 'x' })).status).toBe(403)
  const one = await opened()
  expect((await one.post('/setup/shop/shopify', { token: 'x', 'o.shop': 'glow' })).status).toBe(403)
})

test('disconnecting forgets the keys, so it takes a second press; nothing more is asked', async () => {
  const one = await opened()
  const token = /name="token" value="([^"]+)"/.exec(one.page.html)![1]!
  expect(one.page.html).toMatch(/<details><summary>Disconnect Shopify<\/summary>[\s\S]*?Disconnect Shopify now<\/button>/)
  await one.post('/setup/shop/shopify', { token, disconnect: 'yes' })
  expect(words(one.page.html)).toContain('Connect Shopify')
  shopify.asked.length = 0
  await w.app.runJob('reconcile')
  expect(shopify.asked).toEqual([])
})
