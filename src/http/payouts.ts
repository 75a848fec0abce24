/** Files of a batch and the answers to them, for finance members and admins who signed in from the chat. */
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { wordsOf } from '../kernel/csv.ts'
import { isId } from '../kernel/id.ts'
import { Refusal, refusalStatus } from '../kernel/refusal.ts'
import { batchOf } from '../payouts/batches.ts'
import { filesOf, makeFile, openPayments, type Taken, takeResults } from '../payouts/files.ts'
import { tellFinance } from '../payouts/remind.ts'
import { isFormat } from '../payouts/rules-files.ts'
import { mayRun } from '../people/service.ts'
import { mustFit, readPosted } from '../platforms/web/fields.ts'
import { themeOf } from '../platforms/web/page.ts'
import { refusedPage } from './dashboard-page.ts'
import { payoutsPage } from './payouts-page.ts'
import type { Mount } from './server.ts'
import { actorOf, formToken, mustBeOurForm, mustBeOurPage, sendNotForYou, sendPage, type Visitor, visitorOf } from './session.ts'

type Params = { Params: { batch: string } }

const MAX_BYTES = 5 * 1024 * 1024

export const payouts =
  (app: App): Mount =>
  async (server) => {
    await server.register(async (scope) => {
      await scope.register(multipart, {
        limits: { files: 1, fields: 10, fieldSize: 8 * 1024, fileSize: MAX_BYTES },
        throwFileSizeLimit: false,
      })
      scope.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store').header('referrer-policy', 'same-origin').header('x-robots-tag', 'noindex')
      })
      routes(scope, app)
    })
  }

function routes(server: FastifyInstance, app: App): void {
  // What a form was sent to stays in the browser’s line, and is asked for again.
  for (const path of ['/payouts/:batch', '/payouts/:batch/:sent'])
    server.get<Params>(path, async (request, reply) => {
      const visitor = await financeOf(app, request)
      if (!visitor) return sendNotForYou(app, request, reply, financeAlone)
      return answer(app, request, reply, () => drawn(app, request, visitor, request.params.batch))
    })

  server.post<Params>('/payouts/:batch/file', async (request, reply) => {
    mustBeOurPage(app, request)
    const visitor = await financeOf(app, request)
    if (!visitor) return sendNotForYou(app, request, reply, financeAlone)
    const { fields } = await readPosted(request)
    mustBeOurForm(app, visitor, fields.token)
    return answer(app, request, reply, async () => {
      const name = fields.format ?? ''
      if (!isFormat(name)) throw new Refusal('invalid', 'There is no such file.', 'Pick one on the page.')
      const file = await app.act(visitor.program.id, actorOf(visitor), (ctx) =>
        makeFile(ctx, batchIn(request.params.batch), name),
      )
      reply.header('content-disposition', `attachment; filename="${file.name}"`).header('x-content-type-options', 'nosniff')
      return reply.type(file.mime).send(Buffer.from(file.text, 'utf8'))
    })
  })

  server.post<Params>('/payouts/:batch/results', async (request, reply) => {
    mustBeOurPage(app, request)
    const visitor = await financeOf(app, request)
    if (!visitor) return sendNotForYou(app, request, reply, financeAlone)
    const posted = await readPosted(request)
    mustFit(posted)
    const { fields, files } = posted
    mustBeOurForm(app, visitor, fields.token)
    const { batch } = request.params
    return answer(app, request, reply, async () => {
      try {
        const [file] = files
        if (!file) throw new Refusal('invalid', 'There is no file.', 'Pick the report as CSV.')
        const taken = await app.act(visitor.program.id, actorOf(visitor), async (ctx) => {
          const found = await takeResults(ctx, batchIn(batch), wordsOf(file.bytes))
          await tellFinance(ctx, batch)
          return found
        })
        return await drawn(app, request, visitor, batch, { taken })
      } catch (error) {
        if (!(error instanceof Refusal) || error.code === 'not_found') throw error
        reply.code(refusalStatus[error.code])
        return drawn(app, request, visitor, batch, { problem: `${error.sentence} ${error.fix ?? ''}`.trim() })
      }
    })
  })
}

/** A page or a file; what a person did wrong becomes a page of its own. */
async function answer(app: App, request: FastifyRequest, reply: FastifyReply, work: () => Promise<string | FastifyReply>) {
  try {
    const made = await work()
    return typeof made === 'string' ? sendPage(reply, made) : made
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const theme = themeOf(request.cookies)
    const page = refusedPage({ title: 'That did not work', refusal: error, theme, chat: app.config.SIMULATOR })
    return sendPage(reply.code(refusalStatus[error.code]), page)
  }
}

const batchIn = (named: string): string => {
  if (isId('batch', named)) return named
  throw new Refusal('not_found', 'There is no such batch.', 'See all of them with /payout show.')
}

const financeOf = async (app: App, request: FastifyRequest): Promise<Visitor | undefined> => {
  const visitor = await visitorOf(app, request)
  return visitor && mayRun(visitor, { role: 'anyone', finance: true }) ? visitor : undefined
}

type Said = { taken?: Taken; problem?: string }

const drawn = (app: App, request: FastifyRequest, visitor: Visitor, named: string, said: Said = {}): Promise<string> =>
  app.act(visitor.program.id, actorOf(visitor), async (ctx) => {
    const batch = await batchOf(ctx, batchIn(named))
    const payments = await openPayments(ctx, batch.id)
    const creators = await ctx.db.creator.findMany({
      where: { programId: ctx.program.id, id: { in: payments.map((payment) => payment.creatorId) } },
      select: { id: true, name: true },
    })
    return payoutsPage({
      program: visitor.program,
      batch,
      payments,
      names: new Map(creators.map(({ id, name }) => [id, name])),
      files: filesOf(ctx, payments),
      token: formToken(app, visitor),
      theme: themeOf(request.cookies),
      locale: visitor.locale,
      taken: said.taken,
      problem: said.problem,
    })
  })

const financeAlone = new Refusal('not_allowed', 'Payouts are for members with finance.', 'Ask an admin for /team set.')
