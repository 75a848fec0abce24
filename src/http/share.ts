/**
 * The public page for customers: what they send, and their own page behind a private link. No account and no cookie; whoever holds the
 * link may take the entry back.
 */
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import type { Context } from '../context.ts'
import type { Share } from '../db/generated/client.ts'
import { plural } from '../kernel/plural.ts'
import { Refusal, refusalStatus } from '../kernel/refusal.ts'
import { localDay } from '../kernel/time.ts'
import { themeOf } from '../platforms/web/page.ts'
import { policyOf } from '../programs/rules.ts'
import { sharePath } from '../shares/page.ts'
import { rightsAsked, shareBehind } from '../shares/queries.ts'
import { kindWords, type Reason, readEntry, reasons } from '../shares/rules.ts'
import { addVideo, adoptVideos, keepBegun, send, shut, takesVideo, withdraw } from '../shares/service.ts'
import { type JoinedProgram, programAt } from './join-session.ts'
import type { Mount } from './server.ts'
import { mustBeOurPage, sendPage } from './session.ts'
import { fewWordsPage, minePage, type ShareFrame, type Standing, sharePage } from './share-page.ts'
import { dropSent, keepSent, MOST_MB, openSent, readForm, readSent, type Sent, tokenOf, writeForm } from './share-post.ts'

type Params = { Params: { program: string; token: string } }
type Visit = { app: App; program: JoinedProgram; frame: ShareFrame }

/** What one address may send in an hour: the customers in a shop, not a machine. */
const sends = { rateLimit: { max: 60, timeWindow: '1 hour' } }
const looks = { rateLimit: { max: 120, timeWindow: '1 minute' } }
const presses = { rateLimit: { max: 30, timeWindow: '10 minutes' } }

export const share =
  (app: App): Mount =>
  async (server) => {
    await openSent(app)
    await server.register(async (scope) => {
      const limits = { files: 1, fields: 20, fieldSize: 32 * 1024, fileSize: MOST_MB * 1024 * 1024 }
      await scope.register(multipart, { limits, throwFileSizeLimit: false })
      scope.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store').header('referrer-policy', 'same-origin').header('x-robots-tag', 'noindex')
      })
      formRoutes(scope, app)
      mineRoutes(scope, app)
    })
  }

function formRoutes(server: FastifyInstance, app: App): void {
  server.get<Params>('/share/:program', { config: looks }, async (request, reply) => {
    const visit = await visitOf(app, request)
    if (!visit) return unknown(request, reply)
    return sendPage(reply, await app.within(visit.program.id, (ctx) => drawForm(visit, ctx, {}, {})))
  })

  server.post<Params>('/share/:program', { config: sends }, async (request, reply) => {
    mustBeOurPage(app, request)
    const visit = await visitOf(app, request)
    if (!visit) return unknown(request, reply)
    const sent = await readSent(app, request)
    try {
      return await receive(visit, request, reply, sent)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return refuse(visit, reply, error)
    } finally {
      await dropSent(sent)
    }
  })
}

const refuse = ({ frame }: Visit, reply: FastifyReply, error: Refusal) =>
  sendPage(reply.code(refusalStatus[error.code]), fewWordsPage(frame, 'That did not work', error.sentence, error.fix ?? ''))

const nobody = 'A machine seems to have filled in the hidden field. If you are a person:'
const late = 'The page was open for so long that we drew it anew.'
/** Nothing was kept before it is known to come from a person and this page, and no browser fills a file in again. */
const anew = (why: string, { file }: Sent): string =>
  `${why} ${file === null ? 'Press' : 'Choose your file once more, then press'} Send again.`

async function receive(visit: Visit, request: FastifyRequest, reply: FastifyReply, sent: Sent) {
  const { app, program } = visit
  const { fields } = sent
  const form = readForm(app, program.id, fields.form)
  const within = <T>(work: (ctx: Context) => Promise<T>) => app.within(program.id, work)
  const again = (errors: Record<string, string>, extra: Extra) =>
    within((ctx) => drawForm(visit, ctx, fields, errors, extra)).then((page) => sendPage(reply, page))
  if (!form || form.old) return again({}, { note: anew(late, sent) })
  // What fills in every field gets nothing for it, and nothing of it is kept.
  if (fields.website) return again({}, { note: anew(nobody, sent), nonce: form.nonce })
  const token = tokenOf(app, program.id, form.nonce)
  const before = await within((ctx) => shareBehind(ctx, token))
  if (before !== null && before.consent !== null) return reply.redirect(minePath(program.id, token), 303)
  const file = await keepSent(app, sent)
  const has = typeof file === 'object' && file !== null
  const { hash: terms } = await within(rightsAsked)
  const { entry, errors } = readEntry(fields, { file: has || before?.fileId != null, terms })
  if (typeof file === 'string') errors.file = file
  if (Object.keys(errors).length > 0) {
    const begun = has ? await within((ctx) => keepBegun(ctx, token, file)).catch(lost) : before
    if (!(begun instanceof Refusal)) return again(errors, { nonce: form.nonce, begun })
    return again({ ...errors, file: wordsOf(begun) }, { nonce: form.nonce, begun: before })
  }
  const seen = {
    ip: request.ip,
    agent: request.headers['user-agent'] ?? '',
    locale: (request.headers['accept-language'] ?? program.locale).split(',')[0] ?? program.locale,
  }
  const answer = await within((ctx) => send(ctx, token, entry, seen, has ? file : undefined)).catch(lost)
  if (answer instanceof Refusal) return again({ file: wordsOf(answer) }, { nonce: form.nonce, begun: before })
  app.ring('deliver')
  return reply.redirect(minePath(program.id, token), 303)
}

