/** What comes over the wire on purpose to do harm: split headers, prototypes, endless and packed bodies. */
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { Browser } from '../browser.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
let port: number
beforeAll(async () => {
  w = await world({ mounts: (app) => openWebDoor(app, false) })
  mia = await w.creator('Mia')
  const { server } = await w.serve()
  await server.listen({ port: 0, host: '127.0.0.1' })
  port = (server.server.address() as { port: number }).port
}, 120_000)
afterAll(() => w.close())

/** Bytes as they are, over a connection of their own; gives all that came back. */
function send(...parts: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    socket.setEncoding('latin1').on('data', (words) => (heard += words))
    socket.on('error', () => {})
    socket.once('close', () => resolve(heard))
    for (const part of parts) socket.write(part)
  })
}

const head = (line: string, ...headers: string[]) =>
  [line, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n')

test('no address and no header of a request becomes a header of the answer', async () => {
  const slug = await w.within(async (ctx) => (await ctx.db.link.findFirstOrThrow()).slug)
  const tries = [
    `/${slug}?to=%0d%0aX-Split:%20yes`,
    `/${slug}%0d%0aX-Split:%20yes`,
    '/%0d%0aX-Split:%20yes',
    `/${slug}?x=\tX-Split:yes`,
    '/login/%0d%0aX-Split:%20yes',
    '/sign-in?next=%0d%0aX-Split:%20yes',
    '/dashboard/%E5%98%8A%E5%98%8DX-Split:%20yes',
  ]
  for (const path of tries) {
    const answer = await send(head(`GET ${path} HTTP/1.1`, 'Referer: http://x/%0d%0aX-Split: yes', 'Accept: text/html'))
    expect(answer, path).toMatch(/^HTTP\/1\.1 \d{3} /)
    expect(answer.split('\r\n\r\n')[0], path).not.toMatch(/^x-split/im)
  }
  // Bytes that no header may hold, and two lengths that contradict each other, end the connection before anything looks at them.
  expect(await send('GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\rX-Split: yes\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  const smuggled = head(`POST /hooks/generic/${w.programId} HTTP/1.1`, 'Content-Length: 4', 'Transfer-Encoding: chunked')
  expect(await send(smuggled, '0\r\n\r\nGET /health HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 (?![\s\S]*HTTP\/1\.1 )/)
})

test('a prototype in a form, a query or a body stays words', async () => {
  const browser = new Browser((await w.serve()).server)
  await browser.signIn(mia)
  const nasty = {
    __proto__: 'x',
    'constructor.prototype.bad': '1',
    '__proto__[bad]': '1',
    'o.__proto__': '1',
    'o.constructor': '1',
  }
  const form = new URLSearchParams([...Object.entries(nasty), ['__proto__', '1'], ['run', '__proto__'], ['run', 'constructor']])
  for (const url of ['/dashboard/run', '/sign-in', `/join/${w.programId}/apply`, `/share/${w.programId}`, '/logout'])
    expect((await browser.post(`${url}?__proto__[bad]=1`, Object.fromEntries(form))).status, url).toBeLessThan(500)
  const { server } = await w.serve()
  for (const payload of ['{"__proto__":{"bad":1}}', '{"constructor":{"prototype":{"bad":1}}}', '{"views":{"__proto__":[]}}'])
    for (const url of [`/gallery/${w.programId}.${'A'.repeat(43)}/seen`, '/dashboard/run', `/hooks/generic/${w.programId}`]) {
      const answer = await server.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } })
      expect(answer.statusCode, `${url} ${payload}`).toBeLessThan(500)
    }
  expect(({} as { bad?: unknown }).bad).toBeUndefined()
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('a body without an end is cut at the limit, told or not, and a packed one is not unpacked', async () => {
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  const target = `POST /hooks/generic/${w.programId} HTTP/1.1`
  const before = process.memoryUsage().rss
  const endless = await send(
    head(target, 'Transfer-Encoding: chunked', 'Content-Type: application/json'),
    ...Array<string>(200).fill(chunk),
  )
  expect(endless).toMatch(/^HTTP\/1\.1 413 /)
  const told = await send(head(target, 'Content-Length: 104857600', 'Content-Type: application/json'))
  expect(told).toMatch(/^HTTP\/1\.1 413 /)
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024))
  const packed = await send(
    head(target, `Content-Length: ${bomb.length}`, 'Content-Encoding: gzip', 'Content-Type: application/json'),
    bomb,
  )
  expect(packed).toMatch(/^HTTP\/1\.1 401 /)
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
})

test('pages refuse bodies that no page of theirs sends', async () => {
  const { server } = await w.serve()
  const post = (type: string, payload: string) =>
    server.inject({ method: 'POST', url: '/sign-in', payload, headers: { 'content-type': type, accept: 'text/html' } })
  expect((await post('application/x-www-form-urlencoded', `a=${'x'.repeat(1_100_000)}`)).statusCode).toBe(413)
  expect(
    (await post('application/x-www-form-urlencoded', Array.from({ length: 20_000 }, (_, n) => `k${n}=1`).join('&'))).statusCode,
  ).toBeLessThan(500)
  expect((await post('application/xml', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>')).statusCode).toBe(415)
})

test('a form that has no end, or is none, is told to be sent again, and is no fault of ours', async () => {
  const { server } = await w.serve()
  const answer = (url: string, type: string, payload: string) =>
    server.inject({ method: 'POST', url, headers: { 'content-type': type, 'sec-fetch-site': 'same-origin' }, payload })
  const begun = '--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nabc'
  for (const url of [`/join/${w.programId}/apply`, `/share/${w.programId}`]) {
    for (const [type, body] of [
      ['multipart/form-data; boundary=x', begun],
      ['multipart/form-data', begun],
    ] as const) {
      const { statusCode, body: said } = await answer(url, type, body)
      expect([url, statusCode, said]).toEqual([url, 400, expect.stringContaining('Please send it again.')])
    }
  }
})

test('who asks too often waits, whatever they say of themselves; others do not wait with them', async () => {
  const { server } = await w.serve()
  const ask = (remoteAddress: string, n: number) => {
    const forged = {
      'x-forwarded-for': `203.0.113.${n % 250}`,
      'x-real-ip': `203.0.113.${n % 250}`,
      'user-agent': `visitor ${n}`,
    }
    return server.inject({ url: '/sign-in', remoteAddress, headers: { accept: 'text/html', ...forged } })
  }
  const codes: number[] = []
  for (let n = 0; n < 602; n++) codes.push((await ask('198.51.100.7', n)).statusCode)
  expect([codes.filter((code) => code === 200).length, codes.slice(-2)]).toEqual([600, [429, 429]])
  const late = await ask('198.51.100.7', 700)
  expect(Number(late.headers['retry-after'])).toBeGreaterThan(0)
  expect(late.body).toContain('Too many requests; wait a minute and try again.')
  expect((await ask('198.51.100.8', 7)).statusCode).toBe(200)
}, 60_000)
