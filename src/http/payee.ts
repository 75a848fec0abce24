/** Payment details, typed by their owner on a page that opens once from the chat; see people/passes.ts. */
import { createHmac } from 'node:crypto'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type App, publicUrl } from '../app.ts'
import type { Actor } from '../context.ts'
import { countries } from '../creators/rules-countries.ts'
import { Refusal, refusalStatus } from '../kernel/refusal.ts'
import { sameBytes } from '../kernel/signature.ts'
import { sayMoment } from '../kernel/time.ts'
import { accountOf, stripeOf } from '../payouts/onboarding.ts'
import { openDetails, payableCreator, payeeOf, saveDetails } from '../payouts/payees.ts'
import { termsOf } from '../payouts/terms.ts'
import { type Pass, readPass, writePass } from '../people/login.ts'
import { endOpened, findOpened, findPass, openPass, PASS_MINUTES, passOver } from '../people/passes.ts'
import { asRole } from '../people/service.ts'
import { readPosted, withPrefix } from '../platforms/web/fields.ts'
import { themeOf } from '../platforms/web/page.ts'
import { openPage, type PayeeFrame, payeePage, payeeRefused, savedPage } from './payee-page.ts'
import { type Owner, stripeRoutes } from './payee-stripe.ts'
import type { Mount } from './server.ts'
import { mustBeOurPage, sendPage } from './session.ts'

const PAGE = '/details'
const COOKIE = 'troupe_details'

/** Whoever guesses passes or fills in forms by machine is slowed down. */
const few = { rateLimit: { max: 60, timeWindow: '10 minutes' } }

export const payee =
  (app: App): Mount =>
  async (server) => {
    await server.register(async (scope) => {
      await scope.register(multipart, { limits: { files: 0, fields: 40, fieldSize: 4 * 1024 } })
      scope.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store').header('referrer-policy', 'same-origin').header('x-robots-tag', 'noindex')
      })
      linkRoutes(scope, app)
      formRoutes(scope, app)
      stripeRoutes(scope, app, {
        owner: async (request) => ownerOf(await openedBy(app, request)),
        sent: (request) => sentBy(app, request),
        refuse: (request, reply, refusal) => refuse(request, reply, refusal ?? passOver()),
        limit: few,
      })
    })
  }

type Known = { pass: Pass; actor: Actor; frame: PayeeFrame; country: string; creatorId: string }

const ownerOf = (known: Known | undefined, country = known?.country ?? ''): Owner | undefined =>
  known && { programId: known.pass.programId, creatorId: known.creatorId, country }

/** What else was typed on the form is not kept: it is not whole yet. */
async function sentBy(app: App, request: FastifyRequest): Promise<Owner | undefined> {
  mustBeOurPage(app, request)
  const known = await openedBy(app, request)
  if (!known) return undefined
  const { fields } = await readPosted(request)
  if (!sameBytes(fields.token ?? '', tokenOf(app, known.pass))) throw tooOld()
  const chosen = (fields['o.country'] ?? '').toUpperCase()
  return ownerOf(known, /^[A-Z]{2}$/.test(chosen) ? chosen : known.country)
}

/** The link itself: looking shows a name, Continue spends it and leaves the page open in this browser. */
function linkRoutes(server: FastifyInstance, app: App): void {
  server.get<{ Params: { pass: string } }>('/details/:pass', { config: few }, async (request, reply) => {
    const pass = readPass(request.params.pass)
    const known = pass && (await knownBy(app, request, pass, findPass))
    if (!known) return refuse(request, reply, passOver())
    return sendPage(reply, openPage(known.frame, known.actor.name, `${PAGE}/${writePass(known.pass)}`))
  })

  server.post<{ Params: { pass: string } }>('/details/:pass', { config: few }, async (request, reply) => {
    mustBeOurPage(app, request)
    const pass = readPass(request.params.pass)
    const known = pass && (await knownBy(app, request, pass, findPass))
    if (!known) return refuse(request, reply, passOver())
    try {
      const opened = await app.act(pass.programId, known.actor, (ctx) => openPass(ctx, PAGE, pass))
      reply.setCookie(COOKIE, writePass(opened), { ...cookieOptions(app), maxAge: PASS_MINUTES * 60 })
      return reply.redirect('/details/form', 303)
    } catch (error) {
      if (error instanceof Refusal) return refuse(request, reply, error)
      throw error
    }
  })
}

