/** Galleries for the brand's own pages: a script, a frame and feeds. Everybody may read them; each answer shows only what rights cover now. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { App } from '../app.ts'
import { openFile } from '../content/open.ts'
import type { Gallery } from '../db/generated/client.ts'
import { isId } from '../kernel/id.ts'
import { isBotAgent } from '../links/rules.ts'
import { type Pass, readPass, writePass } from '../people/login.ts'
import { give } from '../platforms/web/assets.ts'
import { count, type Seen } from '../reuse/counts.ts'
import { addressesOf, type Frame, feedOf, MOST_SHOWN, noteOf } from '../reuse/feeds.ts'
import { piecesOf, type Shown, shownNow } from '../reuse/queries.ts'
import { galleryPage } from './gallery-page.ts'
import type { Mount } from './server.ts'
import { visitors } from './visitor.ts'

type Params = { Params: { pass: string; item?: string } }

const file = (name: string): string => readFileSync(new URL(`../platforms/web/assets/${name}`, import.meta.url), 'utf8')

/** The whole script, with its styles in it: a page that embeds it allows one origin and nothing inline. */
export const embedScript = (): string =>
  file('gallery.js').replace("'{styles}'", () => JSON.stringify(shorter(file('gallery.css'))))

const shorter = (css: string): string =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .trim()

export const gallery =
  (app: App): Mount =>
  async (server) => {
    await server.register(async (scope) => {
      scope.addHook('onRequest', async (_request, reply) => {
        // A brand's page is another origin than ours, and what is here is for everybody.
        reply.header('cross-origin-resource-policy', 'cross-origin').header('access-control-allow-origin', '*')
        reply.header('x-robots-tag', 'noindex').header('referrer-policy', 'strict-origin-when-cross-origin')
      })
      fixedRoutes(scope)
      feedRoutes(scope, app)
      pictureRoutes(scope, app)
      countRoute(scope, app)
    })
  }

const tagged = (words: string): string => `"${createHash('sha256').update(words).digest('base64url').slice(0, 24)}"`

/** The same words again are "not modified". */
function fresh(request: FastifyRequest, reply: FastifyReply, words: string): FastifyReply {
  const etag = tagged(words)
  reply.header('etag', etag)
  return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(words)
}

function fixedRoutes(server: FastifyInstance): void {
  const script = embedScript()
  const styles = file('gallery.css')
  for (const [name, type, words] of [
    ['embed.js', 'text/javascript', script],
    ['style.css', 'text/css', styles],
  ] as const)
    server.get(`/gallery/${name}`, { config: { rateLimit: false } }, (request, reply) =>
      fresh(request, reply.type(`${type}; charset=utf-8`).header('cache-control', 'public, max-age=3600'), words),
    )
}

export type Opened = { gallery: Gallery; shown: Shown[]; frame: Frame; now: Date; locale: string }

/** What a pass opens, as far as rights cover it now; undefined for an unknown one. */
function opened(app: App, pass: Pass, itemId?: string): Promise<Opened | undefined> {
  return app.within(pass.programId, async ({ db, now, program, url }) => {
    const found = await db.gallery.findFirst({ where: { programId: program.id, token: pass.token } })
    if (!found || found.channel === 'paid_ads') return undefined
    const shown = shownNow(await piecesOf(db, now, found, itemId), found, url).slice(0, MOST_SHOWN)
    const { name } = program
    const frame = { gallery: found, program: name, note: noteOf(found, name), addresses: addressesOf(writePass(pass), url) }
    return { gallery: found, shown, frame, now, locale: program.locale }
  })
}

async function openedBy(app: App, request: FastifyRequest<Params>, itemId?: string): Promise<Opened | undefined> {
  const pass = readPass(request.params.pass)
  return pass && (await opened(app, pass, itemId).catch(unknown))
}

/** A program that is not there has no gallery either. */
const unknown = (error: unknown): undefined => {
  if ((error as { code?: string }).code === 'P2025') return undefined
  throw error
}

/** Whole seconds for which nothing falls out, at most so many. */
const lasting = ({ shown, now }: Opened, most: number): number =>
  Math.max(0, Math.floor(Math.min(most * 1000, ...shown.map(({ licence }) => licence.endsAt!.getTime() - now.getTime())) / 1000))

