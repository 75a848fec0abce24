import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import cookie from '@fastify/cookie'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gate, needsKey, onlyOurNames } from '../../src/http/gate.ts'
import { buildServer, restsMs } from '../../src/http/server.ts'
import { minutes } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({
    mounts: () => [
      async (server) => {
        server.get('/broken', () => {
          throw new Error('secret internals')
        })
      },
    ],
  })
})
afterAll(() => w.close())

const get = async (url: string, headers: Record<string, string> = {}) =>
  (await w.serve()).server.inject({ method: 'GET', url, headers })

test('health names each part, is red without a tick and green with a fresh one', async () => {
  const before = await get('/health')
  expect(before.statusCode).toBe(503)
  expect(before.json().parts).toMatchObject({
    db: { ok: true },
    journal: { ok: true, pendingBytes: 0 },
    schedule: { ok: false, lastTick: null },
  })
  await w.app.runJob('due')
  const after = await get('/health')
  expect(after.statusCode).toBe(200)
  w.at(minutes(w.now, 10))
  expect((await get('/health')).statusCode).toBe(503)
  // To start this process anew would make none of the others tick.
  expect((await get('/health/live')).statusCode).toBe(200)
})

test('an unexpected failure shows a reference and nothing of its inside', async () => {
  w.app.log.level = 'silent'
  const { server } = await w.serve()
  server.log.level = 'silent'
  const page = await get('/broken', { accept: 'text/html' })
  expect(page.statusCode).toBe(500)
  expect(page.body).toMatch(/err_[0-9A-Z]{26}/)
  expect(page.body).not.toContain('secret internals')
  expect((await get('/broken')).json().reference).toMatch(/^err_/)
})

test('a request under way is answered when the server closes, and an idle connection does not hold it up', async () => {
  const own = await world({ mounts: () => [async (server) => void server.get('/slow', slow)] })
  const { server } = await own.serve()
  const address = await server.listen({ port: 0, host: '127.0.0.1' })
  const answer = fetch(`${address}/slow`).then((response) => response.text())
  await new Promise((resolve) => setTimeout(resolve, 100))
  const began = performance.now()
  await server.close()
  expect(await answer).toBe('answered')
  expect(performance.now() - began).toBeLessThan(2_000)
  await own.close()
})

async function slow(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 300))
  return 'answered'
}

describe('patience', () => {
  /** Sends each part a moment after the one before; gives what came back, and after how long the connection was closed. */
  async function drip(port: number, parts: string[], everyMs: number) {
    const began = performance.now()
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    socket.setEncoding('utf8').on('data', (words) => (heard += words))
    socket.on('error', () => {})
    const closed = new Promise((resolve) => socket.once('close', resolve))
    for (const part of parts) {
      if (socket.writable) socket.write(part)
      await pause(everyMs)
    }
    await closed
    return { heard, ms: performance.now() - began }
  }

  test('is long for bodies and short for headers', async () => {
    const { server } = await w.serve()
    expect(server.server).toMatchObject({ requestTimeout: 120_000, headersTimeout: 15_000 })
  })

  test('a slow upload arrives; dripped headers and a body without end are cut', async () => {
    const { clicks } = await w.serve()
    const kept = async (server: FastifyInstance) => void server.post('/kept', (request) => request.body)
    const timeouts = { headersMs: 300, requestMs: 1_500, checkMs: 50 }
    const server = await buildServer(w.app, clicks, { mounts: [kept], timeouts })
    await server.listen({ port: 0, host: '127.0.0.1' })
    const { port } = server.server.address() as { port: number }
    const head = (length: number) =>
      `POST /kept HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n`
    const [slow, headers, body] = await Promise.all([
      drip(port, [head(8), 'ab', 'cd', 'ef', 'gh'], 150),
      drip(port, ['GET /kept HTTP/1.1\r\n', ...Array<string>(8).fill('X-More: a\r\n')], 100),
      drip(port, [head(100), ...Array<string>(25).fill('a')], 100),
    ])
    expect(slow.heard).toMatch(/^HTTP\/1\.1 200 [\s\S]*abcdefgh$/)
    expect(slow.ms).toBeGreaterThan(timeouts.headersMs)
    for (const cut of [headers, body]) expect(cut.heard).toMatch(/^HTTP\/1\.1 408 /)
    await server.close()
  })
})

test('a connection rests longer than a load balancer lets it, so that none of its requests meets one that is being closed', async () => {
  const { clicks } = await w.serve()
  const server = await buildServer(w.app, clicks, { mounts: [] })
  await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as { port: number }
  const socket = connect(port, '127.0.0.1')
  let said = ''
  let ended = false
  socket.on('data', (part) => (said += part))
  socket.on('close', () => (ended = true))
  const ask = () => socket.write('GET /nothing-here HTTP/1.1\r\nhost: localhost\r\n\r\n')
  ask()
  // Node's own patience, and what it adds to it.
  await pause(6_500)
  expect(ended).toBe(false)
  ask()
  for (let tries = 0; tries < 100 && said.split('HTTP/1.1 404').length < 3; tries++) await pause(20)
  expect(said.split('HTTP/1.1 404')).toHaveLength(3)
  await server.close()
  expect([restsMs(undefined), restsMs(1), restsMs(['10.0.0.0/8'])]).toEqual([75_000, 630_000, 630_000])
})

