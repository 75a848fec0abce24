import type { FastifyInstance, FastifyReply } from 'fastify'
import type { App } from '../app.ts'
import type { Redirect } from './redirect.ts'

/** Shops sign what they send here, and some say which trace of theirs it belongs to. */
const INTAKE = '/hooks/:source/:program'

/** A span for each request that reaches a route, named by its pattern; to be registered before anything that may answer. */
export function traceRequests(server: FastifyInstance, { tracer }: Pick<App, 'tracer'>): void {
  if (!tracer.on) return
  server.addHook('onRequest', (request, reply, done) => {
    const { method, protocol, headers, routeOptions } = request
    const route = routeOptions.url
    const attributes = { 'http.request.method': method, 'url.scheme': protocol, ...(route && { 'http.route': route }) }
    const parent = route === INTAKE && typeof headers.traceparent === 'string' ? headers.traceparent : undefined
    const work = async (): Promise<void> => {
      const over = closed(reply)
      done()
      await over
      if (!reply.raw.headersSent) return
      tracer.note({ 'http.response.status_code': reply.raw.statusCode })
      if (reply.raw.statusCode >= 500) tracer.failed(reply.raw.statusCode)
    }
    void tracer.traced(route ? `${method} ${route}` : method, attributes, work, { kind: 'server', parent })
  })
}

/**
 * The same for links in memory, which are answered before any hook: from when the request was taken to when its answer was sent. Without
 * a collector it is the very function, so that redirects pay nothing.
 */
export function traceLinks(front: Redirect['front'], { tracer }: Pick<App, 'tracer'>): Redirect['front'] {
  if (!tracer.on) return front
  return (req, res) => {
    if (!front(req, res)) return false
    const method = req.method ?? 'GET'
    const work = async (): Promise<void> => {
      await new Promise((resolve) => res.once('close', resolve))
      if (res.headersSent) tracer.note({ 'http.response.status_code': res.statusCode })
    }
    void tracer.traced(`${method} /:slug`, { 'http.request.method': method, 'http.route': '/:slug' }, work, { kind: 'server' })
    return true
  }
}

/** Also when nobody waits for the answer any more. */
const closed = ({ raw }: FastifyReply): Promise<void> => new Promise((resolve) => raw.once('close', () => resolve()))
