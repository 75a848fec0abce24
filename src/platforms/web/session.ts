/** Who sits at the simulator: a signed cookie with the program and the persona, and the token that its forms carry. */

import { createHmac } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { addressOf } from '../../kernel/address.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { sameBytes } from '../../kernel/signature.ts'
import type { WebDeps } from './deps.ts'

const NAME = 'troupe_sim'

export type Session = { sid: string; program?: string; user?: string }

export type Sessions = {
  /** The session of a request; a first visit gets a fresh one and its cookie. */
  open: (request: FastifyRequest, reply: FastifyReply) => Session
  /** The session that a request already has. */
  peek: (request: FastifyRequest) => Session | undefined
  keep: (reply: FastifyReply, session: Session) => void
  token: (session: Session) => string
  /** Refuses a form that another page sent, or one without this session's token. */
  mustBeOurs: (request: FastifyRequest, session: Session | undefined, token: unknown) => void
}

export function openSessions({ key, random }: Pick<WebDeps, 'key' | 'random'>): Sessions {
  const sign = (words: string) => createHmac('sha256', key).update(words).digest('base64url')
  const token = (session: Session) => sign(`form ${session.sid}`)

  function peek(request: FastifyRequest): Session | undefined {
    const [body = '', mark = ''] = (request.cookies[NAME] ?? '').split('.')
    if (body === '' || !sameBytes(mark, sign(`cookie ${body}`))) return undefined
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Session
  }

  function keep(reply: FastifyReply, session: Session): void {
    const body = Buffer.from(JSON.stringify(session)).toString('base64url')
    reply.setCookie(NAME, `${body}.${sign(`cookie ${body}`)}`, { httpOnly: true, sameSite: 'lax', path: '/', secure: 'auto' })
  }

  return {
    peek,
    keep,
    token,
    open(request, reply) {
      const known = peek(request)
      if (known) return known
      const fresh = { sid: Buffer.from(random(16)).toString('base64url') }
      keep(reply, fresh)
      return fresh
    },
    mustBeOurs(request, session, given) {
      if (fromElsewhere(request))
        throw new Refusal('not_allowed', 'This form came from another page.', 'Open the simulator itself and try again.')
      if (!session || typeof given !== 'string' || !sameBytes(given, token(session))) {
        throw new Refusal('not_allowed', 'This page is too old to send from.', 'Reload it and try again.')
      }
    },
  }
}

/** Browsers say where a request comes from; what says another site is refused, what says nothing still needs the token. */
function fromElsewhere(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.origin
  if (origin === undefined) return false
  return addressOf(origin)?.host !== request.headers.host
}
