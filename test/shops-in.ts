/** Deliveries of shops as they come to the door: signed as each shop signs, through the real intake. */
import { randomUUID } from 'node:crypto'
import { hmacBase64, hmacHex } from '../src/kernel/signature.ts'
import { keepSecret } from '../src/programs/secrets.ts'
import { longConnected, secretOf, type World } from './world.ts'

/** `at`: when the event was, where that is not now. `previous`: what was otherwise before it. */
type Sent = { headers?: Record<string, string>; absorb?: boolean; at?: Date; previous?: object | undefined }

export async function connectShop(w: World, source: string) {
  await w.within((ctx) => keepSecret(ctx, source, `secret of ${source}`))
  await longConnected(w.app, w.programId)
}

async function send(w: World, source: string, body: string, headers: Record<string, string>, absorb: boolean) {
  const { server } = await w.serve()
  const url = `/hooks/${source}/${w.programId}`
  const answer = await server.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  })
  if (absorb) await w.app.runJob('absorb')
  return answer
}

export async function fromShopify(w: World, topic: string, event: object, { headers = {}, absorb = true }: Sent = {}) {
  const body = JSON.stringify(event)
  const signature = hmacBase64(await secretOf(w.app, w.programId, 'shopify'), body)
  const sent = { 'x-shopify-topic': topic, 'x-shopify-event-id': randomUUID(), 'x-shopify-hmac-sha256': signature, ...headers }
  return send(w, 'shopify', body, sent, absorb)
}

export async function fromStripe(w: World, type: string, object: object, { absorb = true, at = w.now, previous }: Sent = {}) {
  const t = Math.floor(w.now.getTime() / 1000)
  const created = Math.floor(at.getTime() / 1000)
  const data = { object, ...(previous && { previous_attributes: previous }) }
  const body = JSON.stringify({ id: `evt_${randomUUID()}`, type, created, livemode: true, data })
  const v1 = hmacHex(await secretOf(w.app, w.programId, 'stripe'), `${t}.`, body)
  return send(w, 'stripe', body, { 'stripe-signature': `t=${t},v1=${v1}` }, absorb)
}

export async function fromWoo(w: World, topic: string, event: object, { headers = {}, absorb = true }: Sent = {}) {
  const body = JSON.stringify(event)
  const signature = hmacBase64(await secretOf(w.app, w.programId, 'woocommerce'), body)
  return send(w, 'woocommerce', body, { 'x-wc-webhook-topic': topic, 'x-wc-webhook-signature': signature, ...headers }, absorb)
}
