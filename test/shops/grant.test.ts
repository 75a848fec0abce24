/** Shopify's tokens of a day: fetched with a client ID and secret when one is needed, kept sealed, renewed before they end. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hmacBase64 } from '../../src/kernel/signature.ts'
import { minutes } from '../../src/kernel/time.ts'
import { deliveryOf } from '../../src/platforms/platform.ts'
import { keepShop } from '../../src/programs/connections.ts'
import { openShops, type Shops } from '../../src/shops.ts'
import { type World, world } from '../world.ts'
import { type LocalShopify, openShopify, shopifyClient, shopifySecret } from './shopify.ts'

let w: World
let shopify: LocalShopify
let id: string
beforeAll(async () => {
  shopify = await openShopify()
  w = await world({ environment: { FETCH_ALLOW: shopify.origin } })
  w.app.log.level = 'silent'
})
afterAll(async () => {
  await w.close()
  await shopify.close()
})
beforeEach(async () => {
  shopify.granted.length = 0
  shopify.valid.clear()
  shopify.faults.length = 0
  shopify.app.oneAtATime = false
  shopify.app.scope = 'write_discounts,read_orders'
  const address = { source: 'shopify', base: shopify.origin, shop: 'glow.myshopify.com' }
  const keys = { client_id: shopifyClient, client_secret: shopifySecret }
  id = (await w.within((ctx) => keepShop(ctx, address, keys, shopifySecret))).id
  shopify.asked.length = 0
})

const row = () => w.within((ctx) => ctx.db.connection.findUniqueOrThrow({ where: { id } }))
const keysNow = async () =>
  JSON.parse(w.app.sealer.unseal(Buffer.from((await row()).keys!, 'base64')).toString()) as Record<string, string>
/** Each time with what stands in the row, or with a row that was read earlier. */
const look = async (shops: Shops = w.app.shops, connection?: Awaited<ReturnType<typeof row>>) =>
  shops.talk(connection ?? (await row()), (outward, reach) =>
    outward.hooks(reach, { url: 'https://go.glow.example/hooks/x/y', secret: '', round: '1' }),
  )
const later = (n: number) => w.at(minutes(w.now, n))
const isGrant = (asked: { path: string }) => asked.path === '/admin/oauth/access_token'

test('one token for a day, sealed, renewed in its last hour; what was read before the renewal uses the new one', async () => {
  const old = await row()
  expect((await look()).standing).toHaveLength(9)
  await look()
  // The row as it was before the token came.
  await look(w.app.shops, old)
  expect(shopify.granted).toEqual(['shpat_granted_1'])
  expect((await row()).keys).not.toContain('shpat')
  expect(await keysNow()).toEqual({
    client_id: shopifyClient,
    client_secret: shopifySecret,
    token: 'shpat_granted_1',
    until: new Date(w.now.getTime() + 86_399_000).toISOString(),
  })
  later(22 * 60 + 50)
  await look()
  expect(shopify.granted).toHaveLength(1)
  later(20)
  await look()
  expect(shopify.granted).toHaveLength(2)
  expect((await keysNow()).token).toBe('shpat_granted_2')
})

test('the looks of three days need a token a day, and each request has one', async () => {
  for (let hour = 0; hour < 3 * 24; hour += 8) {
    await w.app.runJob('reconcile')
    later(8 * 60)
  }
  expect(shopify.granted).toHaveLength(3)
  expect(shopify.asked.filter((asked) => asked.headers['x-shopify-access-token'] === undefined && !isGrant(asked))).toEqual([])
  expect((await row()).standing).toMatchObject({ failures: 0 })
})

test('a token that ended early is replaced once within the conversation; a second refusal is told', async () => {
  await look()
  shopify.valid.clear()
  shopify.asked.length = 0
  expect((await look()).standing).toHaveLength(9)
  expect(shopify.granted).toHaveLength(2)
  expect(shopify.asked.map((asked) => asked.headers['x-shopify-access-token'])).toEqual([
    'shpat_granted_1',
    undefined,
    'shpat_granted_2',
  ])
  for (let n = 0; n < 2; n++) shopify.faults.push({ when: (asked) => !isGrant(asked), gives: { status: 401, json: {} } })
  const error = await look().catch((e: unknown) => e)
  expect(String(error)).toContain('Shopify refused the key (401).')
  expect(deliveryOf(error)).toMatchObject({ kind: 'gone' })
  expect(shopify.granted).toHaveLength(3)
})