test('an unknown slug is a friendly 404, an odd address too', async () => {
  const page = await get('/nobody-has-this')
  expect(page.statusCode).toBe(404)
  expect(page.body).toContain('This link leads nowhere')
  for (const url of ['/a/b/c', '/%00', '/<script>', `/${'x'.repeat(400)}`, '/..%2f..%2fetc'])
    expect((await get(url, { accept: 'text/html' })).statusCode, url).toBe(404)
})

test('what a person reads where nothing is has a title and a heading, and no style that the policy forbids', async () => {
  w.app.log.level = 'silent'
  const { server } = await w.serve()
  server.log.level = 'silent'
  const html = { accept: 'text/html' }
  const pages = {
    slug: await get('/nobody-has-this', html),
    nowhere: await get('/a/b/c', html),
    broken: await get('/broken', html),
  }
  for (const [name, { body }] of Object.entries(pages)) {
    expect(body, name).not.toMatch(/<style|\sstyle=/)
    expect(body, name).toMatch(/<html lang="en">[\s\S]*<title>.+<\/title>[\s\S]*<main[\s\S]*<h1>.+<\/h1>/)
  }
  // A shopper has no start of ours to go back to.
  expect(pages.slug.body).not.toContain('Back to the start')
  expect(pages.nowhere.body).toContain('Back to the start')
  expect((await get('/a/b/c')).json()).toEqual({ error: 'There is nothing at this address.' })
})

test('every page forbids frames, sniffing and scripts of others', async () => {
  const { headers } = await get('/health')
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(headers['content-security-policy']).not.toContain('unsafe-inline')
  expect(headers['x-content-type-options']).toBe('nosniff')
})

describe('the gate', () => {
  test('is shut wherever other machines may reach the simulator', () => {
    expect(needsKey({ SIMULATOR: true })).toBe(false)
    expect(needsKey({ SIMULATOR: true, PUBLIC_URL: 'http://localhost:3000' })).toBe(false)
    expect(needsKey({ SIMULATOR: true, HOST: '0.0.0.0' })).toBe(true)
    expect(needsKey({ SIMULATOR: true, PUBLIC_URL: 'https://demo.example.com' })).toBe(true)
    expect(needsKey({ SIMULATOR: false, HOST: '0.0.0.0', PUBLIC_URL: 'https://go.example.com' })).toBe(false)
  })

  test('asks for the key once per browser; links, webhooks and health stay open', async () => {
    const server = Fastify()
    await server.register(cookie)
    gate(server, 'open-sesame')
    server.get('/simulator', () => 'in')
    server.get('/health', () => 'well')
    server.get('/:slug', () => 'redirected')
    expect((await server.inject('/simulator')).statusCode).toBe(401)
    expect((await server.inject('/simulator?key=wrong')).statusCode).toBe(401)
    const opened = await server.inject('/simulator?key=open-sesame')
    expect(opened.statusCode).toBe(303)
    expect(opened.headers.location).toBe('/simulator')
    const kept = opened.cookies[0]!
    expect(kept).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
    expect(kept.value).not.toContain('open-sesame')
    expect((await server.inject({ url: '/simulator', cookies: { [kept.name]: kept.value } })).body).toBe('in')
    expect((await server.inject('/mia')).body).toBe('redirected')
    expect((await server.inject('/health')).body).toBe('well')
    // On a phone that was never here: what a card links to lets in whoever holds the link, and customers are the public.
    for (const url of ['/upload/prg_1.pass', '/share/prg_1', '/unsubscribe/prg_1/per_1/week/proof', '/privacy/export'])
      expect((await server.inject(url)).statusCode, url).toBe(404)
    await server.close()
  })

  test('a name that was pointed at this machine opens no page, while links and webhooks stay reachable', async () => {
    const server = Fastify()
    onlyOurNames(server, 'https://go.glow.example')
    server.get('/simulator', () => 'in')
    server.get('/:slug', () => 'redirected')
    const at = (host: string, url = '/simulator') => server.inject({ url, headers: { host } })
    for (const host of ['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'go.glow.example'])
      expect((await at(host)).body, host).toBe('in')
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:3000'])
      expect((await at(host)).statusCode, host).toBe(421)
    expect((await at('short.example', '/mia')).body).toBe('redirected')
    await server.close()
  })

  test('nor does a forwarded name open one, even from a proxy that is believed', async () => {
    const server = Fastify({ trustProxy: () => true })
    onlyOurNames(server, undefined)
    server.get('/simulator', () => 'in')
    const headers = { host: 'evil.example', 'x-forwarded-host': 'localhost' }
    expect((await server.inject({ url: '/simulator', headers })).statusCode).toBe(421)
    await server.close()
  })
})
