/** Claim links for many creators at once, as a file that is made and shown once; reached with a link from the chat. */
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { takeBulk } from '../creators/bulk.ts'
import { INVITE_DAYS, inviteMany, withoutAccount } from '../creators/invites.ts'
import { csvFile } from '../kernel/csv.ts'
import { isId } from '../kernel/id.ts'
import { Refusal, refusalStatus } from '../kernel/refusal.ts'
import { atLeast } from '../people/service.ts'
import { readPosted } from '../platforms/web/fields.ts'
import { themeOf } from '../platforms/web/page.ts'
import { refusedPage } from './dashboard-page.ts'
import { claimLinksPage } from './roster-page.ts'
import type { Mount } from './server.ts'
import { actorOf, formToken, mustBeOurForm, mustBeOurPage, sendNotForYou, sendPage, type Visitor, visitorOf } from './session.ts'

type Params = { Params: { bulk: string } }

export const roster =
  (app: App): Mount =>
  async (server) => {
    await server.register(async (scope) => {
      await scope.register(multipart, { limits: { files: 0, fields: 30, fieldSize: 8 * 1024 } })
      scope.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store').header('referrer-policy', 'same-origin')
      })
      routes(scope, app)
    })
  }

function routes(server: FastifyInstance, app: App): void {
  server.get<Params>('/roster/:bulk', async (request, reply) => {
    const visitor = await managerOf(app, request)
    if (!visitor) return sendNotForYou(app, request, reply, managersAlone)
    const plan = await planned(app, visitor, request.params.bulk)
    if (!plan) return refuse(app, request, reply, gone())
    return sendPage(
      reply,
      claimLinksPage({
        ...plan,
        program: visitor.program,
        token: formToken(app, visitor),
        action: `/roster/${request.params.bulk}`,
        theme: themeOf(request.cookies),
        days: INVITE_DAYS,
      }),
    )
  })

  server.post<Params>('/roster/:bulk', async (request, reply) => {
    mustBeOurPage(app, request)
    const visitor = await managerOf(app, request)
    if (!visitor) return sendNotForYou(app, request, reply, managersAlone)
    const { fields } = await readPosted(request)
    mustBeOurForm(app, visitor, fields.token)
    try {
      const file = await makeLinks(app, visitor, request.params.bulk)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="claim-links.csv"')
        .send(Buffer.from(file))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return refuse(app, request, reply, error)
    }
  })
}

const managerOf = async (app: App, request: FastifyRequest): Promise<Visitor | undefined> => {
  const visitor = await visitorOf(app, request)
  return visitor && atLeast(visitor.role, 'manager') ? visitor : undefined
}

const planned = (app: App, visitor: Visitor, bulkId: string) =>
  app.act(visitor.program.id, actorOf(visitor), async (ctx) => {
    if (!isId('bulk', bulkId)) return undefined
    const bulk = await ctx.db.bulk.findFirst({
      where: { id: bulkId, programId: visitor.program.id, personId: visitor.personId, act: 'invite', doneAt: null },
    })
    if (!bulk) return undefined
    const creators = await withoutAccount(ctx, bulk.creators)
    const open = await ctx.db.claim.count({
      where: {
        programId: visitor.program.id,
        purpose: 'invite',
        spentAt: null,
        expiresAt: { gt: ctx.now },
        personId: { in: creators.map((creator) => creator.personId) },
      },
    })
    return { creators: creators.length, open }
  })

const makeLinks = (app: App, visitor: Visitor, bulkId: string): Promise<Uint8Array> =>
  app.act(visitor.program.id, actorOf(visitor), async (ctx) => {
    const bulk = await takeBulk(ctx, bulkId)
    if (bulk.act !== 'invite') throw gone()
    const creators = await withoutAccount(ctx, bulk.creators)
    const links = await inviteMany(ctx, creators)
    return csvFile(
      ['name', 'e-mail', 'handle', 'claim link'],
      creators.map((creator) => [creator.name, creator.email, creator.handle, links.get(creator.id) ?? '']),
    )
  })

const gone = () =>
  new Refusal('not_found', 'These links were made before, or this page is not yours.', 'Begin again in /creator list.')

const managersAlone = new Refusal('not_allowed', 'These links are made by managers of the program.', 'Ask one of them.')

const refuse = (app: App, request: FastifyRequest, reply: FastifyReply, refusal: Refusal) =>
  sendPage(
    reply.code(refusalStatus[refusal.code]),
    refusedPage({ title: 'No links were made', refusal, theme: themeOf(request.cookies), chat: app.config.SIMULATOR }),
  )
