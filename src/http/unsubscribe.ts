/** Ending mail that comes by itself: one press on a page, or one click in the mail program (RFC 8058). The signed address is the proof. */
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { isId } from '../kernel/id.ts'
import { setStopped, stopOf } from '../messages/stop.ts'
import { themeOf } from '../platforms/web/page.ts'
import type { Mount } from './server.ts'
import { sendPage } from './session.ts'
import { askStopPage, stoppedPage } from './unsubscribe-page.ts'

type Params = { Params: { program: string; person: string; kind: string; proof: string } }

const few = { rateLimit: { max: 30, timeWindow: '10 minutes' } }
/** A mail provider clicks for all its readers from a few addresses, and whom it is refused stays subscribed without knowing. */
const many = { rateLimit: { max: 600, timeWindow: '1 minute' } }
const path = '/unsubscribe/:program/:person/:kind/:proof'

export const unsubscribe =
  (app: App): Mount =>
  async (server: FastifyInstance) => {
    await server.register(async (scope) => {
      // The one click may come as a form of parts (RFC 8058, 3.2).
      await scope.register(multipart, { attachFieldsToBody: 'keyValues', limits: { files: 0, fields: 10, fieldSize: 1_024 } })
      scope.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').header('x-robots-tag', 'noindex')
      })
      // Looking changes nothing: mail programs open links by themselves.
      scope.get<Params>(path, { config: few }, async (request, reply) => {
        const found = await about(app, request)
        return found ? sendPage(reply, askStopPage(themeOf(request.cookies), found.kind, found.program)) : reply.callNotFound()
      })
      scope.post<Params>(path, { config: many, bodyLimit: 4_096 }, (request, reply) => stop(app, request, reply))
    })
  }

async function about(app: App, request: FastifyRequest<Params>) {
  const { program, person, kind, proof } = request.params
  if (!isId('program', program) || !isId('person', person) || !(await app.programs()).includes(program)) return undefined
  return app.within(program, async (ctx) => {
    const named = stopOf(ctx, person, kind, proof)
    return named && { kind: named, program: ctx.program.name }
  })
}

async function stop(app: App, request: FastifyRequest<Params>, reply: FastifyReply) {
  const found = await about(app, request)
  if (!found) return reply.callNotFound()
  const { program, person } = request.params
  const body = (request.body ?? {}) as { all?: unknown; again?: unknown }
  const what = body.all === undefined ? found.kind : 'all'
  const again = body.again !== undefined
  await app.within(program, (ctx) => setStopped(ctx, person, what, !again))
  return sendPage(reply, stoppedPage(themeOf(request.cookies), found.program, what, !again))
}
