/** Who sits at the dashboard: the login page behind a link from the chat, the cookie, and the mark that every form carries. */

import { createHmac } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type App, publicUrl } from '../app.ts'
import type { Role } from '../context.ts'
import { addressOf } from '../kernel/address.ts'
import { Refusal, refusalStatus } from '../kernel/refusal.ts'
import { sameBytes } from '../kernel/signature.ts'
import {
  endSession,
  findLogin,
  offerLogin,
  type Pass,
  readPass,
  SESSION_HOURS,
  spendLogin,
  spent,
  whoSits,
  writePass,
} from '../people/login.ts'
import { asRole } from '../people/service.ts'
import { themeOf } from '../platforms/web/page.ts'
import { continuePage, refusedPage, strangerPage } from './dashboard-page.ts'

const COOKIE = 'troupe_session'

export type Visitor = {
  pass: Pass
  program: { id: string; name: string; demo: boolean }
  personId: string
  name: string
  role: Role
  finance: boolean
  /** Whether this person is a creator of the program, whatever else they are. */
  creator: boolean
  zone: string
  locale: string
  /** Their account on the web; null before the first visit. */
  account: string | null
}

/** The person whose session this browser holds; undefined without one that still lasts. The role is read anew each time. */
export async function visitorOf(app: App, request: FastifyRequest): Promise<Visitor | undefined> {
  const pass = readPass(request.cookies[COOKIE] ?? '')
  if (!pass) return undefined
  const found = await whoSits(app.database, app.clock(), pass)
  if (!found) return undefined
  const { programName, demo, role, ...person } = found
  return { pass, program: { id: pass.programId, name: programName, demo }, ...person, role: asRole(role) }
}

/** Whoever acts where this visitor does. */
export const actorOf = ({ personId, name, role, finance, zone, locale }: Visitor) => ({
  personId,
  name,
  role,
  finance,
  zone,
  locale,
  platform: 'web',
})

/** The person whose media this browser may see, and of which program. */
export const signedInTo =
  (app: App) =>
  async (request: FastifyRequest): Promise<{ programId: string; personId: string } | undefined> => {
    const visitor = await visitorOf(app, request)
    return visitor && { programId: visitor.program.id, personId: visitor.personId }
  }

/** A path that opens the dashboard as this person, once; for a chat page that stands beside the dashboard. */
export const dashboardPath =
  (app: App) =>
  (programId: string, personId: string): Promise<string> =>
    app.within(programId, (ctx) => offerLogin(ctx, personId, '/dashboard'))

/** What a form of this session must bring along. */
export const formToken = (app: App, { pass }: Visitor): string =>
  createHmac('sha256', app.sealer.key('csrf')).update(writePass(pass)).digest('base64url')

/** Refuses what another page sent. Browsers say where a request comes from; one that says nothing still needs the form's token. */
export function mustBeOurPage(app: App, request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  const ours = site === undefined ? ourOrigin(app, request) : site === 'same-origin' || site === 'none'
  if (!ours) throw new Refusal('not_allowed', 'This form came from another page.', 'Open the dashboard itself and try again.')
}

function ourOrigin(app: App, request: FastifyRequest): boolean {
  const { origin, host } = request.headers
  if (origin === undefined) return true
  if (!addressOf(origin)) return false
  const from = new URL(origin)
  return from.host === host || from.origin === new URL(publicUrl(app.config)).origin
}

export function mustBeOurForm(app: App, visitor: Visitor, token: unknown): void {
  if (typeof token !== 'string' || !sameBytes(token, formToken(app, visitor))) {
    throw new Refusal('not_allowed', 'This page is too old to send from.', 'Reload it and try again.')
  }
}

/** GET shows who would be signed in and a button, POST spends the link: what previews a link in a chat only ever looks. */
export function loginRoutes(server: FastifyInstance, app: App): void {
  server.get<{ Params: { pass: string } }>('/login/:pass', async (request, reply) => {
    const pass = readPass(request.params.pass)
    const known = pass && (await invitedBy(app, pass))
    if (!known) return refuse(app, request, reply, spent())
    return sendPage(reply, continuePage({ ...known, theme: themeOf(request.cookies), action: `/login/${writePass(pass)}` }))
  })

  server.post<{ Params: { pass: string } }>('/login/:pass', async (request, reply) => {
    mustBeOurPage(app, request)
    const pass = readPass(request.params.pass)
    if (!pass || !(await invitedBy(app, pass))) return refuse(app, request, reply, spent())
    try {
      const { token, page } = await app.within(pass.programId, (ctx) => spendLogin(ctx, pass))
      const before = readPass(request.cookies[COOKIE] ?? '')
      if (before) await app.database.within(before.programId, (db) => endSession(db, before))
      reply.setCookie(COOKIE, writePass({ programId: pass.programId, token }), cookieOptions(app))
      return reply.redirect(page, 303)
    } catch (error) {
      if (error instanceof Refusal) return refuse(app, request, reply, error)
      throw error
    }
  })
}

/** Ends the session here and in the database, so that a copied cookie is worth nothing. */
export async function signOut(app: App, visitor: Visitor, reply: FastifyReply): Promise<void> {
  await app.database.within(visitor.program.id, (db) => endSession(db, visitor.pass))
  const { maxAge: _, ...options } = cookieOptions(app)
  reply.clearCookie(COOKIE, options)
}

const cookieOptions = (app: App) => ({
  httpOnly: true,
  sameSite: 'lax' as const,
  path: '/',
  secure: new URL(publicUrl(app.config)).protocol === 'https:',
  maxAge: SESSION_HOURS * 3_600,
})

const invitedBy = (app: App, pass: Pass) =>
  app.database.within(pass.programId, async (db) => {
    const link = await findLogin(db, app.clock(), pass)
    if (!link) return undefined
    const program = await db.program.findUniqueOrThrow({ where: { id: pass.programId } })
    const { name } = await db.membership.findUniqueOrThrow({
      where: { programId_personId: { programId: pass.programId, personId: link.personId } },
    })
    return { program: { id: program.id, name: program.name, demo: program.demo }, name, page: link.page }
  })

const refuse = (app: App, request: FastifyRequest, reply: FastifyReply, refusal: Refusal) =>
  sendPage(
    reply.code(refusalStatus[refusal.code]),
    refusedPage({
      title: 'This link is over',
      refusal,
      theme: themeOf(request.cookies),
      chat: app.config.SIMULATOR,
      mail: app.mailer !== undefined,
    }),
  )

/** For whoever has no session; `sent` is what they wrote into a form, which goes back to them. */
export const sendStranger = (app: App, request: FastifyRequest, reply: FastifyReply, sent?: string[]) =>
  sendPage(reply.code(401), strangerPage(themeOf(request.cookies), app.config.SIMULATOR, app.mailer !== undefined, sent))

/** The same; whoever is signed in reads why this is not theirs. */
export async function sendNotForYou(app: App, request: FastifyRequest, reply: FastifyReply, refusal: Refusal) {
  if (!(await visitorOf(app, request))) return sendStranger(app, request, reply)
  const theme = themeOf(request.cookies)
  return sendPage(reply.code(403), refusedPage({ title: 'Not for you', refusal, theme, chat: app.config.SIMULATOR }))
}

export const sendPage = (reply: FastifyReply, page: string) => reply.type('text/html; charset=utf-8').send(page)
