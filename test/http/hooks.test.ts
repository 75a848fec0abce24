import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secretOf, type World, world } from '../world.ts'

let w: World
let secret: string
beforeAll(async () => {
  w = await world()
  secret = await secretOf(w.app, w.programId, 'generic')
})
afterAll(() => w.close())

const order = (id: string, total = '100.00') => ({
  type: 'order.created',
  data: { id, number: `#${id}`, at: '2026-11-20T11:00:00Z', currency: 'EUR', total, codes: [], items: [] },
})

async function post(body: string, headers: Record<string, string>, program = w.programId, source = 'generic') {
  const { server } = await w.serve()
  return server.inject({
    method: 'POST',
    url: `/hooks/${source}/${program}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  })
}
const signed = (id: string, body: string, key = secret, at = w.now) => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': new Webhook(key).sign(id, at, body),
})
const rows = () => w.within((ctx) => ctx.db.inbox.count({ where: { source: 'generic' } }))

test('a signed delivery is kept and answered with 202; the same again with 200 and no effect', async () => {
  const body = JSON.stringify(order('1'))
  expect((await post(body, signed('msg_1', body))).statusCode).toBe(202)
  const again = await post(body, signed('msg_1', body))
  expect(again.statusCode).toBe(200)
  expect(again.json()).toMatchObject({ duplicate: true })
  expect(await rows()).toBe(1)
})

test.each([
  ['another secret', (body: string) => signed('msg_x', body, `whsec_${Buffer.alloc(24, 1).toString('base64')}`)],
  ['another body', () => signed('msg_x', '{"other":true}')],
  ['an old timestamp', (body: string) => signed('msg_x', body, secret, new Date(w.now.getTime() - 3_600_000))],
  ['a future timestamp', (body: string) => signed('msg_x', body, secret, new Date(w.now.getTime() + 3_600_000))],
  ['no signature', () => ({})],
  ['a huge header', () => ({ 'webhook-id': 'msg_x', 'webhook-timestamp': '1', 'webhook-signature': `v1,${'A'.repeat(12_000)}` })],
])('%s: 401 and nothing stored', async (_why, headers) => {
  const before = await rows()
  const body = JSON.stringify(order('401'))
  expect((await post(body, headers(body) as Record<string, string>)).statusCode).toBe(401)
  expect(await rows()).toBe(before)
})

test('an unknown source and a foreign program look like a wrong signature', async () => {
  const body = JSON.stringify(order('2'))
  expect((await post(body, signed('msg_2', body), w.programId, 'nobody')).statusCode).toBe(401)
  expect((await post(body, signed('msg_2', body), await w.neighbour())).statusCode).toBe(401)
  expect((await post(body, signed('msg_2', body), 'prg_nonsense')).statusCode).toBe(401)
})

test('malformed JSON is 400, a body over 1 MiB is 413, and neither is stored', async () => {
  const before = await rows()
  expect((await post('{"type":', signed('msg_3', '{"type":'))).statusCode).toBe(400)
  const big = JSON.stringify({ type: 'order.created', filler: 'x'.repeat(1024 * 1024) })
  expect((await post(big, signed('msg_4', big))).statusCode).toBe(413)
  expect(await rows()).toBe(before)
})

test('the same id with another body: the first wins, the second is parked with 409 and managers are told', async () => {
  const first = JSON.stringify(order('5', '10.00'))
  const second = JSON.stringify(order('5', '99.00'))
  expect((await post(first, signed('msg_5', first))).statusCode).toBe(202)
  expect((await post(second, signed('msg_5', second))).statusCode).toBe(409)
  expect((await post(second, signed('msg_5', second))).statusCode).toBe(409)
  const parked = await w.within((ctx) => ctx.db.inbox.findMany({ where: { state: 'parked' } }))
  expect(parked).toHaveLength(1)
  const ana = await w.manager('Ana')
  expect(await ana.sees('managers')).toMatch(/parked/)
})

test('shops get 200 for a conflict, for they drop endpoints that fail', async () => {
  const { hmacBase64 } = await import('../../src/kernel/signature.ts')
  const shopify = await secretOf(w.app, w.programId, 'shopify')
  const deliver = (body: string) =>
    post(
      body,
      { 'x-shopify-topic': 'orders/create', 'x-shopify-event-id': 'ev1', 'x-shopify-hmac-sha256': hmacBase64(shopify, body) },
      w.programId,
      'shopify',
    )
  expect((await deliver('{"id":1}')).statusCode).toBe(200)
  expect((await deliver('{"id":2}')).statusCode).toBe(200)
  expect(await w.within((ctx) => ctx.db.inbox.count({ where: { source: 'shopify', state: 'parked' } }))).toBe(1)
})

test('both secrets work while one is being replaced', async () => {
  const { connect } = await import('../../src/programs/service.ts')
  const fresh = await w.within((ctx) => connect(ctx, w.programId, 'generic'))
  for (const [id, key] of [
    ['msg_old', secret],
    ['msg_new', fresh],
  ] as const) {
    const body = JSON.stringify(order(id))
    expect((await post(body, signed(id, body, key))).statusCode).toBe(202)
  }
})

test('bodies are sealed at rest', async () => {
  const body = JSON.stringify({ ...order('6'), note: 'buyer@example.com' })
  await post(body, signed('msg_6', body, await secretOf(w.app, w.programId, 'generic')))
  const row = await w.within((ctx) => ctx.db.inbox.findFirstOrThrow({ where: { externalId: { contains: 'msg_6' } } }))
  expect(Buffer.from(row.body!).includes('buyer@example.com')).toBe(false)
})

test('a burst is kept whole: one id twice, two programs, a wrong signature and a row that cannot be kept among good ones', async () => {
  const other = await w.neighbour()
  const keys = new Map([
    [w.programId, await secretOf(w.app, w.programId, 'generic')],
    [other, await secretOf(w.app, other, 'generic')],
  ])
  const deliver = (id: string, program = w.programId, total = '1.00') => {
    const body = JSON.stringify(order(id, total))
    return post(body, signed(id, body, keys.get(program)), program)
  }
  // The table refuses this one, as it would any row that breaks a constraint.
  const { owner } = w.app.database
  await owner.query(`ALTER TABLE "Inbox" ADD CONSTRAINT picky CHECK ("externalId" <> 'burst_bad') NOT VALID`)
  const ids = Array.from({ length: 30 }, (_, n) => `burst_${n}`)
  const codes = async (answers: Promise<{ statusCode: number }>[]) => (await Promise.all(answers)).map((one) => one.statusCode)
  const [good, twice, foreign, bad, wrong] = await Promise.all([
    codes(ids.map((id) => deliver(id))),
    codes([deliver('burst_x'), deliver('burst_x'), deliver('burst_x', w.programId, '2.00')]),
    codes(ids.map((id) => deliver(id, other))),
    codes([deliver('burst_bad')]),
    codes([post('{}', signed('burst_y', '{}', keys.get(other)))]),
  ])
  await owner.query('ALTER TABLE "Inbox" DROP CONSTRAINT picky')
  expect(good).toEqual(ids.map(() => 202))
  expect(foreign).toEqual(ids.map(() => 202))
  expect(twice).toEqual([202, 200, 409])
  expect(bad).toEqual([500])
  expect(wrong).toEqual([401])
  const kept = (programId: string) =>
    w.app.database.within(programId, (db) => db.inbox.count({ where: { externalId: { startsWith: 'burst_' } } }))
  expect(await kept(w.programId)).toBe(ids.length + 2)
  expect(await kept(other)).toBe(ids.length)
  expect((await deliver('burst_bad')).statusCode).toBe(202)
})

test('a secret counts from the moment it is made, and no longer than it is kept', async () => {
  const { connect } = await import('../../src/programs/service.ts')
  const before = await secretOf(w.app, w.programId, 'generic')
  const deliver = async (id: string, key: string) => {
    const body = JSON.stringify(order(id))
    return (await post(body, signed(id, body, key))).statusCode
  }
  expect(await deliver('turn_1', before)).toBe(202)
  const next = await w.within((ctx) => connect(ctx, w.programId, 'generic'))
  expect(await deliver('turn_2', next)).toBe(202)
  await w.within((ctx) => connect(ctx, w.programId, 'generic'))
  expect(await deliver('turn_3', next)).toBe(202)
  expect(await deliver('turn_4', before)).toBe(401)
})
