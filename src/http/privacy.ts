/** A person's own data as one file, made while it is read; reached with a link from the chat. */
import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { EXPORT_PATH, exportOf } from '../privacy/export.ts'
import type { Mount } from './server.ts'
import { sendStranger, visitorOf } from './session.ts'
import { zipOf } from './zip.ts'

export const privacy =
  (app: App): Mount =>
  async (server: FastifyInstance) => {
    server.get(EXPORT_PATH, async (request, reply) => {
      const visitor = await visitorOf(app, request)
      if (!visitor) return sendStranger(app, request, reply)
      const { personId, zone, locale, name, role } = visitor
      const actor = { personId, name, role, zone, locale }
      const made = await exportOf((work) => app.act(visitor.program.id, actor, work), personId)
      return reply
        .type('application/zip')
        .header('content-disposition', `attachment; filename="${made.name}"`)
        .header('cache-control', 'no-store')
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(zipOf(app, made))
    })
  }
