import { keepShop } from '../../src/programs/connections.ts'
import type { World } from '../world.ts'
import { shopifySecret, shopifyToken } from './shopify.ts'
import { stripeKey } from './stripe.ts'
import { wooKeys } from './woocommerce.ts'

const keys = { shopify: { token: shopifyToken }, stripe: { key: stripeKey }, woocommerce: wooKeys }

/** Connects a local shop as the page does, without the first look. Gives the connection's id. */
export async function connectShop(w: World, source: keyof typeof keys, origin: string): Promise<string> {
  const shop = source === 'shopify' ? 'glow.myshopify.com' : null
  const secret = source === 'shopify' ? shopifySecret : undefined
  const { id } = await w.within((ctx) => keepShop(ctx, { source, base: origin, shop }, keys[source], secret))
  return id
}
