/**
 * The public page of a program, for people who have no chat with it yet: the form of /apply, the terms, the answer and the way in.
 * Who sends it becomes a person of the web door; whatever they press goes through the hall like everything else.
 */
import { createHash } from 'node:crypto'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { problems } from '../command.ts'
import { claimPlace, takeInvite } from '../creators/invites.ts'
import { readApplication } from '../creators/rules-apply.ts'
import type { Card } from '../kernel/card.ts'
import { Refusal, refusalStatus } from '../kernel/refusal.ts'
import { offerLogin } from '../people/login.ts'
import { dispatch } from '../platforms/dispatch.ts'
import type { Call } from '../platforms/platform.ts'
import { readPosted, readPress, withPrefix } from '../platforms/web/fields.ts'
import { themeOf } from '../platforms/web/page.ts'
import { cardPage, fewWordsPage, joinPath } from './join-page.ts'
import { joiningIn, joinUser, openJoin, programAt } from './join-session.ts'
import { frameOf, personAt, showForm, showWhere, type Visit } from './join-show.ts'
import type { Mount } from './server.ts'
import { sendPage } from './session.ts'

type Params = { Params: { program: string } }

/** What one address may send in ten minutes; a whole office applies in less. */
const sends = { rateLimit: { max: 40, timeWindow: '10 minutes' } }
const looks = { rateLimit: { max: 120, timeWindow: '1 minute' } }

export const join =
  (app: App): Mount =>
  async (server) => {
    await server.register(async (scope) => {
      await scope.register(multipart, { limits: { files: 0, fields: 30, fieldSize: 8 * 1024 } })
      scope.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store').header('referrer-policy', 'same-origin').header('x-robots-tag', 'noindex')
      })
      showRoutes(scope, app)
      sendRoutes(scope, app)
    })
  }

function showRoutes(server: FastifyInstance, app: App): void {
  server.get<Params>('/join/:program', { config: looks }, async (request, reply) => {
    const program = await programAt(app, request.params.program)
    if (!program) return unknown(request, reply)
    const visit = await visitOf(app, request, program, openJoin(app, request, reply))
    const { invite } = request.query as { invite?: unknown }
    return sendPage(reply, await showWhere(visit, typeof invite === 'string' ? invite.slice(0, 100) : undefined))
  })
  // A phone that comes back from the chat asks again for the address that it sent to.
  server.get<Params>('/join/:program/:sent', { config: looks }, async (request, reply) => {
    const program = await programAt(app, request.params.program)
    return program ? reply.redirect(joinPath(program.id), 303) : unknown(request, reply)
  })
}

const back = (visit: Visit, reply: FastifyReply) => reply.redirect(joinPath(visit.program.id), 303)

function sendRoutes(server: FastifyInstance, app: App): void {
  const post = (path: string, answer: (visit: Visit, fields: Record<string, string>, reply: FastifyReply) => Promise<unknown>) =>
    server.post<Params>(`/join/:program/${path}`, { config: sends }, async (request, reply) => {
      const { fields } = await readPosted(request)
      const sid = joiningIn(app, request, fields.token)
      const program = await programAt(app, request.params.program)
      if (!program) return unknown(request, reply)
      const visit = await visitOf(app, request, program, sid ?? openJoin(app, request, reply))
      if (sid === undefined && visit.person) return back(visit, reply)
      if (sid === undefined)
        return sendPage(
          reply.code(403),
          await showForm(visit, { typed: fields, errors: {}, code: fields.invite, problem: stranger }),
        )
      try {
        return await answer(visit, fields, reply)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        return refuse(visit, error, reply)
      }
    })
  post('apply', async (visit, fields, reply) => {
    const errors = wrongIn(visit, fields)
    if (Object.keys(errors).length > 0)
      return sendPage(reply, await showForm(visit, { typed: fields, errors, code: fields.invite }))
    const asked = await begin(visit, fields)
    const card = await say(asked, { run: 'apply', given: withPrefix(fields, 'o.'), by: 'form' }, fields.event)
    const after = await personAt(app, visit.program.id, visit.user)
    return after?.creator?.state === 'applied' ? back(visit, reply) : answerWith(visit, card, reply)
  })

  post('claim', async (visit, fields, reply) => {
    const errors = wrongIn(visit, fields, ['adult_and_consent'])
    if (Object.keys(errors).length > 0)
      return sendPage(reply, await showForm(visit, { typed: fields, errors, code: fields.invite }))
    await app.within(visit.program.id, (ctx) => claimPlace(ctx, fields.invite ?? '', visit.user))
    return back(visit, reply)
  })

  post('press', async (visit, fields, reply) => {
    const press = readPress(fields)
    if (!press || !visit.person || !pressable.has(press.run)) return back(visit, reply)
    const card = await say(visit, { ...press, by: 'press' }, fields.event)
    const { creator } = (await personAt(app, visit.program.id, visit.user)) ?? {}
    return press.run === 'terms accept' && creator?.termsAt ? back(visit, reply) : answerWith(visit, card, reply)
  })

  post('connect', async (visit, fields, reply) => {
    if (!visit.person) return back(visit, reply)
    const card = await say(visit, { run: 'profile connect', given: {}, by: 'press' }, fields.event)
    return sendPage(reply, await showWhere(visit, undefined, withoutOthers(card)))
  })

  post('dashboard', async (visit, _fields, reply) => {
    const { person } = visit
    if (!person) return back(visit, reply)
    return reply.redirect(await app.within(visit.program.id, (ctx) => offerLogin(ctx, person.personId, '/dashboard')), 303)
  })
}

