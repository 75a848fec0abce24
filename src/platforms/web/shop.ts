/**
 * A small shop to walk the loop with. It keeps no books: what it sells and gives back goes out as signed webhooks over HTTP,
 * the way any shop would send them, and its list of orders is read from what Troupe made of them.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Webhook } from 'standardwebhooks'
import { decimal } from '../../kernel/money.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { ShopOrder, WebDeps } from './deps.ts'
import { readPosted } from './fields.ts'
import { allPrograms, type ProgramRow } from './messages.ts'
import { document, themeOf } from './page.ts'
import type { Sessions } from './session.ts'
import { renderShop } from './shop-page.ts'
import { type Bag, billFor, netsOf, readBag } from './till.ts'

/** Ids of orders that this shop made, so that it lists no others. */
const OURS = 'web-'

/** An order as the shop shows it: sent and perhaps not yet heard, or known with what of it was refunded. */
export type Sold = ShopOrder & { arriving: boolean }

type Visit = { cid?: string; bag?: string; code?: string; done?: string }

/** What this process has sent and Troupe may not have read yet. */
type Sent = { orders: Map<string, ShopOrder & { programId: string }>; refunded: Map<string, bigint> }

export function shopRoutes(server: FastifyInstance, deps: WebDeps, sessions: Sessions): void {
  const sent: Sent = { orders: new Map(), refunded: new Map() }

  server.get<{ Params: { program: string }; Querystring: Visit }>('/shop/:program', async (request, reply) => {
    const program = await programOf(deps, request.params.program)
    const { query } = request
    const code = (query.code ?? '').trim().toUpperCase().slice(0, 40)
    const terms = code === '' ? undefined : await deps.shop.codeTerms(program.id, code)
    const bag = readBag(query.bag ?? '')
    const orders = await soldBy(deps, program.id, sent)
    const body = renderShop({
      program,
      bag,
      code,
      terms,
      cid: (query.cid ?? '').slice(0, 500),
      bill: billFor(bag, terms, program.currency),
      orders,
      done: query.done,
      token: sessions.token(sessions.open(request, reply)),
      event: deps.id('press'),
      email: `shopper${Buffer.from(deps.random(2)).readUInt16BE()}@example.com`,
      now: deps.clock(),
    })
    const waiting = orders.some((order) => order.arriving)
    return sendShop(request, reply, program, body, waiting)
  })

  server.post<{ Params: { program: string } }>('/shop/:program/orders', async (request, reply) => {
    const { fields, program } = await admitted(request)
    const bag = readBag(fields.bag ?? '')
    if (bag.size === 0) throw new Refusal('invalid', 'The bag is empty.', 'Put something into it first.')
    const order = await sell(deps, program, bag, fields, sent)
    const query = new URLSearchParams({ done: order.number, ...(fields.cid ? { cid: fields.cid } : {}) })
    return reply.redirect(`/shop/${program.id}?${query}#orders`, 303)
  })

  server.post<{ Params: { program: string } }>('/shop/:program/refunds', async (request, reply) => {
    const { fields, program } = await admitted(request)
    await giveBack(deps, program, fields, sent)
    return reply.redirect(`/shop/${program.id}#orders`, 303)
  })

  async function admitted(request: FastifyRequest<{ Params: { program: string } }>) {
    const { fields } = await readPosted(request)
    sessions.mustBeOurs(request, sessions.peek(request), fields.token)
    return { fields, program: await programOf(deps, request.params.program) }
  }
}

async function programOf(deps: WebDeps, id: string): Promise<ProgramRow> {
  const program = (await allPrograms(deps.database)).find((p) => p.id === id)
  if (!program)
    throw new Refusal('not_found', 'There is no shop at this address.', 'Open the chat and follow its link to the shop.')
  return program
}

