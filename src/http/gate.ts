/** The key that guards the simulator when it can be reached from other machines. */

import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { addressOf } from '../kernel/address.ts'
import { sameBytes } from '../kernel/signature.ts'

const NAME = 'troupe_key'
const open = ['/health', '/hooks/', '/assets/', '/join/', '/slack/', '/gallery/', '/share/']
/** These let nobody in without a session, a key or a link of their own. */
const guarded = [
  '/login/',
  '/sign-in',
  '/dashboard',
  '/roster/',
  '/media/',
  '/papers/',
  '/exports/',
  '/details/',
  '/payouts/',
  '/setup/',
  '/upload/',
  '/unsubscribe/',
  '/privacy/',
  '/logout',
  '/queue',
  '/metrics',
]

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whoever opens the simulator is whoever they choose to be, so it asks for a key as soon as other machines may reach it. */
export function needsKey(config: { SIMULATOR: boolean; HOST?: string | undefined; PUBLIC_URL?: string | undefined }): boolean {
  const told = config.PUBLIC_URL !== undefined && !loopback.has(new URL(config.PUBLIC_URL).hostname)
  return config.SIMULATOR && (config.HOST !== undefined || told)
}

/** The simulator asks for `?key=…` once and then keeps a cookie; what guards itself or is for everybody stays open. */
export function gate(server: FastifyInstance, key: string): void {
  const mark = createHash('sha256').update(`troupe gate ${key}`).digest('base64url')
  server.addHook('onRequest', async (request, reply) => {
    if ([...open, ...guarded].some((path) => request.url.startsWith(path))) return
    if (request.routeOptions.url === '/:slug') return
    if (sameBytes(Buffer.from(request.cookies[NAME] ?? ''), Buffer.from(mark))) return
    const url = new URL(request.url, 'http://gate')
    const given = url.searchParams.get('key')
    if (given !== null && sameBytes(Buffer.from(given), Buffer.from(key))) {
      url.searchParams.delete('key')
      reply.setCookie(NAME, mark, { httpOnly: true, sameSite: 'lax', path: '/' })
      return reply.redirect(`${url.pathname}${url.search}`, 303)
    }
    return reply
      .code(401)
      .type('text/plain; charset=utf-8')
      .send('This Troupe asks for the key that was printed when it started: open the address with ?key=… at its end.')
  })
}

/**
 * While only this machine may reach the simulator, a page that calls itself by another name is somebody else's, whose name was
 * pointed at us (DNS rebinding). Links, webhooks and health may come through a proxy with any name.
 */
export function onlyOurNames(server: FastifyInstance, publicUrl: string | undefined): void {
  const ours = new Set([...loopback, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])])
  server.addHook('onRequest', async (request, reply) => {
    // As the browser said it: X-Forwarded-Host, which a believed proxy may pass on, is anybody's to set.
    if (ours.has(hostOf(request.headers.host))) return
    if (open.some((path) => request.url.startsWith(path)) || request.routeOptions.url === '/:slug') return
    return reply.code(421).type('text/plain; charset=utf-8').send('Open Troupe at the address that was printed when it started.')
  })
}

const hostOf = (host = ''): string => addressOf(`http://${host}`)?.hostname ?? ''
