/** A house with every page, one row behind every address, and somebody of each kind who is signed in. */
import { openWebDoor } from '../../src/http/doors.ts'
import { formToken, visitorOf } from '../../src/http/session.ts'
import { setRole } from '../../src/people/service.ts'
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
  const w = await world({ mounts: (app) => openWebDoor(app, true), environment: { METRICS_KEY: 'k'.repeat(20) } })
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
  const ids = await furnish(w, people.manager.personId)

  /** The address of a route with the rows of the program in it. */
  const addressOf = (route: string) => route.replace(/:([a-z]+)/g, (_, name: string) => ids[name] ?? 'nothing')
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
  return { w, server, ask, addressOf, cookies }
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
    const path = above.join('').replace('//', '/')
    return (found[3] ?? '').split(', ').flatMap((verb) => (verb === '' || verb === 'HEAD' ? [] : [`${verb} ${path}`]))
  })
}
