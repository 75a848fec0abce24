// The list of every order of 90 days, as a manager opens it over HTTP: how soon it begins, how much memory the process that writes it
// takes for it, and whether each order is in it with its commission. The list of seven days comes first, so that the memory that any
// list takes is there already.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseMoney } from '../src/kernel/money.ts'
import type { Exporting } from './export-process.ts'
import { type Bench, median } from './side-by-side.ts'

const FIRST_BYTE_MS = 100
const MOST_MB = 20

export const bench: Bench = async ({ short }) => {
  const rows = short ? 100_000 : 1_000_000
  const child = fork(fileURLToPath(new URL('./export-process.js', import.meta.url)), [String(rows)], { stdio: 'inherit' })
  const gone = once(child, 'exit')
  const agent = new Agent({ keepAlive: true })
  const memory = async (): Promise<number> => {
    child.send('memory')
    return ((await once(child, 'message')) as [number])[0] / 2 ** 20
  }
  try {
    const [{ port, path, commission }] = (await once(child, 'message')) as [Exporting]
    const cookie = await signIn(port, path)
    const list = (period: string) => read(agent, port, `/exports/orders-${period}`, cookie)
    const first: number[] = []
    for (let n = 0; n < 5; n++) first.push((await list('7d')).firstMs)
    await memory()
    const before = await memory()
    const whole = await list('90d')
    const growth = (await memory()) - before
    first.push(whole.firstMs)
    const gates = {
      [`memory grows by at most ${MOST_MB} MB`]: growth <= MOST_MB,
      [`begins within ${FIRST_BYTE_MS} ms (median)`]: median(first) <= FIRST_BYTE_MS,
      'each order is in the list with its commission':
        whole.ids.size === rows && whole.rows === rows && whole.sum === BigInt(commission),
    }
    return {
      name: 'export',
      claim: 'a list of all orders begins at once and is never whole in memory',
      main: 'memory grown by, MB',
      exact: 'each order is in the list with its commission',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        orders: rows,
        'orders in the list': whole.rows,
        'first byte, ms (median)': median(first),
        'memory before, MB': before,
        'memory grown by, MB': growth,
        'orders a second': rows / whole.seconds,
        seconds: whole.seconds,
      },
      rounds: { 'first byte, ms': first },
    }
  } finally {
    agent.destroy()
    if (child.connected) child.disconnect()
    await gone
  }
}

/** The cookie of a session, by the form behind a login link. */
async function signIn(port: number, path: string): Promise<string> {
  const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }
  const asked = request({ port, host: '127.0.0.1', path, method: 'POST', headers })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  answer.resume()
  return (answer.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ')
}

/** Reads a list as it comes, and counts. */
async function read(agent: Agent, port: number, path: string, cookie: string) {
  const began = performance.now()
  const [answer] = (await once(get({ agent, port, host: '127.0.0.1', path, headers: { cookie } }), 'response')) as [
    IncomingMessage,
  ]
  if (answer.statusCode !== 200) throw new Error(`${path} was answered with ${answer.statusCode}.`)
  const found = { rows: 0, sum: 0n, ids: new Set<string>(), firstMs: 0, seconds: 0 }
  let rest = ''
  let head = true
  for await (const bytes of answer) {
    found.firstMs ||= performance.now() - began
    const lines = (rest + String(bytes)).split('\r\n')
    rest = lines.pop()!
    for (const line of head ? lines.splice(1) : lines) {
      const cells = line.split(',')
      found.rows++
      found.ids.add(cells[1]!)
      found.sum += parseMoney(cells[9]!, 'EUR').minor
    }
    head = false
  }
  found.seconds = (performance.now() - began) / 1_000
  return found
}