/** Browsers ask each time whether something changed; what stands between may keep it for a minute, and never past the end of a licence. */
const caching = (found: Opened): string => `public, max-age=0, must-revalidate, s-maxage=${lasting(found, 60)}`

const ofPage = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  'frame-ancestors *',
].join('; ')

function feedRoutes(server: FastifyInstance, app: App): void {
  for (const [name, type, kind] of [
    ['feed.json', 'application/feed+json', 'json'],
    ['feed.rss', 'application/rss+xml', 'rss'],
  ] as const)
    server.get<Params>(`/gallery/:pass/${name}`, async (request, reply) => {
      const found = await openedBy(app, request)
      if (found?.gallery.channel !== 'website') return reply.callNotFound()
      const words = (await feedOf(found.shown, found.frame))[kind]
      return fresh(request, reply.type(`${type}; charset=utf-8`).header('cache-control', caching(found)), words)
    })

  server.get<Params>('/gallery/:pass', async (request, reply) => {
    const found = await openedBy(app, request)
    if (found?.gallery.channel !== 'website') return reply.callNotFound()
    reply.removeHeader('x-frame-options')
    reply.header('content-security-policy', ofPage).header('cache-control', caching(found))
    return fresh(request, reply.type('text/html; charset=utf-8'), galleryPage(found))
  })
}

const PICTURE_SECONDS = 300

/** Pictures and films of what is shown now. Nothing else of the program's files can be named here. */
function pictureRoutes(server: FastifyInstance, app: App): void {
  const send = async (request: FastifyRequest<Params>, reply: FastifyReply, item: string | undefined, small: boolean) => {
    const found = isId('item', item) ? await openedBy(app, request, item) : undefined
    const piece = found?.shown[0]
    if (!found || !piece?.file || (!small && !piece.file.mime.startsWith('video/'))) return reply.callNotFound()
    const stored = await openFile(app, found.gallery.programId, piece.file.id, small)
    if (!stored) return reply.callNotFound()
    return give(
      request,
      reply,
      { ...stored, name: `${piece.id}${small ? '.jpg' : ''}` },
      `public, max-age=${lasting(found, PICTURE_SECONDS)}`,
    )
  }
  // A page of pictures is many requests, and an office of shoppers one address.
  const open = { config: { rateLimit: { max: 6_000, timeWindow: '1 minute' } } }
  server.get<Params>('/gallery/:pass/:item', open, (request, reply) => {
    const { item = '' } = request.params
    return send(request, reply, item.endsWith('.jpg') ? item.slice(0, -4) : undefined, true)
  })
  server.get<Params>('/gallery/:pass/:item/film', open, (request, reply) => send(request, reply, request.params.item, false))
}

const MOST_TOLD = 100
const ids = z.array(z.string().max(40)).max(MOST_TOLD).default([])
const told = z.object({ views: ids, clicks: ids })

/** Pages tell what was seen and clicked. Nothing is set in a browser; whoever says the same twice in an hour counts once. */
function countRoute(server: FastifyInstance, app: App): void {
  const visitorOf = visitors(app.sealer.key('gallery'))
  const few = { bodyLimit: 8 * 1024, config: { rateLimit: { max: 60, timeWindow: '1 minute' } } }
  server.post<Params>('/gallery/:pass/seen', few, async (request, reply) => {
    const pass = readPass(request.params.pass)
    const said = told.safeParse(jsonIn(request.body))
    if (!pass || !said.success) return reply.code(400).send()
    const { views, clicks } = said.data
    const seen: Seen[] = [
      ...views.map((item) => ({ what: 'view' as const, item })),
      ...clicks.map((item) => ({ what: 'click' as const, item })),
    ]
    const userAgent = (request.headers['user-agent'] ?? '').slice(0, 200)
    if (seen.length > 0 && !isBotAgent(userAgent)) {
      const visitor = visitorOf(app.clock().getTime(), request.ip, userAgent)
      const { programId, token } = pass
      await app
        .within(programId, ({ db, now, program }) => count(db, now, { programId, token, zone: program.zone, visitor, seen }))
        .catch(unknown)
    }
    return reply.code(204).send()
  })
}

function jsonIn(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
