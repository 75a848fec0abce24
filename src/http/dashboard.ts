/** The dashboard: a page is a list of commands that are looked at; whatever is pressed goes through the hall like everything else. */
import { createHash } from 'node:crypto'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { type FileRef, problems } from '../command.ts'
import { Refusal } from '../kernel/refusal.ts'
import { webAccount } from '../people/login.ts'
import { formFor, suggest } from '../platforms/ask.ts'
import { dispatch, look } from '../platforms/dispatch.ts'
import type { Call, Form } from '../platforms/platform.ts'
import { type Posted, readPosted, readPress, uploadLimit, withPrefix } from '../platforms/web/fields.ts'
import { renderForm } from '../platforms/web/form.ts'
import { themeOf } from '../platforms/web/page.ts'
import { typedInto, wrongFile } from '../platforms/web/talk.ts'
import {
  answerPage,
  cardsPage,
  carried,
  type Frame,
  formPage,
  goodbyePage,
  nothingForYou,
  type Page,
  pagesFor,
} from './dashboard-page.ts'
import type { Mount } from './server.ts'
import {
  formToken,
  loginRoutes,
  mustBeOurForm,
  mustBeOurPage,
  sendPage,
  sendStranger,
  signOut,
  type Visitor,
  visitorOf,
} from './session.ts'

/** Pages of the dashboard, the login behind the link from the chat, and the way out. */
export const dashboard =
  (app: App): Mount =>
  async (server) => {
    await server.register(async (scope) => {
      await scope.register(multipart, {
        limits: { fileSize: uploadLimit, files: 4, fields: 60, fieldSize: 64 * 1024 },
        throwFileSizeLimit: false,
      })
      scope.addHook('onRequest', async (_request, reply) => {
        // With no referrer at all browsers would also hide the origin of our own forms.
        reply.header('cache-control', 'no-store').header('referrer-policy', 'same-origin')
      })
      loginRoutes(scope, app)
      pageRoutes(scope, app)
      postRoutes(scope, app)
    })
  }

function pageRoutes(server: FastifyInstance, app: App): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, key?: string) => {
    const visitor = await visitorOf(app, request)
    if (!visitor) return sendStranger(app, request, reply)
    const frame = frameOf(app, request, visitor, key)
    if (key !== undefined && frame.current.key !== key) return reply.redirect('/dashboard', 303)
    const user = await userOf(app, visitor)
    const event = app.newId('press', app.clock())
    const tiles =
      frame.pages.length === 0
        ? [nothingForYou(visitor.program.name)]
        : await look(
            app,
            callOf(visitor, user, { run: frame.current.key, given: {}, by: 'slash' }, event),
            frame.current.tiles.map(({ run, given = {} }) => ({ run, given })),
          )
    return sendPage(reply, cardsPage(frame, tiles, event))
  }
  server.get('/dashboard', (request, reply) => show(request, reply))
  // Whoever has logged out stands here, and asks again.
  server.get('/logout', async (_request, reply) => reply.redirect('/dashboard', 303))
  server.get<{ Params: { page: string } }>('/dashboard/:page', (request, reply) => show(request, reply, request.params.page))
}