/** Whoever sends again, with the cookie that came with this, is known. */
const stranger =
  'Your browser did not bring our cookie back, which is how we know you again. Allow cookies for this page and send it once more.'

/** What the cards of this page can press; everything else has its own places. */
const pressable = new Set(['terms accept', 'terms read'])

async function visitOf(app: App, request: FastifyRequest, program: Visit['program'], sid: string): Promise<Visit> {
  const user = joinUser(sid)
  return { app, program, sid, user, theme: themeOf(request.cookies), person: await personAt(app, program.id, user) }
}

/** What is wrong at which field, before anybody is made or asked: as the hall would say it, for all fields at once. */
function wrongIn({ app, person, program }: Visit, fields: Record<string, string>, only?: string[]): Record<string, string> {
  const command = app.commands.get('apply')!
  const typed = withPrefix(fields, 'o.')
  const names = only ?? Object.keys(command.options)
  const given = Object.fromEntries(names.map((name) => [name, typed[name] ?? '']))
  const errors = Object.fromEntries(problems(command, given).map(({ field, sentence }) => [field, sentence]))
  if (!only && !person && fields.invite === undefined && !nameIn(fields)) errors.name = 'Your name must have 2 to 60 characters.'
  const { handle = '', niche = '', country = '', email = '', adult_and_consent: adult } = typed
  const whole = only ? { handle: '@somebody', niche, country: 'DE', email } : { handle, niche, country, email }
  // The form's own refusals name one field each; they are asked until none is new.
  for (const form of [
    { ...whole, adult: true },
    { ...whole, adult: adult === 'yes' },
    { ...whole, handle: '@somebody', adult: true },
  ]) {
    try {
      readApplication(form, program.locale)
    } catch (error) {
      if (!(error instanceof Refusal) || error.field === undefined) throw error
      errors[error.field] ??= error.fix === undefined ? error.sentence : `${error.sentence} ${error.fix}`
    }
  }
  return errors
}

/** The name someone typed, without what can not be seen; undefined when it is none. */
function nameIn(fields: Record<string, string>): string | undefined {
  const name = [...(fields['o.name'] ?? '').normalize('NFC').replace(/[\p{Cc}\p{Cf}]/gu, ' ')]
    .join('')
    .replace(/\s+/g, ' ')
    .trim()
  const length = [...name].length
  return length >= 2 && length <= 60 ? name : undefined
}

/** Whoever comes with an invitation becomes the invited person first; whoever comes without one gives a name. */
async function begin(visit: Visit, fields: Record<string, string>): Promise<Visit> {
  const { app, program, user } = visit
  if (visit.person) return visit
  if (fields.invite !== undefined) {
    await app.within(program.id, (ctx) => takeInvite(ctx, fields.invite!, user))
    return { ...visit, person: await personAt(app, program.id, user) }
  }
  return { ...visit, newName: nameIn(fields) }
}

/** Asks the hall as this person. The same thing sent twice from one rendering is one call, another thing is another. */
async function say(visit: Visit, asked: Pick<Call, 'run' | 'given' | 'by'>, event = ''): Promise<Card> {
  const { app, program, user, person, sid, newName } = visit
  const given = Object.fromEntries(Object.entries(asked.given).filter(([name]) => !(asked.run === 'apply' && name === 'name')))
  const what = createHash('sha256')
    .update(JSON.stringify([asked.run, given]))
    .digest('base64url')
    .slice(0, 22)
  const { card } = await dispatch(app, {
    ...asked,
    given,
    platform: 'web',
    workspace: program.id,
    place: `${program.id}:person:${person?.personId ?? 'new'}`,
    user,
    userName: person?.name ?? newName ?? 'Somebody',
    eventId: `join:${sid}:${event.slice(0, 60)}:${what}`,
  })
  return card
}

const answerWith = (visit: Visit, card: Card, reply: FastifyReply) =>
  sendPage(reply, cardPage(frameOf(visit), card.title, withoutOthers(card), true))

/** The card without buttons that belong into the chat. */
const withoutOthers = (card: Card): Card => ({
  ...card,
  blocks: card.blocks.filter(
    (block) => block.block !== 'buttons' || block.buttons.every((button) => 'run' in button && pressable.has(button.run)),
  ),
})

const refuse = (visit: Visit, refusal: Refusal, reply: FastifyReply) =>
  sendPage(
    reply.code(refusalStatus[refusal.code]),
    fewWordsPage(visit.theme, 'That did not work', refusal.sentence, refusal.fix ?? ''),
  )

const unknown = (request: FastifyRequest, reply: FastifyReply) =>
  sendPage(
    reply.code(404),
    fewWordsPage(
      themeOf(request.cookies),
      'There is no program at this address',
      'It may be mistyped, or the program may have another page by now. Please ask whoever gave you the address.',
    ),
  )