async function sell(
  deps: WebDeps,
  program: ProgramRow,
  bag: Bag,
  fields: Record<string, string>,
  sent: Sent,
): Promise<ShopOrder> {
  const externalId = `${OURS}${(fields.event ?? '').slice(0, 60)}`
  const before = sent.orders.get(externalId)
  if (before) return before
  const code = (fields.code ?? '').trim().toUpperCase()
  const terms = code === '' ? undefined : await deps.shop.codeTerms(program.id, code)
  const bill = billFor(bag, terms, program.currency)
  const at = deps.clock()
  const number = await nextNumber(deps, program.id, sent)
  const order = {
    externalId,
    number,
    at,
    currency: program.currency,
    base: bill.subtotal.minor - bill.discount.minor,
    refunded: 0n,
  }
  sent.orders.set(externalId, { ...order, programId: program.id })
  const email = (fields.email ?? '').trim().toLowerCase().slice(0, 254)
  await send(deps, program.id, `order.created:${externalId}`, {
    type: 'order.created',
    data: {
      id: externalId,
      number,
      at: at.toISOString(),
      currency: program.currency,
      total: decimal(bill.total),
      discount: decimal(bill.discount),
      tax: decimal(bill.tax),
      shipping: decimal(bill.shipping),
      codes: bill.discount.minor > 0n ? [code] : [],
      ...(fields.cid ? { cid: fields.cid.slice(0, 500) } : {}),
      ...(email === '' ? {} : { customer: { id: email, email } }),
      items: netsOf(bag, bill).map((item) => ({ ...item, net: decimal(item.net) })),
    },
  }).catch((error: unknown) => {
    sent.orders.delete(externalId)
    throw error
  })
  return order
}

async function nextNumber(deps: WebDeps, programId: string, sent: Sent): Promise<string> {
  const known = [...(await deps.shop.orders(programId)), ...sent.orders.values()]
  const numbers = known.map((order) => Number(order.number.replace(/\D/g, '')) || 0)
  return `#${Math.max(1000, ...numbers) + 1}`
}

async function giveBack(deps: WebDeps, program: ProgramRow, fields: Record<string, string>, sent: Sent): Promise<void> {
  const order = (await soldBy(deps, program.id, sent)).find((o) => o.externalId === fields.order)
  if (!order) throw new Refusal('not_found', 'There is no such order.', 'Reload the page.')
  const left = order.base - order.refunded
  const half = order.base / 2n
  const minor = fields.part === 'half' && half < left ? half : left
  if (minor <= 0n) throw new Refusal('conflict', 'This order is already refunded.')
  const id = `${OURS}${(fields.event ?? '').slice(0, 60)}`
  const amount = { minor, currency: order.currency }
  await send(deps, program.id, `order.refunded:${id}`, {
    type: 'order.refunded',
    data: { id, order_id: order.externalId, at: deps.clock().toISOString(), currency: order.currency, base: decimal(amount) },
  })
  sent.refunded.set(order.externalId, order.refunded + minor)
}

/** Signs and sends like any shop: Standard Webhooks over HTTP, to the address every shop is given. */
async function send(deps: WebDeps, programId: string, id: string, payload: object): Promise<void> {
  const body = JSON.stringify(payload)
  const at = deps.clock()
  const signature = new Webhook(await deps.shop.secret(programId)).sign(id, at, body)
  const answer = await fetch(`${deps.shop.origin()}/hooks/generic/${programId}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signature,
    },
    body,
    signal: AbortSignal.timeout(10_000),
  })
  if (!answer.ok)
    throw new Refusal('conflict', `The webhook was answered with ${answer.status}.`, 'Look at the log of the server.')
}

/** This shop's orders, newest first: those that Troupe has read, and before them those that are on their way. */
async function soldBy(deps: WebDeps, programId: string, sent: Sent): Promise<Sold[]> {
  const known = (await deps.shop.orders(programId)).filter((order) => order.externalId.startsWith(OURS))
  const ids = new Set(known.map((order) => order.externalId))
  const fresh = [...sent.orders.values()].filter((order) => order.programId === programId && !ids.has(order.externalId))
  const all = [...fresh.map((order) => ({ ...order, arriving: true })), ...known.map((order) => ({ ...order, arriving: false }))]
  return all
    .map((order) => {
      const expected = sent.refunded.get(order.externalId) ?? 0n
      return expected > order.refunded ? { ...order, refunded: expected, arriving: true } : order
    })
    .sort((a, b) => b.at.getTime() - a.at.getTime())
}

function sendShop(
  request: FastifyRequest,
  reply: FastifyReply,
  program: ProgramRow,
  body: ReturnType<typeof renderShop>,
  waiting: boolean,
) {
  const page = document({
    title: `${program.name} shop`,
    theme: themeOf(request.cookies),
    styles: ['shop.css'],
    scripts: ['shop.js'],
    body,
    bodyClass: 'in-shop',
    ...(waiting ? { refresh: 3 } : {}),
  })
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page)
}
