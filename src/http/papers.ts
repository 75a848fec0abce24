/** Statements and reports, for those they are about and for finance; reached with a link from the chat. */
import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { isId } from '../kernel/id.ts'
import { mayRead } from '../ledger/papers.ts'
import type { Mount } from './server.ts'
import { sendStranger, visitorOf } from './session.ts'

type Params = { Params: { file: string } }

export const papers =
  (app: App): Mount =>
  async (server: FastifyInstance) => {
    server.get<Params>('/papers/:file', async (request, reply) => {
      const visitor = await visitorOf(app, request)
      if (!visitor) return sendStranger(app, request, reply)
      const { file } = request.params
      const found = isId('file', file)
        ? await app.within(visitor.program.id, async (ctx) =>
            (await mayRead(ctx, visitor.personId, file)) ? ctx.read(file) : null,
          )
        : null
      // What belongs to somebody else looks like what is not there.
      if (!found) return reply.callNotFound()
      return reply
        .type(found.name.endsWith('.json') ? 'application/json' : found.mime)
        .header('content-disposition', `attachment; filename="${found.name.replace(/[^\w.-]/g, '_')}"`)
        .header('cache-control', 'no-store')
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(Buffer.from(found.bytes))
    })
  }
