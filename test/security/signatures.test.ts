/** Every way a signature can be wrong, at everything that is signed: refused without an exception and in no time. */
import { createHmac } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connector } from '../../src/connector.ts'
import generic from '../../src/connectors/generic.ts'
import shopify from '../../src/connectors/shopify.ts'
import stripe from '../../src/connectors/stripe.ts'
import woocommerce from '../../src/connectors/woocommerce.ts'
import { createLog } from '../../src/log.ts'
import { eventRoutes } from '../../src/platforms/slack/receiver.ts'

const now = new Date('2026-11-20T12:00:00Z')
const seconds = now.getTime() / 1000
const body = Buffer.from('{"id":"evt_1","type":"x"}')
const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const raw = Buffer.from(secret.slice(6), 'base64')

/** What is wrong, made from a right signature; `undefined` leaves the header out. */
const kinds: [string, (good: string) => string | undefined][] = [
  ['missing', () => undefined],
  ['empty', () => ''],
  ['a character short', (good) => good.slice(0, -1)],
  ['a character long', (good) => `${good}0`],
  ['no hex and no base64', (good) => `${good.slice(0, -4)}zz!~`],
  ['two headers, joined as Node joins them', (good) => `${good}x, ${good}x`],
  ['in Unicode that looks alike', (good) => good.replace(/[a-z0-9](?=.{3}$)/i, 'а')],
  ['in full width', (good) => good.replace(/.(?=.{3}$)/, '０')],
  ['in the other case', (good) => [...good].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join('')],
  ['1 MB long', (good) => good + 'A'.repeat(1_000_000)],
  ['of another algorithm', (good) => `sha512=${good}`],
  ['with NUL inside', (good) => `${good.slice(0, 5)}\0${good.slice(5)}`],
  ['with its first character changed', (good) => (good.startsWith('0') ? '1' : '0') + good.slice(1)],
  ['nothing but a prefix', (good) => good.slice(0, 3)],
]

type Signed = {
  name: string
  connector: Connector
  header: string
  headers: (at: number, key?: string) => Record<string, string>
  aged: boolean
}

const mac = (key: string | Buffer, encoding: 'hex' | 'base64', ...parts: (string | Buffer)[]) =>
  parts.reduce<ReturnType<typeof createHmac>>((all, part) => all.update(part), createHmac('sha256', key)).digest(encoding)
const rawOf = (key: string) => Buffer.from(key.slice(6), 'base64')

const signed: Signed[] = [
  {
    name: 'generic',
    connector: generic,
    header: 'webhook-signature',
    headers: (at, key = secret) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': `${at}`,
      'webhook-signature': `v1,${mac(rawOf(key), 'base64', `msg_1.${at}.`, body)}`,
    }),
    aged: true,
  },
  {
    name: 'stripe',
    connector: stripe,
    header: 'stripe-signature',
    headers: (at, key = secret) => ({ 'stripe-signature': `t=${at},v1=${mac(key, 'hex', `${at}.`, body)}` }),
    aged: true,
  },
  {
    name: 'shopify',
    connector: shopify,
    header: 'x-shopify-hmac-sha256',
    headers: (_at, key = secret) => ({ 'x-shopify-hmac-sha256': mac(key, 'base64', body) }),
    aged: false,
  },
  {
    name: 'woocommerce',
    connector: woocommerce,
    header: 'x-wc-webhook-signature',
    headers: (_at, key = secret) => ({ 'x-wc-webhook-signature': mac(key, 'base64', body) }),
    aged: false,
  },
]
const another = `whsec_${Buffer.alloc(24, 8).toString('base64')}`

describe.each(signed)('$name', ({ connector, header, headers, aged }) => {
  const verify = (given: Record<string, string>, secrets = [secret]) => connector.verify({ headers: given, body }, secrets, now)

  test('believes the right one, also beside a newer secret, and none of a secret that is gone', () => {
    expect(raw).toHaveLength(24)
    expect(verify(headers(seconds))).toBe(true)
    expect(verify(headers(seconds), [another, secret])).toBe(true)
    expect(verify(headers(seconds), [another])).toBe(false)
    expect(verify(headers(seconds), [])).toBe(false)
  })

  test.each(kinds)('refuses one that is %s', (_, wrong) => {
    const right = headers(seconds)
    const { [header]: good = '', ...rest } = right
    const bad = wrong(good)
    // The work of the processor, for on a busy machine time goes by in between.
    const took = Array.from({ length: 5 }, () => {
      const began = process.cpuUsage()
      expect(verify(bad === undefined ? rest : { ...rest, [header]: bad })).toBe(false)
      const { user, system } = process.cpuUsage(began)
      return (user + system) / 1_000
    })
    expect(Math.min(...took)).toBeLessThan(20)
  })

  test.runIf(aged)('refuses a signed time of long ago and of the future', () => {
    for (const drift of [-301, 301, -86_400 * 365, 86_400 * 3_650])
      expect(verify(headers(seconds + drift)), `${drift}`).toBe(false)
  })
})

test('every connector is in this table', async () => {
  const { readdirSync } = await import('node:fs')
  const files = readdirSync(new URL('../../src/connectors/', import.meta.url)).filter((name) => name.endsWith('.ts'))
  expect(files.map((name) => name.slice(0, -3)).sort()).toEqual(signed.map(({ name }) => name).sort())
})

describe('Slack over HTTP', () => {
  const signing = '8f742231b10e8888abcd99yyyzzz85a5'
  const words = 'command=%2Ftroupe&text=help'
  let server: FastifyInstance
  let taken = 0
  beforeAll(async () => {
    server = Fastify()
    const ear = {
      processEvent: async (event: { ack: (said?: unknown) => Promise<void> }) => {
        taken++
        await event.ack()
      },
    }
    await eventRoutes(server, { clock: () => now, log: createLog('silent') } as never, ear as never, signing)
  })
  afterAll(() => server.close())

  const good = (at = seconds) => `v0=${mac(signing, 'hex', `v0:${at}:${words}`)}`
  const post = (signature: string | undefined, at = seconds) =>
    server.inject({
      method: 'POST',
      url: '/slack/events',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': `${at}`,
        ...(signature === undefined ? {} : { 'x-slack-signature': signature }),
      },
      payload: words,
    })

  test('believes the right one', async () => {
    expect((await post(good())).statusCode).toBe(200)
    expect(taken).toBe(1)
  })

  test.each(kinds)('refuses one that is %s', async (_, wrong) => {
    expect((await post(wrong(good()))).statusCode).toBe(401)
    expect(taken).toBe(1)
  })

  test('refuses another version, an old time and one to come', async () => {
    expect((await post(good().replace('v0=', 'v1='))).statusCode).toBe(401)
    for (const drift of [-301, 301]) expect((await post(good(seconds + drift), seconds + drift)).statusCode, `${drift}`).toBe(401)
    expect(taken).toBe(1)
  })
})
