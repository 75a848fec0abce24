import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isId } from '../../kernel/id.ts'
import type { Opened, Reader, WebDeps } from './deps.ts'
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

/**
 * Stored files, for people of their program only; the house decides which of them each may open. Parts are given where they are asked
 * for, so that a video can be wound; `?size=thumb` gives a small picture.
 */
export function mediaRoute(server: FastifyInstance, deps: WebDeps, sessions: Sessions): void {
  type Asked = { Params: { file: string }; Querystring: { size?: string } }
  // A dashboard full of pictures is many requests.
  const many = { config: { rateLimit: { max: 6_000, timeWindow: '1 minute' } } }
  server.get<Asked>('/media/:file', many, async (request, reply) => {
    const { file } = request.params
    const readers = [await seated(deps, sessions, request), await deps.signedInTo?.(request)].filter((one) => one !== undefined)
    for (const reader of isId('file', file) ? readers : []) {
      const found = await deps.file(reader, file, request.query.size === 'thumb')
      if (found) return give(request, reply, found)
    }
    return reply.callNotFound()
  })
}

const KEPT = 'private, max-age=31536000, immutable'

/** A stored file as an answer, or the part of it that is asked for. What stands in for a picture is not kept, whatever `cache` says. */
export async function give(request: FastifyRequest, reply: FastifyReply, found: Opened, cache = KEPT): Promise<FastifyReply> {
  const { bytes, mime } = found
  const name = encodeURIComponent(found.name)
  reply
    .type(shown.test(mime) ? mime : 'application/octet-stream')
    .header('content-disposition', `${shown.test(mime) ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`)
    .header('cache-control', found.passing ? 'no-store' : cache)
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('accept-ranges', 'bytes')
  const range = rangeOf(request.headers.range, bytes)
  if (range === 'none') return reply.code(416).header('content-range', `bytes */${bytes}`).send()
  if (range) reply.code(206).header('content-range', `bytes ${range.from}-${range.to}/${bytes}`)
  reply.header('content-length', range ? range.to - range.from + 1 : bytes)
  return reply.send(request.method === 'HEAD' ? undefined : await found.read(range))
}

/** The one part that is asked for; undefined for all of it, also where several parts are asked for; 'none' for what is past the end. */
export function rangeOf(header: string | undefined, bytes: number): { from: number; to: number } | 'none' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const to = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (first !== '' && last !== '' && Number(last) < from) return undefined
  return from >= bytes ? 'none' : { from, to }
}