/** What went wrong with the file alone, so that the rest of the form need not be typed again. */
function lost(error: unknown): Refusal {
  if (error instanceof Refusal && error.field === 'file') return error
  throw error
}

const wordsOf = ({ sentence, fix = '' }: Refusal): string => `${sentence} ${fix}`.trim()

type Extra = { note?: string; nonce?: string; begun?: Share | null }

async function drawForm(
  { app, program, frame }: Visit,
  ctx: Context,
  typed: Record<string, string>,
  errors: Record<string, string>,
  { note, nonce, begun }: Extra = {},
): Promise<string> {
  const { on, ...thanks } = policyOf(ctx.program).share
  if (!on) return fewWordsPage(frame, 'This page is closed', shut(program.name).sentence)
  const { preset, lines, text, hash } = await rightsAsked(ctx)
  const kept = begun?.fileId ? await ctx.db.file.findFirst({ where: { id: begun.fileId, programId: program.id } }) : null
  const form = writeForm(app, program.id, nonce === undefined ? undefined : Buffer.from(nonce, 'base64url'))
  return sharePage(frame, {
    action: sharePath(program.id),
    hidden: { form, terms: hash },
    typed: errors.rights === undefined ? typed : { ...typed, rights: '' },
    errors,
    kept: kept?.name ?? null,
    note: note ?? null,
    thanks: thanks.code === undefined ? null : { code: thanks.code, percent: thanks.percent },
    rights: { lines, says: preset.says.replace('The brand', program.name), text },
    maxMb: MOST_MB,
  })
}

const minePath = (programId: string, token: string): string => `${sharePath(programId)}/mine/${token}`

function mineRoutes(server: FastifyInstance, app: App): void {
  server.get<Params>('/share/:program/mine/:token', { config: looks }, async (request, reply) => {
    const visit = await visitOf(app, request)
    const found = visit && (await mineOf(visit, request.params.token))
    if (!visit || !found) return unknown(request, reply)
    return sendPage(reply, minePage(visit.frame, found))
  })

  const post = (name: string, act: (ctx: Context, token: string, share: Share) => Promise<string | null>) =>
    server.post<Params>(`/share/:program/mine/:token/${name}`, { config: presses }, async (request, reply) => {
      mustBeOurPage(app, request)
      const visit = await visitOf(app, request)
      const { token } = request.params
      if (!visit) return unknown(request, reply)
      try {
        const to = await app.within(visit.program.id, async (ctx) => {
          const share = await shareBehind(ctx, token)
          return share?.consent == null ? undefined : ((await act(ctx, token, share)) ?? minePath(visit.program.id, token))
        })
        if (to === undefined) return unknown(request, reply)
        app.ring('deliver')
        return reply.redirect(to, 303)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        return refuse(visit, reply, error)
      }
    })
  post('video', (ctx, _token, found) => addVideo(ctx, found))
  post('withdraw', async (ctx, token) => {
    await withdraw(ctx, token)
    return null
  })
}

/** What the private page says; undefined for a link that is none. */
const mineOf = ({ app, program }: Visit, token: string): Promise<Standing | undefined> =>
  app.within(program.id, async (ctx) => {
    await adoptVideos(ctx)
    const found = await shareBehind(ctx, token)
    if (!found || found.consent === null) return undefined
    const { share: set } = policyOf(ctx.program)
    const path = minePath(program.id, token)
    const waitsForVideo = found.state === 'open'
    return {
      path,
      hidden: {},
      state: found.state,
      sent: await sentWords(ctx, found),
      thanks: found.thanks === null ? null : { code: found.thanks, percent: set.code === found.thanks ? set.percent : undefined },
      takesVideo: takesVideo(found),
      waitsForVideo,
      video: takesVideo(found) ? await videoProblem(ctx, found) : null,
      reason: found.state === 'rejected' ? (reasons[found.reason as Reason] ?? null) : null,
      ends: found.state === 'approved' && found.endsAt ? localDay(found.endsAt, program.zone) : null,
      link: ctx.url(path),
    }
  })

async function sentWords(ctx: Context, { fileId, rating, words, erasedAt }: Share): Promise<string> {
  if (erasedAt !== null) return 'deleted by now'
  const file = fileId === null ? null : await ctx.db.file.findFirst({ where: { id: fileId, programId: ctx.program.id } })
  const parts = [
    file && `a ${kindWords(file.mime).toLowerCase()}`,
    rating !== null && plural(rating, 'star'),
    words !== '' && 'your words',
  ].filter(Boolean)
  return parts.length === 0 ? 'nothing yet' : parts.join(', ')
}

/** What became of a video that was sent and not taken. */
async function videoProblem(ctx: Context, { id }: Share): Promise<string | null> {
  const where = { programId: ctx.program.id, shareId: id, state: { in: ['refused', 'kept'] } }
  const last = await ctx.db.upload.findFirst({ where, orderBy: { createdAt: 'desc' } })
  if (!last) return null
  return last.state === 'refused' ? last.refusal : 'The file that you sent is no picture or video. Send another.'
}

async function visitOf(app: App, request: FastifyRequest<Params>): Promise<Visit | undefined> {
  const program = await programAt(app, request.params.program)
  return program && { app, program, frame: { program, theme: themeOf(request.cookies) } }
}

const unknown = (request: FastifyRequest, reply: FastifyReply) =>
  sendPage(
    reply.code(404),
    fewWordsPage(
      { program: { name: 'Troupe', demo: false }, theme: themeOf(request.cookies) },
      'There is nothing at this address',
      'It may be mistyped or cut off. Please copy the whole address once more.',
    ),
  )