function formRoutes(server: FastifyInstance, app: App): void {
  server.get('/details/form', { config: few }, async (request, reply) => {
    const known = await openedBy(app, request)
    return known ? sendPage(reply, await drawn(app, known, undefined, {})) : refuse(request, reply, passOver())
  })

  server.post('/details/form', { config: few }, async (request, reply) => {
    mustBeOurPage(app, request)
    const known = await openedBy(app, request)
    if (!known) return refuse(request, reply, passOver())
    const { fields } = await readPosted(request)
    if (!sameBytes(fields.token ?? '', tokenOf(app, known.pass))) throw tooOld()
    const typed = withPrefix(fields, 'o.')
    try {
      const saved = await app.act(known.pass.programId, known.actor, async (ctx) => {
        const result = await saveDetails(ctx, known.creatorId, typed)
        // What was sent twice is kept once: the second finds the page closed.
        if (!('errors' in result) && !(await endOpened(ctx, PAGE, known.pass))) throw passOver()
        return result
      })
      if ('errors' in saved) return sendPage(reply.code(400), await drawn(app, known, typed, saved.errors))
      reply.clearCookie(COOKIE, cookieOptions(app))
      const { zone, locale } = known.actor
      const held = saved.heldUntil && saved.heldUntil > app.clock() ? sayMoment(saved.heldUntil, zone, locale) : undefined
      return sendPage(reply, savedPage(known.frame, { kinds: saved.kinds, held }))
    } catch (error) {
      if (error instanceof Refusal) return refuse(request, reply, error)
      throw error
    }
  })
}

const cookieOptions = (app: App) => ({
  httpOnly: true,
  sameSite: 'lax' as const,
  path: PAGE,
  secure: new URL(publicUrl(app.config)).protocol === 'https:',
})

const tokenOf = (app: App, pass: Pass): string =>
  createHmac('sha256', app.sealer.key('csrf'))
    .update(`${PAGE} ${writePass(pass)}`)
    .digest('base64url')

const tooOld = () => new Refusal('not_allowed', 'This page is too old to send from.', 'Reload it and try again.')

const openedBy = (app: App, request: FastifyRequest): Promise<Known | undefined> => {
  const pass = readPass(request.cookies[COOKIE] ?? '')
  return pass ? knownBy(app, request, pass, findOpened) : Promise.resolve(undefined)
}

/** The creator behind a link or an opened page. What names a program that is not there was never one of our links. */
async function knownBy(app: App, request: FastifyRequest, pass: Pass, find: typeof findPass): Promise<Known | undefined> {
  const found = await app.database.within(pass.programId, (db) => find(db, app.clock(), PAGE, pass))
  if (!found) return undefined
  return app.within(pass.programId, async (ctx) => {
    const creator = await payableCreator(ctx, found.personId)
    if (!creator) return undefined
    const key = { programId: ctx.program.id, personId: found.personId }
    const member = await ctx.db.membership.findUniqueOrThrow({ where: { programId_personId: key } })
    const { name, demo, zone, locale } = ctx.program
    return {
      pass,
      creatorId: creator.id,
      country: creator.country,
      frame: { program: { name, demo }, theme: themeOf(request.cookies) },
      actor: {
        personId: found.personId,
        name: member.name,
        role: asRole(member.role),
        zone: member.zone ?? zone,
        locale: member.locale ?? locale,
        platform: 'web',
        creatorId: creator.id,
      },
    }
  })
}

const drawn = (app: App, known: Known, typed: Record<string, string> | undefined, errors: Record<string, string>) =>
  app.within(known.pass.programId, async (ctx) => {
    const row = await payeeOf(ctx, known.creatorId)
    const terms = termsOf(ctx)
    return payeePage(known.frame, {
      token: tokenOf(app, known.pass),
      countries: countries(known.actor.locale),
      methods: terms.methods,
      fromUs: terms.payer === 'US',
      before: row ? openDetails(ctx, row.sealed) : undefined,
      shown: row?.shown,
      stripe: { offered: (await stripeOf(ctx)) !== undefined, account: await accountOf(ctx, known.creatorId) },
      country: known.country,
      typed,
      errors,
    })
  })

const refuse = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal) =>
  sendPage(
    reply.code(refusalStatus[refusal.code]),
    payeeRefused({ program: { name: 'Troupe', demo: false }, theme: themeOf(request.cookies) }, refusal),
  )
