/** The bells as a page, to look at and not to touch: Bull Board, for admins who are signed in at the dashboard. */
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import type { App } from '../app.ts'
import { atLeast } from '../people/service.ts'
import type { Mount } from './server.ts'
import { visitorOf } from './session.ts'

const policy = [
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'",
  "form-action 'none'; frame-ancestors 'none'; base-uri 'self'",
].join('; ')

/** GET /queue. Rings hold ids only, and nobody can change them here: bells are for all programs of this Troupe together. */
export function queuePage(app: App): Mount {
  return async (server) => {
    const { bell } = app
    if (!bell) return
    const adapter = new FastifyAdapter().setBasePath('/queue')
    createBullBoard({
      queues: [new BullMQAdapter(bell.queue, { readOnlyMode: true })],
      serverAdapter: adapter,
      // Where Redis and its clients are is nothing that admins of a program have to know.
      options: { uiConfig: { boardTitle: 'Troupe: bells', showWorkers: false, hideRedisDetails: true } },
    })
    await server.register(async (inside) => {
      // Answered here, for the board has a handler of errors of its own; and after the limit of requests, so that guessing is limited too.
      inside.addHook('preParsing', async (request, reply) => {
        const visitor = await visitorOf(app, request)
        if (!visitor || !atLeast(visitor.role, 'admin'))
          return reply
            .code(403)
            .type('text/plain')
            .send('The bells are for admins who are signed in: type /dashboard in the chat first.\n')
        // The board itself answers some of these as if it had done them.
        if (request.method !== 'GET' && request.method !== 'HEAD')
          return reply
            .code(405)
            .header('allow', 'GET, HEAD')
            .type('text/plain')
            .send('The bells are to be looked at, and no more.\n')
      })
      // The board styles itself inline and names its own base; scripts stay those of this server, and its web fonts stay out.
      inside.addHook('onSend', async (_request, reply) => {
        reply.header('content-security-policy', policy)
      })
      await inside.register(adapter.registerPlugin(), { prefix: '/queue' })
    })
  }
}
