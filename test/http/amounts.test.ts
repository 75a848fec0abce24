import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secretOf, type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

/** A signed body as it stands, for what no JSON library would write. */
async function send(body: string): Promise<{ status: number; id: string }> {
  const { server } = await w.serve()
  const id = `msg_${randomBytes(8).toString('hex')}`
  const signature = new Webhook(await secretOf(w.app, w.programId, 'generic')).sign(id, w.now, body)
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(w.now.getTime() / 1000)),
    'webhook-signature': signature,
  }
  const answer = await server.inject({ method: 'POST', url: `/hooks/generic/${w.programId}`, headers, payload: body })
  await w.app.runJob('absorb')
  return { status: answer.statusCode, id }
}

const created = (total: string, currency = '"EUR"') =>
  `{"type":"order.created","data":{"id":"A","number":"A","at":"2026-11-20T11:00:00Z","currency":${currency},"total":${total},"codes":[]}}`
const kept = (id: string) => w.within((ctx) => ctx.db.inbox.findFirst({ where: { externalId: id } }))

test.each([
  ['NaN', created('NaN')],
  ['Infinity', created('-Infinity')],
  ['a number that is cut off', created('12.')],
])('%s is no JSON: refused, and nothing is kept', async (_name, body) => {
  const { status, id } = await send(body)
  expect(status).toBe(400)
  expect(await kept(id)).toBeNull()
})

test.each([
  ['an integer beyond 2^63', created('12345678901234567890')],
  ['beyond every account', created('1e308')],
  ['an amount below zero', created('"-5.00"')],
  ['a comma', created('"12,34"')],
  ['more decimals than yen have', created('"12.5"', '"JPY"')],
  ['more decimals than dinars have', created('"1.2345"', '"KWD"')],
  ['an unknown currency', created('"12.00"', '"EURO"')],
  ['a currency that is none', created('"12.00"', '"QQQ"')],
  ['no amount', created('null')],
])('%s is kept, and parked with a reason that managers see', async (_name, body) => {
  const { status, id } = await send(body)
  expect(status).toBe(202)
  const row = await kept(id)
  expect(row).toMatchObject({ state: 'parked' })
  expect(row?.error).toMatch(/data\.|amount|currenc/i)
  expect(await w.within((ctx) => ctx.db.order.count())).toBe(0)
})

test('what has more digits than a float keeps all of them', async () => {
  const { status } = await send(created('900719925474099.33'))
  expect(status).toBe(202)
  expect((await w.within((ctx) => ctx.db.order.findFirstOrThrow())).base).toBe(90_071_992_547_409_933n)
})
