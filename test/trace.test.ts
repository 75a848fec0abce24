/** A day with a collector beside the house: what its traces tell, what they keep to themselves, and a day when it is away. */
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { openWebDoor } from '../src/http/doors.ts'
import { traceLinks } from '../src/http/traces.ts'
import { type Job, job } from '../src/job.ts'
import { createLog } from '../src/log.ts'
import { later } from '../src/platforms/platform.ts'
import { openTracer } from '../src/trace.ts'
import { Browser } from './browser.ts'
import { openCollector, said, type Told } from './collector.ts'
import { connectShop } from './shops/connected.ts'
import { type LocalShopify, openShopify } from './shops/shopify.ts'
import { secretOf, type World, world } from './world.ts'

const loaded = (name: string): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes(`/node_modules/@opentelemetry/${name}/`))

const libraries = ['sdk-trace', 'exporter-trace-otlp-http', 'resources']

// First, for whatever is loaded stays, also what another file loaded that had this worker before.
test('without a collector nothing is loaded, and work is done as if nothing were there', async () => {
  const before = libraries.filter(loaded)
  const tracer = await openTracer(readConfig({ OTEL_SERVICE_NAME: 'glow', OTEL_TRACES_SAMPLER: 'always_on' }), createLog('fatal'))
  expect(tracer.on).toBe(false)
  expect(await tracer.traced('command help', {}, async () => 7)).toBe(7)
  await tracer.close()
  expect(libraries.filter(loaded)).toEqual(before)
  const front = () => true
  expect(traceLinks(front, { tracer })).toBe(front)
})

