// Webhook intake with a signature check and a durable commit before the 2xx, against node:http with one bare INSERT a webhook: no
// check, no seal, no unique id. A throughput counts only when every acknowledged id is found in the inbox, once.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import pg from 'pg'
import { Webhook } from 'standardwebhooks'
import { wallClock } from '../src/app.ts'
import { type Bench, sideBySide, type Turn } from './side-by-side.ts'
import type { Intakes } from './webhooks-process.ts'

/** A shop's burst. */
const CONNECTIONS = 64

export const bench: Bench = async ({ short }) => {
  const child = fork(fileURLToPath(new URL('./webhooks-process.js', import.meta.url)), { stdio: 'inherit' })
  const gone = once(child, 'exit')
  try {
    const [intakes] = (await once(child, 'message')) as [Intakes]
    const seconds = short ? 3 : 15
    const sign = signer(intakes)
    const acked = new Set<string>()
    const result = await sideBySide(
      short ? 5 : 9,
      () => load(child, intakes.bare, seconds, sign),
      () => load(child, intakes.ours, seconds, sign, acked),
    )
    const { lost, twice } = await exactness(intakes, acked)
    const errors = result.turns.reduce((sum, { a, b }) => sum + a.errors! + b.errors!, 0)
    const gates = {
      'at least half of bare node:http with one INSERT each (median of pairs)': result.ratio >= 0.5,
      'every acknowledged delivery is in the inbox, once': acked.size > 0 && lost === 0 && twice === 0,
      'no request failed': errors === 0,
    }
    return {
      name: 'webhooks',
      claim: 'signed webhooks, each checked, sealed and committed before its 2xx, as a share of one bare INSERT each',
      main: 'share of bare (median of pairs)',
      exact: 'every acknowledged delivery is in the inbox, once',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        connections: CONNECTIONS,
        'share of bare (median of pairs)': result.ratio,
        'each pair': result.ratios,
        'ours per second': Math.round(result.b.perSecond),
        'bare per second': Math.round(result.a.perSecond),
        'ours CPU µs/request': result.b.cpuMicros,
        'bare CPU µs/request': result.a.cpuMicros,
        'ours p50 ms': result.b.p50,
        'ours p99 ms': result.b.p99,
        'bare p99 ms': result.a.p99,
        acked: acked.size,
        lost,
        twice,
      },
      rounds: { 'bare, ours': result.turns },
    }
  } finally {
    if (child.connected) child.disconnect()
    await gone
  }
}

type Signed = { id: string; body: string; headers: Record<string, string>; path: string }

export function signer({ programId, secret }: Intakes): () => Signed {
  const webhook = new Webhook(secret)
  let n = 0
  return () => {
    const id = `msg_${process.pid}_${++n}`
    const at = wallClock()
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
    return { id, body, headers, path: `/hooks/generic/${programId}` }
  }
}

/** One turn of load on one intake, with the processor time its process spent on each request. */
export async function load(
  child: ChildProcess,
  port: number,
  seconds: number,
  sign: () => Signed,
  acked?: Set<string>,
): Promise<Turn> {
  const cpu = async () => {
    child.send('cpu')
    return ((await once(child, 'message')) as [number])[0]
  }
  const before = await cpu()
  const { requests, latency, errors, non2xx } = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    duration: seconds,
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
  const { p50, p99 } = latency
  return { perSecond: requests.average, cpuMicros: ((await cpu()) - before) / requests.total, p50, p99, errors: errors + non2xx }
}

/** Holds the acknowledged ids against the rows of the inbox. */
export async function exactness({ url }: Intakes, acked: Set<string>): Promise<{ lost: number; twice: number }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ id: string; times: number }>(
    `SELECT "externalId" AS id, count(*)::int AS times FROM "Inbox" WHERE source = 'generic' AND body IS NOT NULL GROUP BY 1`,
  )
  await client.end()
  const kept = new Map(rows.map(({ id, times }) => [id, times]))
  const counts = { lost: 0, twice: 0 }
  for (const id of acked) {
    const times = kept.get(id) ?? 0
    if (times === 0) counts.lost++
    if (times > 1) counts.twice++
  }
  return counts
}
