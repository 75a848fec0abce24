// A load of GET requests over keep-alive sockets, run in its own process by redirect.ts. It writes ready-made bytes and looks only
// for the end of each answer and its click id, so that the server and not the load is the slower side, and it keeps every id it was sent.
import { createWriteStream } from 'node:fs'
import { connect, type Socket } from 'node:net'

/** One turn: closed loop (`rate` 0: each socket asks again when answered) or open loop (`rate` a second, whatever the answers do). */
export type LoadOrder = {
  port: number
  seconds: number
  sockets: number
  rate: number
  acked: string
  slugs: number
  visitors: number
}

/** Latencies in ms; in an open loop from the moment a request was due, so that a stall counts for all who waited. */
export type LoadReport = { answered: number; errors: number; seconds: number; p50: number; p99: number; p999: number }

const agents = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
]

function requests({ slugs, visitors }: LoadOrder): Buffer[] {
  return Array.from({ length: Math.min(20_000, visitors) }, (_, i) => {
    const slug = `creator-${(i * 7919) % slugs}`
    const ip = `${1 + (i % 220)}.${(i >> 4) % 256}.${(i * 31) % 256}.${(i * 17) % 254}`
    const lines = [
      `GET /${slug}?ref=bio HTTP/1.1`,
      'Host: go.shop.example',
      `User-Agent: ${agents[i % agents.length]}`,
      `X-Forwarded-For: ${ip}`,
    ]
    lines.push('Accept: text/html', 'Accept-Language: en', 'Referer: https://www.tiktok.com/', '', '')
    return Buffer.from(lines.join('\r\n'))
  })
}

function run(order: LoadOrder): Promise<LoadReport> {
  const { port, seconds, sockets, rate, acked } = order
  const asks = requests(order)
  const out = createWriteStream(acked)
  const latencies: number[] = []
  const idle: Socket[] = []
  const due: number[] = []
  let next = 0
  let errors = 0
  let over = false
  let asking = 0

  function ask(socket: Socket & { since?: number }, since: number): void {
    socket.since = since
    asking++
    socket.write(asks[next++ % asks.length]!)
  }

  function answered(socket: Socket & { since?: number }, head: string): void {
    asking--
    latencies.push(performance.now() - socket.since!)
    if (!head.startsWith('HTTP/1.1 302')) errors++
    const cid = head.indexOf('cid=')
    if (cid >= 0) out.write(`${head.slice(cid + 4, head.indexOf('\r\n', cid))}\n`)
    if (over) return
    if (rate === 0) ask(socket, performance.now())
    else if (due.length > 0) ask(socket, due.shift()!)
    else idle.push(socket)
  }

  function open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      let rest = ''
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('connect', () => resolve(socket))
      socket.on('error', (error) => {
        errors++
        reject(error)
      })
      socket.on('data', (bytes) => {
        rest += bytes.toString('latin1')
        for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
          const head = rest.slice(0, end + 2)
          rest = rest.slice(end + 4)
          answered(socket, head)
        }
      })
    })
  }

  return (async () => {
    const all = await Promise.all(Array.from({ length: sockets }, open))
    const start = performance.now()
    // Never asleep: waking a sleeping process is dear, would be paid by the server's write(2), and paid more often by the slower server. In
    // an open loop both are asked as often, and what never sleeps would take the place of what the server needs beside it.
    const spin = () => void (over || setImmediate(spin))
    if (rate === 0) {
      spin()
      for (const socket of all) ask(socket, start)
    } else {
      idle.push(...all)
      let sent = 0
      const pump = () => {
        const time = performance.now()
        for (; sent < ((time - start) / 1000) * rate; sent++) {
          const at = start + (sent / rate) * 1000
          // The one that rested longest, so that none is closed for having asked nothing.
          const socket = idle.shift()
          if (socket) ask(socket, at)
          else due.push(at)
        }
        if (!over) setTimeout(pump, 0)
      }
      pump()
    }
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    over = true
    const took = (performance.now() - start) / 1000
    const inTime = latencies.length
    for (let tries = 0; asking > 0 && tries < 200; tries++) await new Promise((resolve) => setTimeout(resolve, 10))
    errors += asking
    for (const socket of all) socket.destroy()
    await new Promise((resolve) => out.end(resolve))
    const sorted = Float64Array.from(latencies).sort()
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
    return { answered: inTime, errors, seconds: took, p50: at(0.5), p99: at(0.99), p999: at(0.999) }
  })()
}

process.on('message', (order: LoadOrder) => {
  run(order).then(
    (report) => process.send!(report),
    (error) => {
      throw error
    },
  )
})
