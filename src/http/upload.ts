/** Takes large files piece by piece, as tus says (tus.io): what was sent stays sent when the connection breaks or the page closes. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, statfs } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Server } from '@tus/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type App, publicUrl } from '../app.ts'
import { MAX_VIDEO_BYTES } from '../content/media.ts'
import { beginPart, endPart, findUpload, removePart, sizeOf, takeIn, uploadOver } from '../content/uploads.ts'
import type { Upload } from '../db/generated/client.ts'
import { lazily } from '../kernel/lazily.ts'
import { Refusal, refusalStatus } from '../kernel/refusal.ts'
import { type Pass, readPass, writePass } from '../people/login.ts'
import { themeOf } from '../platforms/web/page.ts'
import { adoptVideos } from '../shares/service.ts'
import type { Mount } from './server.ts'
import { sendPage } from './session.ts'
import { type UploadFrame, uploadPage, uploadRefused } from './upload-page.ts'

/** What stays free on the disk, whatever is sent. */
const SPARE_BYTES = 512 * 1024 * 1024

/** Whoever guesses links is slowed down; a gigabyte comes in two hundred pieces. */
const few = { rateLimit: { max: 120, timeWindow: '10 minutes' } }
const many = { rateLimit: { max: 600, timeWindow: '1 minute' } }

type Params = { Params: { pass: string; part?: string } }
type Known = { pass: Pass; row: Upload }

export const upload =
  (app: App): Mount =>
  async (server) => {
    await mkdir(app.uploads, { recursive: true, mode: 0o700 })
    const library = readFileSync(fileURLToPath(import.meta.resolve('tus-js-client/dist/tus.min.js')))
    server.get('/assets/tus.min.js', { config: { rateLimit: false } }, (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').header('cache-control', 'public, max-age=3600').send(library),
    )
    await server.register(async (scope) => {
      // The bytes go from the connection to the disk and are never read here.
      scope.addContentTypeParser('application/offset+octet-stream', (_request, _payload, done) => done(null))
      scope.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').header('x-robots-tag', 'noindex')
      })
      pageRoutes(scope, app)
      partRoutes(scope, app)
    })
  }

function pageRoutes(server: FastifyInstance, app: App): void {
  server.get<Params>('/upload/:pass', { config: few }, async (request, reply) => {
    const known = await knownBy(app, request)
    const theme = themeOf(request.cookies)
    if (!known) return refused(reply, { program: { name: 'Troupe', demo: false }, theme }, uploadOver())
    return sendPage(reply, await drawn(app, known, theme))
  })

  server.get<Params>('/upload/:pass/state', { config: many }, async (request, reply) => {
    const known = await knownBy(app, request)
    if (!known) throw uploadOver()
    const { state, name, part, refusal } = known.row
    const lies = state === 'open' && part !== null ? await sizeOf(app.uploads, part) : undefined
    return reply.send({ state, name, bytes: lies?.bytes ?? null, refusal })
  })
}

const refused = (reply: FastifyReply, frame: UploadFrame, refusal: Refusal) =>
  sendPage(reply.code(refusalStatus[refusal.code]), uploadRefused(frame, refusal))

async function knownBy(app: App, request: FastifyRequest<Params>): Promise<Known | undefined> {
  const pass = readPass(request.params.pass)
  if (!pass) return undefined
  const row = await app.database.within(pass.programId, (db) => findUpload(db, app.clock(), pass))
  return row ? { pass, row } : undefined
}

const drawn = (app: App, { pass, row }: Known, theme: UploadFrame['theme']): Promise<string> =>
  app.within(pass.programId, async (ctx) => {
    const frame = { program: { name: ctx.program.name, demo: ctx.program.demo }, theme }
    const look = { path: `/upload/${writePass(pass)}`, maxBytes: MAX_VIDEO_BYTES }
    if (row.personId === null) return uploadPage(frame, { ...look, name: null, chat: undefined })
    const key = { programId_personId: { programId: pass.programId, personId: row.personId } }
    const { name } = await ctx.db.membership.findUniqueOrThrow({ where: key })
    const place = await ctx.db.channel.findFirst({ where: { programId: pass.programId, audience: `person:${row.personId}` } })
    const space = place && (await ctx.db.space.findUnique({ where: { id: place.spaceId } }))
    return uploadPage(frame, { ...look, name, chat: space ? chatAddress(app, space, place.externalId) : undefined })
  })

