/** Bodies that nobody sends in good faith, at the one door that is open to everybody, while others are served. */
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import { type World, world } from '../world.ts'
import { figure } from './figure.ts'
import { underLoad } from './load.ts'

let w: World
beforeAll(async () => {
  w = await world()
  await w.creator('Mia')
})
afterAll(() => w.close())

/** Sends raw bytes in pieces; gives the status that came back, or 0 where the connection was cut without a word. */
function send(port: number, pieces: Iterable<string | Buffer>, everyMs = 0): Promise<number> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', async () => {
      for (const piece of pieces) {
        if (socket.destroyed || heard !== '') break
        if (!socket.write(piece)) await new Promise((go) => socket.once('drain', go).once('close', go))
        if (everyMs > 0) await pause(everyMs)
      }
    })
    socket.setEncoding('utf8').on('data', (words) => {
      heard += words
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1] ?? 0)))
    socket.setTimeout(20_000, () => socket.destroy())
  })
}

const head = (path: string, ...more: string[]) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n${more.join('\r\n')}\r\n\r\n`

function whole(path: string, body: Buffer | string, ...more: string[]): (string | Buffer)[] {
  return [head(path, `Content-Length: ${Buffer.byteLength(body)}`, ...more), body]
}

test('odd bodies are refused, and others are answered meanwhile', async () => {
  const load = await underLoad(w, { hooks: 1, clicks: 2 })
  const { port } = load
  const hook = `/hooks/generic/${w.programId}`
  await pause(1_500)
  const calm = load.p99()
  const before = process.memoryUsage().rss
  const cpu = process.cpuUsage()
  const piece = Buffer.alloc(64 * 1024, 97)
  function* pieces(first: string, count: number): Generator<string | Buffer> {
    yield first
    for (let n = 0; n < count; n++) yield piece
  }
  function* chunks(count: number): Generator<string | Buffer> {
    yield head(hook, 'Transfer-Encoding: chunked')
    for (let n = 0; n < count; n++) yield Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')])
  }
  const deep = '['.repeat(500_000) + ']'.repeat(500_000)
  const keys = `{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":1`).join(',')}}`
  const odd: [string, Iterable<string | Buffer>, number[]][] = [
    ['100 MB', pieces(head(hook, 'Content-Length: 104857600'), 1_600), [413]],
    ['100 MB without a length', chunks(1_600), [413]],
    ['no length', [head(hook)], [400, 401, 411]],
    ['a wrong length', [head(hook, 'Content-Length: -5')], [400]],
    ['two lengths', [head(hook, 'Content-Length: 5', 'Content-Length: 6'), 'hello!'], [400]],
    ['chunked and a length', [head(hook, 'Content-Length: 5', 'Transfer-Encoding: chunked'), '0\r\n\r\n'], [400]],
    ['a gzip bomb', whole(hook, gzipSync(Buffer.alloc(50_000_000)), 'Content-Encoding: gzip'), [401, 413, 415]],
    ['500,000 deep', whole(hook, deep), [401]],
    ['60,000 keys', whole(hook, keys), [401]],
    ['__proto__', whole(hook, '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'), [401]],
    ['invalid UTF-8', whole(hook, Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d])), [401]],
    ['a header of 100 kB', [head(hook, `X-Long: ${'a'.repeat(100_000)}`, 'Content-Length: 0')], [431]],
    ['a path of 100 kB', [`GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`], [414, 431]],
    ['no HTTP at all', ['\u0000\u0001\u0002 hello\r\n\r\n'], [400]],
    ['a form for an unknown page', whole('/login/none', keys), [400, 403, 404, 405, 413, 415]],
  ]
  const wrong: string[] = []
  for (const [name, bytes, wanted] of odd) {
    const status = await send(port, bytes)
    if (!wanted.includes(status)) wrong.push(`${name}: ${status}`)
  }
  const spent = process.cpuUsage(cpu)
  const grown = (process.memoryUsage().rss - before) / 2 ** 20
  await load.end()
  expect(wrong).toEqual([])
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  expect(Object.keys(load.hookStatus)).toEqual(['202'])
  expect(Object.keys(load.clickStatus)).toEqual(['302'])
  figure('F28', 'odd bodies / refused as they should be', `${odd.length} / ${odd.length - wrong.length}`)
  figure('F28', 'CPU for all of them with sender and load in one process, ms', Math.round((spent.user + spent.system) / 1_000))
  figure('F28', 'memory grown by, MB (sender included)', grown.toFixed(0))
  figure('F28', 'p99 of redirects before and meanwhile, ms', `${calm.toFixed(1)}; ${load.p99().toFixed(1)}`)
  await load.exact()
})

test('five hundred who drip are cut, and others are answered meanwhile', async () => {
  const { clicks } = await w.serve()
  const timeouts = { headersMs: 2_000, requestMs: 3_000, checkMs: 250 }
  const server = await buildServer(w.app, clicks, { mounts: [], timeouts })
  await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as { port: number }
  const { slug } = await w.within((ctx) => ctx.db.link.findFirstOrThrow())
  const hook = `/hooks/generic/${w.programId}`
  function* drip(first: string, what: string): Generator<string> {
    yield first
    for (let n = 0; n < 40; n++) yield what
  }
  const drippers = Array.from({ length: 500 }, (_, n) =>
    n % 2 === 0
      ? send(port, drip(head(hook, 'Content-Length: 1000'), 'a'), 500)
      : send(port, drip(`POST ${hook} HTTP/1.1\r\nHost: x\r\n`, 'X-More: a\r\n'), 500),
  )
  await pause(500)
  const times: number[] = []
  for (let n = 0; n < 100; n++) {
    const began = performance.now()
    const status = await send(port, [
      `GET /${slug} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nUser-Agent: Safari\r\n\r\n`,
    ])
    expect(status).toBe(302)
    times.push(performance.now() - began)
  }
  const cut = await Promise.all(drippers)
  expect(cut.filter((status) => status !== 408 && status !== 0)).toEqual([])
  figure('F28', 'five hundred who drip: redirects meanwhile, p99 ms', times.sort((a, b) => a - b)[98]!.toFixed(1))
  await server.close()
})
