/** The web process: tracking links, webhooks, health, dashboard and, where it is on, the simulator; one port for all. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { isAway, ranTooLong } from '../db/away.ts'
import { Refusal, refusalStatus } from '../kernel/refusal.ts'
import { themeOf } from '../platforms/web/page.ts'
import type { Clicks } from './clicks.ts'
import { gate, onlyOurNames } from './gate.ts'
import { healthRoute } from './health.ts'
import { bodyLimit, hooks } from './hooks.ts'
import { metricsRoute } from './metrics.ts'
import { limitedBy, trustIn, withoutPorts } from './proxies.ts'
import { traceLinks, traceRequests } from './traces.ts'
import { wordsPage } from './words-page.ts'

export type Mount = (server: FastifyInstance) => Promise<void>

export type ServerOptions = {
  /** Pages of the doors: simulator, shop, dashboard. */
  mounts: Mount[]
  /** A key that every page asks for (simulator on a reachable address); links, webhooks and health stay open. */
  key?: string
  timeouts?: Timeouts
}

export type Timeouts = {
  /** From the first byte to the end of the headers. */
  headersMs: number
  /** From the first byte to the end of the body. */
  requestMs: number
  /** How often connections are looked at; each lives at most this much longer. */
  checkMs: number
}

/** A picture of 25 MB from a phone takes a minute; headers are one packet, and whoever drips them holds a connection for nothing. */
const patience: Timeouts = { headersMs: 15_000, requestMs: 120_000, checkMs: 5_000 }
const DRAIN_MS = 3_000

/**
 * How long a connection may rest between two requests. Node's own five seconds are shorter than those of every load balancer, which would
 * send the next request, now and then, into a connection that is just being closed, and answer 502 for us: most let theirs rest a minute,
 * Google's ten.
 */
export const restsMs = (proxies: Config['TRUST_PROXY']): number => (proxies === undefined || proxies === 0 ? 75_000 : 630_000)

/** Builds the server; the caller listens. A link in memory is answered before Fastify looks at the request. */
export async function buildServer(app: App, clicks: Clicks, options: ServerOptions): Promise<FastifyInstance> {
  const { mounts, key, timeouts = patience } = options
  const front = traceLinks(clicks.redirect.front, app)
  const server: FastifyInstance = Fastify({
    bodyLimit,
    requestTimeout: timeouts.requestMs,
    trustProxy: trustIn(app.config.TRUST_PROXY) ?? false,
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    loggerInstance: app.log.child({ part: 'http' }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    serverFactory: (handler) =>
      createServer(
        {
          maxHeaderSize: 16_384,
          headersTimeout: timeouts.headersMs,
          requestTimeout: timeouts.requestMs,
          keepAliveTimeout: restsMs(app.config.TRUST_PROXY),
          connectionsCheckingInterval: timeouts.checkMs,
        },
        (req: IncomingMessage, res: ServerResponse) => {
          if (!front(req, res)) handler(req, res)
        },
      ),
  })
  drainOnClose(server)
  traceRequests(server, app)
  // Before anything asks who it is: with its port each connection of a visitor would be another visitor to the rate limits.
  server.addHook('onRequest', async ({ raw: { headers } }) => {
    const forwarded = headers['x-forwarded-for']
    if (typeof forwarded === 'string') headers['x-forwarded-for'] = withoutPorts(forwarded)
  })
  await server.register(cookie)
  await server.register(formbody, { bodyLimit })
  await server.register(helmet, {
    contentSecurityPolicy: policy,
    strictTransportSecurity: app.config.PUBLIC_URL?.startsWith('https:') === true,
  })
  await server.register(rateLimit, { max: 600, timeWindow: '1 minute', keyGenerator: ({ ip }) => limitedBy(ip) })
  errors(server, app)
  if (key !== undefined) gate(server, key)
  if (app.config.SIMULATOR && app.config.HOST === undefined) onlyOurNames(server, app.config.PUBLIC_URL)
  metricsRoute(server, app, clicks)
  healthRoute(server, app, clicks)
  await hooks(server, app)
  for (const mount of mounts) await mount(server)
  await clicks.redirect.routes(server)
  return server
}

/** Requests under way get their answer; a connection that has none goes at once, and one that takes too long is cut. */
function drainOnClose(server: FastifyInstance): void {
  server.addHook('preClose', async () => {
    const idle = setInterval(() => server.server.closeIdleConnections(), 25)
    const late = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS)
    server.server.once('close', () => {
      clearInterval(idle)
      clearTimeout(late)
    })
    idle.unref()
    late.unref()
  })
}

const policy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    mediaSrc: ["'self'"],
    connectSrc: ["'self'"],
    // The button of /details leads on to Stripe's own form, and browsers hold a redirect to this too.
    formAction: ["'self'", 'https://connect.stripe.com'],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
}

/** Refusals become their sentence, everything else a reference id; a browser gets a page, a program gets JSON. */
function errors(server: FastifyInstance, app: App): void {
  server.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    if (error instanceof Refusal) {
      const said = error.fix === undefined ? error.sentence : `${error.sentence} ${error.fix}`
      return say(request, reply, { code: refusalStatus[error.code], title: 'That did not work', said })
    }
    const broken = brokenForm.test(error.message)
    const code = error.statusCode ?? (broken ? 400 : 500)
    if (code < 500) {
      const said = broken ? 'The form came broken or broke off on its way. Please send it again.' : clientError(code, error)
      return say(request, reply, { code, title: 'That did not work', said })
    }
    // Whoever sent this sends it again, or looks again: a shop must never take it for accepted, nor a person for a bug.
    if (isAway(error)) {
      const route = request.routeOptions.url ?? 'none'
      if (ranTooLong(error)) {
        app.meter.overran('request', route)
        app.log.error({ err: error, route }, 'a request took longer than it may')
      } else app.log.warn({ err: error, route }, 'a request found no database')
      reply.header('retry-after', '10')
      const said = 'The database is away for a moment or far too busy. Please try again.'
      return say(request, reply, { code: 503, title: 'One moment, please', said })
    }
    const reference = app.newId('err', app.clock())
    app.log.error({ err: error, reference, route: request.routeOptions.url }, 'a request broke')
    app.tracer.failed(error, reference)
    const title = 'Something broke here, not with you'
    const said = `Reference ${reference}`
    return say(request, reply, { code: 500, title, said, answer: { error: `${title}.\n${said}`, reference } })
  })
  server.setNotFoundHandler((request, reply) => {
    const title = 'There is nothing at this address'
    const said = 'It may be mistyped or cut off, or what stood here is gone.'
    return say(request, reply, { code: 404, title, said, answer: { error: `${title}.` } })
  })
}

/** What the library says of a form that is none, or has no end; it gives these no status of their own. */
const brokenForm = /^Multipart: |unexpected end of multipart data/i

/** `answer` is what a program gets, where that is not the sentence. */
type Said = { code: number; title: string; said: string; answer?: { error: string; reference?: string } }

function say(request: FastifyRequest, reply: FastifyReply, { code, title, said, answer }: Said): FastifyReply {
  reply.code(code)
  if (!(request.headers.accept ?? '').includes('text/html')) return reply.send(answer ?? { error: said })
  // What fails before the cookies are read has none.
  const theme = themeOf(request.cookies ?? {})
  return reply.type('text/html; charset=utf-8').send(wordsPage({ title, lines: [said], theme, start: true }))
}

function clientError(status: number, error: FastifyError): string {
  if (status === 413) return 'The body is larger than 1 MiB; send less.'
  if (status === 429) return 'Too many requests; wait a minute and try again.'
  return error.message
}
