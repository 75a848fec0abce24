import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isId } from '../../kernel/id.ts'
import type { Reader, WebDeps } from './deps.ts'
import type { Sessions } from './session.ts'

const folder = new URL('./assets/', import.meta.url)
const types: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Styles, scripts and drawings, held in memory; browsers ask each time and mostly hear "not modified". */
export function assetRoutes(server: FastifyInstance): void {
  for (const name of readdirSync(folder)) {
    const type = types[name.slice(name.lastIndexOf('.') + 1)]
    if (type === undefined) continue
    const bytes = readFileSync(new URL(name, folder))
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 20)}"`
    server.get(`/assets/${name}`, { config: { rateLimit: false } }, (request, reply) => {
      reply.header('etag', etag).header('cache-control', 'no-cache').type(type)
      return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(bytes)
    })
  }
}

/** What a browser may draw by itself; everything else is offered as a download. An SVG can carry scripts, so it is no picture here. */
const shown = /^(?:image\/(?:png|jpeg|gif|webp|avif)|video\/(?:mp4|webm|quicktime))$/

/** The persona at the simulator. */
async function seated(deps: WebDeps, sessions: Sessions, request: FastifyRequest): Promise<Reader | undefined> {
  const { program, user } = sessions.peek(request) ?? {}
  if (!deps.simulator || program === undefined || user === undefined) return undefined
  const where = { platform_workspace_externalId: { platform: 'web', workspace: program, externalId: user } }
  const identity = await deps.database.within(program, (db) => db.identity.findUnique({ where }))
  return identity ? { programId: program, personId: identity.personId } : undefined
}

/** Stored files, for people of their program only; the house decides which of them each may open. */
export function mediaRoute(server: FastifyInstance, deps: WebDeps, sessions: Sessions): void {
  server.get<{ Params: { file: string } }>('/media/:file', { config: { rateLimit: false } }, async (request, reply) => {
    const { file } = request.params
    const readers = [await seated(deps, sessions, request), await deps.signedInTo?.(request)].filter((one) => one !== undefined)
    for (const reader of isId('file', file) ? readers : []) {
      const found = await deps.file(reader, file)
      if (!found) continue
      const name = encodeURIComponent(found.name)
      return reply
        .type(shown.test(found.mime) ? found.mime : 'application/octet-stream')
        .header('content-disposition', `${shown.test(found.mime) ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`)
        .header('cache-control', 'private, max-age=31536000, immutable')
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(Buffer.from(found.bytes))
    }
    return reply.callNotFound()
  })
}