const planted = { note: 'Your reel about lip oil made me cry', broken: 'Invalid value "mia.secret@example.com" for shade rose' }
const stranger = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`
const shop = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }

describe('with a collector', () => {
  let collector: Awaited<ReturnType<typeof openCollector>>
  let shopify: LocalShopify
  let w: World
  let reference = ''
  let page = ''
  let slug = ''
  let thrown: Error & { reference?: string }
  const lines: string[] = []
  beforeAll(async () => {
    collector = await openCollector()
    shopify = await openShopify()
    w = await world({
      log: createLog('info', { write: (line) => void lines.push(line) }),
      mounts: (app) => [
        ...openWebDoor(app, false),
        async (server) => {
          server.get('/broken/:slug', () => {
            throw new Error(planted.broken)
          })
        },
      ],
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.origin}/`,
        OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20abc, x-tenant=glow',
        FETCH_ALLOW: shopify.origin,
      },
    })
    await connectShop(w, 'shopify', shopify.origin)
    await day()
    await w.app.tracer.close()
  })
  afterAll(async () => {
    await w.close()
    await shopify.close()
    await collector.close()
  })

  async function day() {
    const mia = await w.creator('Mia')
    const bea = await w.creator('Bea')
    const { server } = await w.serve()
    const address = await server.listen({ port: 0, host: '127.0.0.1' })
    const browser = new Browser(server)
    await browser.signIn(mia)
    const hidden = Object.fromEntries(
      [...browser.page.html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map((m) => [m[1]!, m[2]!]),
    )
    const kudos = { form: 'kudos', 'o.creator': bea.creatorId, 'o.note': planted.note }
    page = (await browser.post('/dashboard/run', { ...hidden, ...kudos })).html
    await mia.run('why', { order: planted.note })
    await mia.ask('no such command at all' as 'help')
    reference = ((await (await fetch(`${address}/broken/mias-slug?email=mia`)).json()) as { reference: string }).reference
    await fetch(`${address}/nothing/mias-address`)
    const link = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
    slug = link.slug
    const followed = await fetch(`${address}/${slug}?q=shopper`, { redirect: 'manual', headers: { traceparent: stranger } })
    expect(followed.status).toBe(302)
    const breaks: Job = { ...job({ about: 'breaks', run: () => Promise.reject(new Error(planted.broken)) }), name: 'breaks' }
    ;(w.app.jobs as Map<string, Job>).set('breaks', breaks)
    await w.app.runJob('breaks').catch((error: unknown) => {
      thrown = error as typeof thrown
    })
    await deliverOrder(address)
    await w.app.runJob('absorb')
    await w.app.runJob('reconcile')
    Object.assign(w.app.platforms.get('web')!, { post: async () => Promise.reject(later('Slow down, Mia', 1_000)) })
    await w.within((ctx) => ctx.show({ channel: 'managers' }, 'told', { title: planted.note, tone: 'plain', blocks: [] }))
    await w.app.runJob('deliver')
  }

  async function deliverOrder(address: string) {
    const order = { id: '1', number: '#1', at: '2026-11-20T11:00:00Z', currency: 'EUR', total: '9.00', codes: [], items: [] }
    const body = JSON.stringify({ type: 'order.created', data: { ...order, customer: { email: 'shopper@example.org' } } })
    const headers = {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(w.now.getTime() / 1000),
      'webhook-signature': new Webhook(await secretOf(w.app, w.programId, 'generic')).sign('msg_1', w.now, body),
      traceparent: `00-${shop.traceId}-${shop.spanId}-00`,
    }
    // Twice: the second time a transaction looks for the first, after a body that came bit by bit.
    for (const status of [202, 200]) {
      const sent = httpRequest(`${address}/hooks/generic/${w.programId}`, { method: 'POST', headers })
      sent.write(body.slice(0, 20))
      setTimeout(() => sent.end(body.slice(20)), 50)
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      answer.resume()
      expect(answer.statusCode).toBe(status)
    }
  }

  const named = (name: string): Told[] => collector.spans().filter((span) => span.name === name)
  const below = ({ spanId }: Told): Told[] => collector.spans().filter(({ parentSpanId }) => parentSpanId === spanId)

  test('they come as JSON with the configured headers, under the name of the service', () => {
    expect(collector.taken.length).toBeGreaterThan(0)
    for (const { path, headers, body } of collector.taken) {
      expect(path).toBe('/v1/traces')
      expect(headers).toMatchObject({ authorization: 'Bearer abc', 'x-tenant': 'glow', 'content-type': 'application/json' })
      const { attributes } = body.resourceSpans[0]!.resource
      expect(attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'troupe' } })
    }
    expect(libraries.filter(loaded)).toEqual(libraries)
  })

  test('a command asked over HTTP is a tree of route, command and transactions', () => {
    expect(page).toContain('Bea')
    const [command, ...others] = named('command kudos')
    expect(others).toEqual([])
    expect(said(command!)).toEqual({ 'troupe.command': 'kudos', 'troupe.platform': 'web', 'troupe.outcome': 'done' })
    const route = collector.spans().find(({ spanId }) => spanId === command!.parentSpanId)!
    expect(route).toMatchObject({ name: 'POST /dashboard/run', kind: 2, traceId: command!.traceId })
    expect(route.parentSpanId).toBeUndefined()
    expect(said(route)).toEqual({
      'http.request.method': 'POST',
      'http.route': '/dashboard/run',
      'http.response.status_code': 200,
      'url.scheme': 'http',
    })
    const parts = below(command!)
    expect(parts.length).toBeGreaterThanOrEqual(2)
    expect(new Set(parts.map(({ name, kind }) => `${name} ${kind}`))).toEqual(new Set(['transaction 3']))
    expect(said(parts.at(-1)!)).toEqual({ 'db.system.name': 'postgresql', 'troupe.program': w.programId })
  })

  test('a refusal is an answer and no error; what is no command has no name', () => {
    const [why] = named('command why')
    expect(said(why!)['troupe.outcome']).toBe('refused')
    expect(why!.status.code).toBe(0)
    expect(below(why!).some((span) => said(span)['troupe.refusal'] === 'not_found')).toBe(true)
    expect(said(named('command unknown')[0]!)).toMatchObject({ 'troupe.command': 'unknown', 'troupe.outcome': 'refused' })
  })

  test('what broke leads to the log by its reference, and says nothing of its own', () => {
    const [broken] = named('GET /broken/:slug')
    expect(reference).toMatch(/^err_/)
    expect(said(broken!)).toMatchObject({
      'troupe.reference': reference,
      'http.response.status_code': 500,
      'error.type': '500',
    })
    expect(broken!.status).toEqual({ code: 2 })
    expect(broken!.events).toEqual([])
    expect(lines.some((line) => line.includes(reference))).toBe(true)
    expect(said(named('GET')[0]!)).toMatchObject({ 'http.response.status_code': 404 })
  })

  test('a link that is followed is a span that names no link, and no trace of a visitor', () => {
    const [followed, ...more] = named('GET /:slug')
    expect(more).toEqual([])
    expect(followed).toMatchObject({ kind: 2, status: { code: 0 } })
    expect(followed!.parentSpanId).toBeUndefined()
    expect(followed!.traceId).not.toBe('ab'.repeat(16))
    expect(said(followed!)).toEqual({
      'http.request.method': 'GET',
      'http.route': '/:slug',
      'http.response.status_code': 302,
    })
    expect(collector.taken.some(({ text }) => text.includes(slug))).toBe(false)
  })

  test('a job that broke leads to the log by its reference too', () => {
    expect(thrown.message).toBe(planted.broken)
    expect(thrown.reference).toMatch(/^err_/)
    const [broken] = named('job breaks')
    expect(said(broken!)).toEqual({ 'troupe.job': 'breaks', 'troupe.reference': thrown.reference, 'error.type': 'Error' })
    expect(broken!.status).toEqual({ code: 2 })
  })

  test('a webhook goes on with the trace of who sent it, who does not say what is kept', () => {
    const all = named('POST /hooks/:source/:program')
    expect(all).toHaveLength(2)
    for (const span of all) expect(span).toMatchObject({ traceId: shop.traceId, parentSpanId: shop.spanId })
    expect(all.map((span) => below(span).map(({ name }) => name)).sort()).toEqual([[], ['transaction']])
    // Only here: a visitor's header is nobody's.
    expect(collector.spans().filter(({ traceId, name }) => traceId === shop.traceId && name.startsWith('GET'))).toEqual([])
  })

  test('jobs hold their sends and what is asked of shops, and a failed send says what is to become of it', () => {
    const failed = below(named('job deliver').at(-1)!).find((span) => span.name === 'post web' && span.status.code === 2)!
    expect(failed.kind).toBe(3)
    expect(said(failed)).toEqual({
      'messaging.system': 'web',
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'post',
      'messaging.message.id': expect.stringMatching(/^[a-z]{3}_[0-9A-Z]{26}$/),
      'error.type': 'later',
    })
    const jobs = [...named('job reconcile'), ...named('job deliver')]
    expect(jobs.every(({ parentSpanId }) => parentSpanId === undefined)).toBe(true)
    const asked = named('POST shopify')
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.length).toBe(shopify.asked.length)
    for (const span of asked) {
      expect(jobs.map(({ spanId }) => spanId)).toContain(span.parentSpanId)
      expect(said(span)).toMatchObject({
        'http.request.method': 'POST',
        'troupe.source': 'shopify',
        'http.response.status_code': 200,
      })
    }
  })

  test('no span stands alone that only makes sense in another, and none has a word, a name or an address of anybody', () => {
    expect(collector.spans().filter(({ name, parentSpanId }) => name === 'transaction' && !parentSpanId)).toEqual([])
    const everything = collector.taken.map(({ text }) => text).join()
    const words = [
      planted.note,
      'secret',
      'shade rose',
      'Mia',
      'Bea',
      'mias-',
      'shopper',
      'example',
      'no such',
      'Slow down',
      'glow',
    ]
    for (const one of words) expect(everything).not.toContain(one)
  })
})