function postRoutes(server: FastifyInstance, app: App): void {
  const post = (
    path: string,
    answer: (visitor: Visitor, posted: Posted, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
  ) =>
    server.post(path, async (request, reply) => {
      mustBeOurPage(app, request)
      const visitor = await visitorOf(app, request)
      if (!visitor) return sendStranger(app, request, reply, await wordsOf(request))
      const posted = await readPosted(request)
      mustBeOurForm(app, visitor, posted.fields.token)
      return answer(visitor, posted, request, reply)
    })

  post('/logout', async (visitor, _posted, request, reply) => {
    await signOut(app, visitor, reply)
    return sendPage(reply, goodbyePage(themeOf(request.cookies), app.config.SIMULATOR, app.mailer !== undefined))
  })

  post('/dashboard/run', async (visitor, posted, request, reply) => {
    const frame = frameOf(app, request, visitor, posted.fields.page)
    if (posted.fields.cancel !== undefined) return reply.redirect(`/dashboard/${frame.current.key}`, 303)
    const asked = await readAsked(app, visitor, posted)
    if (asked.run === 'dashboard') return reply.redirect('/dashboard', 303)
    const { refused, ...wanted } = asked
    const call = callOf(visitor, await userOf(app, visitor), wanted, posted.fields.event ?? '')
    const asking = await stillAsked(app, call, posted, refused)
    const event = app.newId('press', app.clock())
    if (asking) return sendPage(reply, formPage(frame, asking.form.title, await drawForm(app, frame, call, asking, event)))
    const { card } = await dispatch(app, call)
    return sendPage(reply, answerPage(frame, card, event))
  })
}

const SMALL = 64 * 1024

/** What somebody typed into a form whose session was over by then. A stranger's upload is not worth the memory: only what is small is read. */
async function wordsOf(request: FastifyRequest): Promise<string[]> {
  if (!(Number(request.headers['content-length']) <= SMALL)) return []
  const { fields } = await readPosted(request)
  return Object.values(withPrefix(fields, 'o.')).filter((words) => words.trim().includes(' '))
}

/** The frame around a page; one that is not this person's, or none at all, is their first. */
function frameOf(app: App, request: FastifyRequest, visitor: Visitor, key: string | undefined): Frame {
  const own = pagesFor(visitor)
  const none: Page = { key: '', label: 'Dashboard', for: 'creator', tiles: [] }
  return {
    program: visitor.program,
    person: { id: visitor.personId, name: visitor.name },
    reader: { zone: visitor.zone, locale: visitor.locale, now: app.clock() },
    theme: themeOf(request.cookies),
    token: formToken(app, visitor),
    pages: own,
    current: own.find((page) => page.key === key) ?? own[0] ?? none,
    chat: app.config.SIMULATOR,
  }
}

/** The person's own account on the web; whoever came from another door gets one at the first visit. */
const userOf = async (app: App, { account, program, personId }: Visitor): Promise<string> =>
  account ?? app.within(program.id, (ctx) => webAccount(ctx, personId))

type Asked = Pick<Call, 'run' | 'given' | 'by'>

/** Event ids are the person's own; the same thing asked twice from one rendering is one call, another thing is another. */
function callOf(visitor: Visitor, user: string, asked: Asked, event: string): Call {
  const what = createHash('sha256')
    .update(JSON.stringify([asked.run, asked.given]))
    .digest('base64url')
    .slice(0, 22)
  return {
    platform: 'web',
    workspace: visitor.program.id,
    place: `${visitor.program.id}:person:${visitor.personId}`,
    user,
    userName: visitor.name,
    eventId: `dashboard:${visitor.personId}:${event.slice(0, 60)}:${what}`,
    ...asked,
  }
}

type Wrong = ReturnType<typeof wrongFile>

/** A file that is not taken is said at its field, beside all that was typed. */
async function readAsked(app: App, visitor: Visitor, posted: Posted): Promise<Asked & { refused: Wrong[] }> {
  const { fields, files } = posted
  const press = readPress(fields)
  if (press) return { ...press, by: 'press', refused: [] }
  if (fields.form === undefined) throw new Refusal('invalid', 'Nothing was pressed.', 'Go back and try again.')
  const given: Call['given'] = withPrefix(fields, 'g.')
  for (const [name, value] of Object.entries(withPrefix(fields, 'o.'))) if (value !== '') given[name] = value
  const refused = (posted.refused ?? []).map(({ field, refusal }) => wrongFile(field, refusal))
  for (const { field, bytes, name } of files.filter((file) => file.field.startsWith('o.'))) {
    try {
      given[field.slice(2)] = await keepFile(app, visitor, bytes, name)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused.push(wrongFile(field, error))
    }
  }
  return { run: fields.form, given, by: 'form', refused }
}

const keepFile = (app: App, visitor: Visitor, bytes: Uint8Array, name: string): Promise<FileRef> =>
  app.within(visitor.program.id, async (ctx) => {
    const file = await ctx.store(bytes, name)
    return { platform: 'web', ref: file.id, name, bytes: file.bytes, mime: file.mime }
  })

type Asking = { form: Form; errors: Record<string, string> }

/** The form that must be filled in first, with what was wrong at its fields; undefined when the call can go ahead. */
async function stillAsked(app: App, call: Call, { fields }: Posted, refused: Wrong[]): Promise<Asking | undefined> {
  const command = app.commands.get(call.run)
  // An empty answer to a required field counts too, for the browser may not have asked for it.
  const missing = command && call.by === 'form' ? problems(command, { ...withPrefix(fields, 'o.'), ...call.given }) : []
  const wrong = [...missing, ...refused]
  const again =
    wrong.length > 0 ? await formFor(app, { ...call, given: { ...withPrefix(fields, 'g.'), '?': 'form' } }) : undefined
  if (again) return { form: typedInto(again, fields), errors: Object.fromEntries(wrong.map((w) => [w.field, w.sentence])) }
  const form = await formFor(app, call)
  return form && { form: call.by === 'form' ? typedInto(form, fields) : form, errors: {} }
}

async function drawForm(app: App, frame: Frame, call: Call, { form, errors }: Asking, event: string) {
  const suggesting = form.fields.filter((field) => field.suggests && !field.choices)
  const lists = await Promise.all(
    suggesting.map(async (field) => {
      const typed = field.kind === 'id' ? '' : (field.value ?? '')
      return [field.name, await suggest(app, { ...call, given: form.given, by: 'form' }, field.name, typed)] as const
    }),
  )
  return renderForm(form, {
    action: '/dashboard/run',
    hidden: carried(frame, event),
    suggestions: Object.fromEntries(lists),
    errors,
  })
}
