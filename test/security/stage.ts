/** A house with every page, one row behind every address, and somebody of each kind who is signed in. */
import { openChatDoors } from '../../src/doors.ts'
import { openWebDoor } from '../../src/http/doors.ts'
import type { Mount } from '../../src/http/server.ts'
import { formToken, visitorOf } from '../../src/http/session.ts'
import { createLog } from '../../src/log.ts'
import { setRole } from '../../src/people/service.ts'
import { openBell } from '../../src/queue.ts'
import { Browser } from '../browser.ts'
import { Persona } from '../chat.ts'
import { world } from '../world.ts'

/** Who asks: `lured` is an admin whose browser was sent here by another page. */
export const askers = ['nobody', 'stranger', 'creator', 'manager', 'admin', 'lured'] as const
export type Asker = (typeof askers)[number]

export type Asked = { status: number; headers: Record<string, unknown> }

const home = { 'sec-fetch-site': 'same-origin' }
const elsewhere = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }

export async function openStage() {
  let chat: Mount[] = []
  const w = await world({
    mounts: (app) => [...openWebDoor(app, true), ...chat],
    environment: {
      METRICS_KEY: 'k'.repeat(20),
      // Slack over HTTP and installable, at an address where nobody answers.
      SLACK_SIGNING_SECRET: 's'.repeat(32),
      SLACK_CLIENT_ID: '1.2',
      SLACK_CLIENT_SECRET: 'c'.repeat(32),
      SLACK_API_BASE: 'http://127.0.0.1:9/',
    },
  })
  chat = await openChatDoors(w.app)
  const bell = await openBell(w.url, w.app.jobs, createLog('silent'))
  w.app.bell = bell
  await bell.ring('deliver', { of: 'somebody' }, 3_600_000)
  const [rung] = await bell.queue.getDelayed()
  const { server } = await w.serve()
  await server.ready()
  const other = await w.neighbour()
  const zed = new Persona(w.app, w.door, other, 'Zed', { platform: 'web', workspace: other })
  await zed.arrive()
  await w.app.within(other, (ctx) => setRole(ctx, zed.personId, 'admin'))
  const people = { stranger: zed, creator: await w.creator('Mia'), manager: await w.manager('Ana'), admin: await w.admin('Root') }
  const cookies: Record<Asker, Record<string, string>> = {
    nobody: {},
    stranger: {},
    creator: {},
    manager: {},
    admin: {},
    lured: {},
  }
  const tokens: Partial<Record<Asker, string>> = {}
  for (const [asker, person] of Object.entries(people) as [Asker, Persona][]) {
    const browser = new Browser(server)
    await browser.signIn(person)
    Object.assign(cookies[asker], browser.cookies)
    const visitor = await visitorOf(w.app, { cookies: browser.cookies } as never)
    tokens[asker] = formToken(w.app, visitor!)
  }
  cookies.lured = cookies.admin
  if (tokens.admin) tokens.lured = tokens.admin
  const ids = {
    ...(await furnish(w, people.manager.personId)),
    queueName: bell.queue.name,
    jobId: rung!.id!,
  } as Record<string, string>

  /** The address of a route with the rows of the program in it. */
  const addressOf = (route: string) =>
    route.replace(/:([a-zA-Z]+)/g, (_, name: string) => ids[name] ?? 'nothing').replace('/static/*', '/static/favicon.ico')
  const ask = async (method: string, route: string, asker: Asker): Promise<Asked> => {
    // A session that was ended would tell nothing about the routes that follow.
    const body =
      method === 'POST' && route !== '/logout' ? `format=wise&token=${encodeURIComponent(tokens[asker] ?? '')}` : undefined
    const type = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await server.inject({
      method: method as 'GET',
      url: addressOf(route),
      headers: { accept: 'text/html', host: 'localhost', ...type, ...(asker === 'lured' ? elsewhere : home) },
      cookies: cookies[asker],
      remoteAddress: `10.0.0.${askers.indexOf(asker) + 1}`,
      // Pages that go on telling never end.
      payloadAsStream: true,
      ...(body === undefined ? {} : { payload: body }),
    })
    answer.stream().on('error', () => {})
    answer.stream().destroy()
    return { status: answer.statusCode, headers: answer.headers }
  }
  const close = async () => {
    await bell.close()
    await w.close()
  }
  return { w, server, ask, addressOf, cookies, close }
}

/** One row for each address; the `:name` of a route is the key. */
async function furnish(w: Awaited<ReturnType<typeof world>>, personId: string): Promise<Record<string, string>> {
  return w.within(async (ctx) => {
    const { db, now } = ctx
    const programId = w.programId
    const [bulk, batch, set] = [ctx.id('bulk'), ctx.id('batch'), ctx.id('gallery')]
    const row = { programId, createdAt: now }
    const creator = await db.creator.findFirstOrThrow()
    await db.bulk.create({ data: { ...row, id: bulk, personId, act: 'invite', words: '', creators: [creator.id] } })
    await db.batch.create({ data: { ...row, id: batch, payday: '2026-12-15', state: 'prepared', preparedBy: personId } })
    const gallery = { channel: 'email', name: 'x', page: 'https://x.example/', createdBy: personId }
    await db.gallery.create({ data: { ...row, ...gallery, id: set, token: 'x' } })
    const file = await ctx.store(Buffer.from('{"of":"Mia"}'), 'statement.json')
    await db.paper.create({ data: { ...row, fileId: file.id, creatorId: creator.id, what: 'statement 2026-10' } })
    return {
      program: programId,
      bulk,
      batch,
      set,
      file: file.id,
      source: 'shopify',
      person: personId,
      kind: 'digest',
      page: 'creators',
    }
  })
}

/** Every route of a server with its verbs, from the server's own list. */
export function routesOf(printed: string): string[] {
  const above: string[] = []
  return printed.split('\n').flatMap((line) => {
    const found = /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/.exec(line)
    if (!found) return []
    const depth = found[1]!.length / 4
    above.length = depth
    above[depth] = found[2]!
    // The list leaves out what stands before the star of a plugin that has a prefix of its own.
    const path = above.join('').replace('//', '/').replace('/queue*', '/queue/static/*')
    return (found[3] ?? '').split(', ').flatMap((verb) => (verb === '' || verb === 'HEAD' ? [] : [`${verb} ${path}`]))
  })
}
