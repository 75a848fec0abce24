// Webhook intake with a signature check and a durable commit before the 2xx, against one bare transaction a webhook that inserts the
// same bytes. A throughput counts only when every acknowledged id is found once in the inbox.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import autocannon from 'autocannon'
import pg from 'pg'
import { Webhook } from 'standardwebhooks'
import { openClicks } from '../src/http/clicks.ts'
import { buildServer } from '../src/http/server.ts'
import { type House, openHouse } from './house-process.ts'
import { type Bench, sideBySide, type Turn } from './side-by-side.ts'

const CONNECTIONS = 16

export const bench: Bench = async ({ short }) => {
  const house = await openHouse()
  const acked = new Set<string>()
  const clicks = openClicks(house.app, house.url)
  await clicks.start()
  const server = await buildServer(house.app, clicks, { mounts: [] })
  await server.listen({ port: 0, host: '127.0.0.1' })
  const ours = (server.server.address() as AddressInfo).port
  const bare = await bareIntake(house)
  const seconds = short ? 3 : 15
  const sign = await signer(house)
  const result = await sideBySide(
    short ? 3 : 5,
    () => load(bare.port, seconds, sign),
    () => load(ours, seconds, sign, acked),
  )
  const { rows } = await house.app.database.owner.query<{ n: string }>(
    `SELECT count(DISTINCT "externalId") AS n FROM "Inbox" WHERE source = 'generic' AND state = 'heard'`,
  )
  const kept = Number(rows[0]!.n)
  await bare.close()
  await server.close()
  await clicks.stop()
  await house.close()
  const gates = {
    'every acknowledged delivery is in the inbox once': kept >= acked.size && acked.size > 0,
    'no request failed': result.b.errors === 0,
  }
  return {
    name: 'webhooks',
    claim: 'signed webhooks, each committed before its 2xx, as a share of one bare transaction a webhook',
    passed: Object.values(gates).every(Boolean),
    gates,
    figures: {
      'share of bare (median of pairs)': result.ratio,
      'each pair': result.ratios,
      'ours per second': result.b.perSecond,
      'bare per second': result.a.perSecond,
      'ours p99 ms': result.b.p99,
      acked: acked.size,
      kept,
    },
  }
}

type Signed = { id: string; body: string; headers: Record<string, string>; path: string }

async function signer(house: House): Promise<() => Signed> {
  const row = await house.app.database.within(house.programId, (db) =>
    db.connection.findUniqueOrThrow({ where: { programId_source: { programId: house.programId, source: 'generic' } } }),
  )
  const webhook = new Webhook(house.app.sealer.unseal(Buffer.from((row.secrets as string[])[0]!, 'base64')).toString())
  let n = 0
  return () => {
    const id = `msg_${process.pid}_${++n}`
    const at = house.app.clock()
    const body = JSON.stringify({
      type: 'order.created',
      data: { id: String(n), number: `#${n}`, at: at.toISOString(), currency: 'EUR', total: '100.00', codes: [], items: [] },
    })
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': webhook.sign(id, at, body),
    }
    return { id, body, headers, path: `/hooks/generic/${house.programId}` }
  }
}

async function load(port: number, duration: number, sign: () => Signed, acked?: Set<string>): Promise<Turn> {
  const run = autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    duration,
    requests: [
      {
        method: 'POST',
        setupRequest: (request, context) => {
          const { id, body, headers, path } = sign()
          ;(context as { id?: string }).id = id
          return { ...request, method: 'POST', path, body, headers }
        },
        onResponse: (status, _body, context) => {
          if (status < 300) acked?.add((context as { id: string }).id)
        },
      },
    ],
  })
  const { requests, latency, errors, non2xx } = await run
  return { perSecond: requests.average, p99: latency.p99, errors: errors + non2xx }
}

/** One prepared INSERT of the same bytes, committed before the answer: what a webhook costs at least. */
async function bareIntake(house: House): Promise<{ port: number; close: () => Promise<void> }> {
  const pool = new pg.Pool({ connectionString: house.url, max: CONNECTIONS })
  await pool.query('CREATE TABLE bare (id bigserial primary key, body bytea, at timestamptz default now())')
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    await pool.query({ name: 'bare', text: 'INSERT INTO bare (body) VALUES ($1)', values: [Buffer.concat(chunks)] })
    response.writeHead(202).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await pool.end()
  }
  return { port: (server.address() as AddressInfo).port, close }
}