/** Where a private place opens, in the app of its platform. */
function chatAddress(app: App, { platform, workspace }: { platform: string; workspace: string }, place: string) {
  if (platform === 'discord') return `https://discord.com/channels/${workspace}/${place}`
  if (platform === 'slack') return `https://slack.com/app_redirect?team=${workspace}&channel=${place}`
  return app.config.SIMULATOR ? '/simulator' : undefined
}

function partRoutes(server: FastifyInstance, app: App): void {
  const tus = lazily(() => tusFor(app))
  const carry = async (request: FastifyRequest<Params>, reply: FastifyReply) => {
    const known = await knownBy(app, request)
    if (!known) throw uploadOver()
    const { part } = request.params
    // Another file was chosen since, or this one is whole.
    if (part !== undefined && (part !== known.row.part || known.row.state !== 'open')) return reply.code(404).send()
    // A header must not turn this into a request of another kind.
    delete request.raw.headers['x-http-method-override']
    underWay.set(request.raw, known)
    const library = await tus()
    reply.hijack()
    await library.handle(request.raw, reply.raw)
  }
  server.post<Params>('/upload/:pass/file', { config: many }, carry)
  for (const method of ['HEAD', 'PATCH', 'DELETE'] as const)
    server.route<Params>({ method, url: '/upload/:pass/file/:part', config: many, handler: carry })
}

/** The page that a request belongs to, while the library has it in its hands. */
const underWay = new WeakMap<object, Known>()

type Asked = { runtime?: { node?: { req: object } | undefined } | undefined }

function knownIn(asked: Asked): Known {
  const known = asked.runtime?.node && underWay.get(asked.runtime.node.req)
  if (!known) throw new Error('a part came without its page')
  return known
}

/** Loaded for the first part that comes. */
async function tusFor(app: App): Promise<Server> {
  const [{ FileStore }, { Server }] = await Promise.all([import('@tus/file-store'), import('@tus/server')])
  const origin = new URL(publicUrl(app.config)).origin
  return new Server({
    path: '/upload',
    datastore: new FileStore({ directory: app.uploads }),
    maxSize: MAX_VIDEO_BYTES,
    allowedOrigins: [origin],
    relativeLocation: true,
    namingFunction: (asked) => `${knownIn(asked as Asked).row.id}-${randomBytes(6).toString('hex')}`,
    generateUrl: (asked, { id }) => `/upload/${writePass(knownIn(asked as Asked).pass)}/file/${id}`,
    getFileIdFromRequest: (_asked, last) =>
      last !== undefined && /^upl_[0-9A-Z]{26}-[0-9a-f]{12}$/.test(last) ? last : undefined,
    async onUploadCreate(asked, coming) {
      const { pass, row } = knownIn(asked as Asked)
      const { bavail, bsize } = await statfs(app.uploads)
      if (bavail * bsize - (coming.size ?? MAX_VIDEO_BYTES) < SPARE_BYTES)
        throw said(507, 'There is no room for this file just now. Try again later, or tell a manager.')
      const before = await told(
        app.within(pass.programId, (ctx) => beginPart(ctx, row.id, coming.id, coming.metadata?.filename ?? 'file')),
      )
      await removePart(app.uploads, before)
      return {}
    },
    async onUploadFinish(asked, coming) {
      const { pass, row } = knownIn(asked as Asked)
      const { count } = await app.within(pass.programId, (ctx) => endPart(ctx, row.id, coming.id))
      // The page asks how it ends; what fails here is taken up by the job.
      if (count === 1) void take(app, pass.programId, row)
      return {}
    },
    onResponseError(asked, error) {
      if ('status_code' in error) return undefined
      const { row } = knownIn(asked as Asked)
      app.log.warn({ err: error, upload: row.id }, 'a part of a file could not be taken')
      return said(500, 'This part could not be kept. It is tried again.')
    },
  })
}

const said = (status_code: number, body: string) => ({ status_code, body })

/** A refusal as the library says it. */
const told = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw error instanceof Refusal ? said(refusalStatus[error.code], `${error.sentence} ${error.fix ?? ''}`.trim()) : error
  })

async function take(app: App, programId: string, { id, shareId }: Upload): Promise<void> {
  try {
    await takeIn(app, programId, id)
    if (shareId !== null) await app.within(programId, adoptVideos)
  } catch (err) {
    app.log.error({ err, upload: id }, 'a whole file could not be taken in; it is tried again')
  }
}
