/** Whose application a browser holds: a signed cookie that lasts, for people who have no account anywhere else yet. */
import { createHmac } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type App, publicUrl } from '../app.ts'
import { isId } from '../kernel/id.ts'
import { sameBytes } from '../kernel/signature.ts'
import { ascii } from '../links/rules.ts'
import { mustBeOurPage } from './session.ts'

export type JoinedProgram = { id: string; name: string; demo: boolean; zone: string; locale: string }

const NAME = 'troupe_join'
const DAYS = 365

const sign = (app: App, words: string): string =>
  createHmac('sha256', app.sealer.lasting('join')).update(words).digest('base64url')

/** The secret number of a browser that was here before. */
function peek(app: App, request: FastifyRequest): string | undefined {
  const [sid = '', mark = ''] = (request.cookies[NAME] ?? '').split('.')
  return /^[A-Za-z0-9_-]{22}$/.test(sid) && sameBytes(mark, sign(app, `cookie ${sid}`)) ? sid : undefined
}

/** The browser's number; a first visit gets one. Each visit lets the cookie last anew. */
export function openJoin(app: App, request: FastifyRequest, reply: FastifyReply): string {
  const sid = peek(app, request) ?? Buffer.from(app.random(16)).toString('base64url')
  reply.setCookie(NAME, `${sid}.${sign(app, `cookie ${sid}`)}`, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/join',
    secure: new URL(publicUrl(app.config)).protocol === 'https:',
    maxAge: DAYS * 86_400,
  })
  return sid
}

/** What a form of this browser must bring along. */
export const joinToken = (app: App, sid: string): string => sign(app, `form ${sid}`)

/** The account that this browser has on the web door of whatever program. */
export const joinUser = (sid: string): string => `join-${sid}`

/** The browser behind a form; undefined where its cookie is gone, or it is a form of another browser. Refuses what another page sent. */
export function joiningIn(app: App, request: FastifyRequest, token: string | undefined): string | undefined {
  mustBeOurPage(app, request)
  const sid = peek(app, request)
  return sid !== undefined && sameBytes(token ?? '', joinToken(app, sid)) ? sid : undefined
}

/** The program in an address: its id, or its name where no other program has the same. */
export async function programAt(app: App, written: string): Promise<JoinedProgram | undefined> {
  const select = { id: true, name: true, demo: true, zone: true, locale: true }
  return app.database.across(async (db) => {
    if (isId('program', written))
      return (await db.program.findFirst({ where: { id: written, testOf: null }, select })) ?? undefined
    const wanted = written.toLowerCase()
    if (!/^[a-z0-9-]{1,60}$/.test(wanted)) return undefined
    const all = await db.program.findMany({ where: { testOf: null }, select })
    const found = all.filter(({ name }) => nameInAddress(name) === wanted)
    return found.length === 1 ? found[0] : undefined
  })
}

const nameInAddress = (name: string): string =>
  ascii(name)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
