/** The routes of the simulator. Pages work without scripts; with them, nothing needs to be loaded anew. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isCurrency } from '../../kernel/money.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { isZone } from '../../kernel/time.ts'
import { type Room, renderMessages, renderPins, renderRoom, renderSide, renderStart, tabTitle } from './chat.ts'
import type { WebDeps } from './deps.ts'
import { eventStream } from './events.ts'
import { type Posted, readPosted } from './fields.ts'
import { renderForm } from './form.ts'
import { type Html, html } from './html.ts'
import type { Live } from './live.ts'
import * as memory from './messages.ts'
import { document, themeOf } from './page.ts'
import type { Session, Sessions } from './session.ts'
import { callOf, type Outcome, type Speaker, talk } from './talk.ts'

export type Stage = { deps: WebDeps; live: Live; sessions: Sessions; closing: (() => void)[] }

type Scene = {
  session: Session
  programs: memory.ProgramRow[]
  program: memory.ProgramRow
  personas: memory.Persona[]
  persona: memory.Persona
}

// A page that lives asks often; the limit on requests is for those who are not sitting at it.
const calm = { config: { rateLimit: false as const } }

export function simulatorRoutes(server: FastifyInstance, stage: Stage): void {
  const { deps, sessions } = stage
  server.get<{ Querystring: { in?: string } }>('/simulator', calm, async (request, reply) => {
    const session = sessions.open(request, reply)
    const scene = await sceneOf(stage, session)
    if (!scene) return sendPage(request, reply, welcome(sessions.token(session)), 'Troupe')
    sessions.keep(reply, scene.session)
    return sendRoom(request, reply, await roomOf(stage, scene, request.query.in))
  })

  server.get<{ Querystring: { in?: string; since?: string } }>('/simulator/fragment', calm, async (request) => {
    const scene = await mustScene(stage, request)
    const room = await roomOf(stage, scene, request.query.in, request.query.since)
    return {
      messages: renderMessages(room).html,
      pins: renderPins(room).html,
      side: renderSide(room).html,
      title: tabTitle(room),
      in: room.current.key,
    }
  })

  server.get('/simulator/run', calm, async (_request, reply) => reply.redirect('/simulator', 303))

  server.get('/simulator/commands', calm, async (request) => deps.commandsFor((await mustScene(stage, request)).persona))

  server.get<{ Querystring: { in?: string; run?: string; option?: string; typed?: string } }>(
    '/simulator/suggest',
    calm,
    async (request) => {
      const { run = '', option = '', typed = '' } = request.query
      const speaker = await speakerOf(stage, await mustScene(stage, request), request.query.in)
      return deps.hall.suggest(callOf(speaker, { run, given: {}, by: 'slash' }, 'suggest'), option, typed.slice(0, 100))
    },
  )

  server.get('/simulator/events', calm, async (request, reply) => {
    const scene = await mustScene(stage, request)
    return eventStream(stage, scene.program, scene.persona.user, request, reply)
  })

  formRoutes(server, stage)
  startRoute(server, stage)
}

/** What a page's forms send; each comes from a page of ours, by somebody who sits at it. */
function formRoutes(server: FastifyInstance, stage: Stage): void {
  const { deps, sessions } = stage
  const post = (
    path: string,
    answer: (scene: Scene, posted: Posted, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
  ) =>
    server.post(path, async (request, reply) => {
      const posted = await readPosted(request)
      sessions.mustBeOurs(request, sessions.peek(request), posted.fields.token)
      return answer(await mustScene(stage, request), posted, request, reply)
    })

  post('/simulator/run', async (scene, posted, request, reply) => {
    if (posted.fields.cancel !== undefined)
      return reply.redirect(`/simulator?in=${encodeURIComponent(posted.fields.in ?? '')}`, 303)
    const speaker = await speakerOf(stage, scene, posted.fields.in)
    return sendOutcome(stage, scene, speaker, await talk(deps, stage.live, speaker, posted), posted, request, reply)
  })

  post('/simulator/dismiss', async (scene, { fields }, request, reply) => {
    await memory.dismiss(deps.database, scene.program.id, fields.message ?? '', scene.persona.personId)
    return wantsJson(request) ? { said: true } : reply.redirect(`/simulator?in=${encodeURIComponent(fields.in ?? '')}`, 303)
  })

  post('/simulator/persona', async (scene, { fields }, _request, reply) => {
    const name = [...(fields.name ?? '').trim()].slice(0, 60).join('')
    const user = fields.user ?? (name === '' ? undefined : await newVisitor(deps, scene.program.id, name))
    sessions.keep(reply, { ...scene.session, user: user ?? scene.persona.user })
    return reply.redirect('/simulator', 303)
  })

  post('/simulator/program', async (scene, { fields }, _request, reply) => {
    const chosen = scene.programs.find((p) => p.id === fields.program) ?? scene.program
    sessions.keep(reply, { sid: scene.session.sid, program: chosen.id })
    return reply.redirect('/simulator', 303)
  })

  post('/simulator/dashboard', async (scene, _posted, _request, reply) => {
    if (!deps.dashboard) throw new Refusal('not_found', 'There is no dashboard here.')
    return reply.redirect(await deps.dashboard(scene.program.id, scene.persona.personId), 303)
  })
}

/** Starting a program is also open to someone who has none yet. */
function startRoute(server: FastifyInstance, { deps, sessions }: Stage): void {
  server.post('/simulator/programs', async (request, reply) => {
    const { fields } = await readPosted(request)
    const session = sessions.peek(request)
    sessions.mustBeOurs(request, session, fields.token)
    const plan = {
      name: (fields.name ?? '').trim(),
      currency: (fields.currency ?? '').trim().toUpperCase(),
      zone: (fields.zone ?? '').trim(),
    }
    const wrong =
      plan.name === '' || plan.name.length > 60
        ? 'Give the brand a name of at most 60 characters.'
        : !isCurrency(plan.currency)
          ? `"${plan.currency.slice(0, 10)}" is not a currency. Use a code such as EUR or USD.`
          : !isZone(plan.zone)
            ? `"${plan.zone.slice(0, 40)}" is not a time zone. Use one such as Europe/Berlin.`
            : undefined
    if (wrong !== undefined)
      return sendPage(request, reply.code(400), welcome(sessions.token(session!), plan, wrong), 'Start your own program')
    const started = await deps.startProgram(plan)
    sessions.keep(reply, { sid: session!.sid, program: started.programId, user: started.user })
    return reply.redirect('/simulator?in=start-here', 303)
  })
}

/** The program and persona a session means; the first ones where it names none that exist. */
async function sceneOf({ deps }: Stage, session: Session): Promise<Scene | undefined> {
  const programs = await memory.allPrograms(deps.database)
  const program = programs.find((p) => p.id === session.program) ?? programs[0]
  if (!program) return undefined
  let personas = await memory.personasOf(deps.database, program)
  if (personas.length === 0) {
    await newVisitor(deps, program.id, 'Visitor')
    personas = await memory.personasOf(deps.database, program)
  }
  const persona = personas.find((p) => p.user === session.user) ?? personas.find((p) => p.role === 'creator') ?? personas[0]!
  return { session: { ...session, program: program.id, user: persona.user }, programs, program, personas, persona }
}

async function mustScene(stage: Stage, request: FastifyRequest): Promise<Scene> {
  const session = stage.sessions.peek(request)
  const scene = session && (await sceneOf(stage, session))
  if (!scene) throw new Refusal('not_allowed', 'Nobody sits at this simulator yet.', 'Open /simulator first.')
  return scene
}

async function newVisitor(deps: WebDeps, programId: string, name: string): Promise<string> {
  const user = `visitor-${Buffer.from(deps.random(8)).toString('hex')}`
  await deps.recognise(programId, user, name)
  return user
}

async function speakerOf({ deps }: Stage, { program, persona }: Scene, key: string | undefined): Promise<Speaker> {
  return { program, persona, place: pickPlace(await memory.placesOf(deps, program.id, persona), persona, key) }
}

/** The place that was asked for, or where this role has most to see. A place the role may not see counts as not asked for. */
function pickPlace(places: memory.Place[], persona: memory.Persona, key: string | undefined): memory.Place {
  const usual = { anyone: 'start-here', creator: 'you', manager: 'managers', admin: 'managers' }[persona.role]
  return places.find((p) => p.key === key) ?? places.find((p) => p.key === usual) ?? places[0]!
}

/** Everything a page shows; what it shows counts as read. */
async function roomOf(stage: Stage, scene: Scene, key: string | undefined, since?: string): Promise<Room> {
  const { deps, sessions } = stage
  const { session, programs, program, personas, persona } = scene
  const places = await memory.placesOf(deps, program.id, persona)
  const current = pickPlace(places, persona, key)
  const messages = await memory.messagesIn(deps, current.place, persona.personId)
  const read =
    since !== undefined && !Number.isNaN(Date.parse(since))
      ? new Date(since)
      : await memory.readUpTo(deps.database, current.place, persona.personId)
  const last = messages.at(-1)
  if (last && current.unread > 0) await memory.markRead(deps.database, current.place, persona.personId, last.createdAt)
  return {
    program,
    programs,
    persona,
    personas,
    places,
    current,
    messages,
    since: read,
    now: deps.clock(),
    token: sessions.token(session),
    event: deps.id('press'),
    dashboard: deps.dashboard !== undefined,
  }
}

const wantsJson = (request: FastifyRequest): boolean => (request.headers.accept ?? '').includes('application/json')

async function sendOutcome(
  stage: Stage,
  scene: Scene,
  speaker: Speaker,
  outcome: Outcome,
  posted: Posted,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const json = wantsJson(request)
  const key = speaker.place.key
  if (outcome === 'said') return json ? { said: true } : reply.redirect(`/simulator?in=${key}`, 303)
  if ('notice' in outcome)
    return json ? outcome : sendRoom(request, reply, await roomOf(stage, scene, key), undefined, outcome.notice)
  const suggestions: Record<string, Awaited<ReturnType<WebDeps['hall']['suggest']>>> = {}
  for (const field of outcome.form.fields.filter((f) => f.suggests && !f.choices)) {
    const call = callOf(speaker, { run: outcome.form.run, given: outcome.form.given, by: 'form' }, 'suggest')
    suggestions[field.name] = await stage.deps.hall.suggest(call, field.name, field.kind === 'id' ? '' : (field.value ?? ''))
  }
  const sheet = renderForm(outcome.form, {
    action: '/simulator/run',
    hidden: {
      token: stage.sessions.token(scene.session),
      in: key,
      event: stage.deps.id('press'),
      ...(posted.fields.message === undefined ? {} : { message: posted.fields.message }),
    },
    suggestions,
    errors: outcome.errors,
  })
  return json ? { sheet: sheet.html } : sendRoom(request, reply, await roomOf(stage, scene, key), sheet)
}

const sendRoom = (request: FastifyRequest, reply: FastifyReply, room: Room, sheet?: Html, notice?: string) =>
  sendPage(request, reply, renderRoom(room, sheet, notice), tabTitle(room), 'in-chat')

function sendPage(request: FastifyRequest, reply: FastifyReply, body: Html, title: string, bodyClass = '') {
  const page = {
    title,
    theme: themeOf(request.cookies),
    body,
    bodyClass,
    styles: ['side.css', 'composer.css', 'simulator.css'],
    scripts: ['simulator.js'],
  }
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(document(page))
}

const welcome = (token: string, values?: Record<string, string>, error?: string): Html =>
  html`<main class="notice"><h1>Start your own program</h1><p>An empty program with its channels, terms and webhook, and you as its admin.</p>${renderStart(token, values, error)}<p><a href="/simulator">Back to the chat</a></p></main>`