test.each([false, true])('two processes renew at once, and a new token ends those before: %s', async (oneAtATime) => {
  shopify.app.oneAtATime = oneAtATime
  const connectors = w.app.connectors
  const second = openShops({ ...w.app, connectors, fetch: w.app.fetch })
  for (let n = 0; n < 3; n++) {
    await Promise.all([look(), look(second), look(), look(second)])
    const { token, client_id } = await keysNow()
    expect(shopify.valid).toContain(token)
    expect(client_id).toBe(shopifyClient)
    const before = shopify.granted.length
    await Promise.all([look(), look(second)])
    expect(shopify.granted).toHaveLength(before)
    later(24 * 60)
  }
})

test('keys that an admin pastes while a token is fetched are not written over', async () => {
  const address = { source: 'shopify', base: shopify.origin, shop: 'glow.myshopify.com' }
  shopify.valid.add('shpat_pasted')
  const pasted = new Promise<void>((resolve, reject) => {
    shopify.faults.push({
      when: (asked) => {
        if (isGrant(asked))
          w.within((ctx) => keepShop(ctx, address, { token: 'shpat_pasted' }, undefined)).then(() => resolve(), reject)
        return false
      },
      gives: 'hang up',
    })
  })
  const looked = look()
  await Promise.all([looked, pasted])
  shopify.faults.length = 0
  expect(await keysNow()).toEqual({ token: 'shpat_pasted' })
})

test('out of reach for a moment, the old token serves on while it opens', async () => {
  await look()
  later(23 * 60 + 30)
  shopify.faults.push({ when: isGrant, gives: { status: 503, json: {} } })
  expect((await look()).standing).toHaveLength(9)
  expect(shopify.granted).toHaveLength(1)
  later(40)
  shopify.faults.push({ when: isGrant, gives: { status: 503, json: {} } })
  await expect(look()).rejects.toThrow('Shopify answered with 503.')
  expect((await look()).standing).toHaveLength(9)
})

test.each([
  [
    {
      status: 400,
      json: { error: 'shop_not_permitted', error_description: 'Client credentials cannot be performed on this shop.' },
    },
    'Shopify gives this app no token for this shop.',
    'Make the app in the Dev Dashboard of the organization that owns the shop',
  ],
  [
    { status: 400, page: '<html><title>Oauth error app_not_installed</title></html>' },
    'The Shopify app is not installed in this shop.',
    'Install it from its page in the Dev Dashboard',
  ],
  [
    { status: 401, json: { error: 'invalid_client' } },
    'Shopify does not know this client ID',
    'Copy both from the app’s settings',
  ],
  [{ status: 404, page: '<html>Not here</html>' }, 'Shopify gave no token', 'Check the shop’s domain'],
  [
    { json: { access_token: 'shpat_x', scope: 'read_orders', expires_in: 86399 } },
    'The Shopify app may not write_discounts.',
    'Add write_discounts to the scopes',
  ],
])('refused with %j: %s', async (gives, why, fix) => {
  shopify.faults.push({ when: isGrant, gives })
  const error = await look().catch((e: unknown) => e)
  expect(String(error)).toContain(why)
  expect(deliveryOf(error)).toMatchObject({ kind: 'gone', fix: expect.stringContaining(fix) })
  expect(await keysNow()).not.toHaveProperty('token')
})

test('webhooks of such an app are signed with its client secret', async () => {
  const body = JSON.stringify({ id: 1 })
  const send = async (secret: string) => {
    const headers = {
      'content-type': 'application/json',
      'x-shopify-topic': 'products/update',
      'x-shopify-event-id': secret,
      'x-shopify-hmac-sha256': hmacBase64(secret, body),
    }
    const { server } = await w.serve()
    return (await server.inject({ method: 'POST', url: `/hooks/shopify/${w.programId}`, headers, payload: body })).statusCode
  }
  expect(await send(shopifySecret)).toBe(200)
  expect(await send('shpat_granted_1')).toBe(401)
})
