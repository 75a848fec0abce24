/** Several workspaces in one process: installed by OAuth, each called with its own token, and let go when the app is removed. */
import { expect, test, vi } from 'vitest'
import { houseOf } from '../../../src/house.ts'
import { slackStage } from './stage.ts'
import { inMessages, played, slowly } from './trouble.ts'

const PATIENT = { patience: 6_000 }
let stage: Awaited<ReturnType<typeof slackStage>>

/** Nothing is configured but the app itself; both workspaces install it. */
async function open() {
  const secret = {
    clientId: 'to be set',
    clientSecret: 'to be set',
    stateSecret: 'a secret for states',
    publicUrl: 'https://troupe.example',
  }
  const options: typeof secret & { botToken: undefined } = { ...secret, botToken: undefined }
  stage = await slackStage({}, options, {}, false)
  return stage
}
const play = played(open)

/** An admin of a workspace installs the app through the pages of this server. */
async function install(get: (url: string, cookie?: string) => Promise<Reply>, team: string): Promise<Reply> {
  const admin = await play.stage.slack.member('Admin', { admin: true, team })
  const page = await get('/slack/install')
  const asked = new URL(String(page.headers.location))
  asked.searchParams.set('team', team)
  asked.searchParams.set('user', admin)
  const returned = new URL((await fetch(asked, { redirect: 'manual' })).headers.get('location')!)
  return get(`${returned.pathname}${returned.search}`, String(page.headers['set-cookie']).split(';')[0])
}

type Reply = { statusCode: number; headers: Record<string, unknown>; body: string }

test('an admin of each workspace installs the app; the token is kept sealed, and no other browser can end what this one began', async () => {
  const { slack, w, another } = play.stage
  const door = another({ clientId: slack.clientId, clientSecret: slack.clientSecret })
  w.app.platforms.set('slack', door)
  const { default: Fastify } = await import('fastify')
  const server = Fastify()
  await door.routes(server)
  const get = async (url: string, cookie = ''): Promise<Reply> => server.inject({ url, headers: { cookie } }) as never
  const second = await slack.workspace('Second', { installed: false })
  const teams = [slack.teamId, second.teamId]
  for (const team of teams) {
    const admin = await slack.member('Admin', { admin: true, team })
    const page = await get('/slack/install')
    const asked = new URL(String(page.headers.location))
    expect(asked.searchParams.get('redirect_uri')).toBe('https://troupe.example/slack/oauth_redirect')
    expect(asked.searchParams.get('scope')).toContain('chat:write')
    asked.searchParams.set('team', team)
    asked.searchParams.set('user', admin)
    const back = await fetch(asked, { redirect: 'manual' })
    const returned = new URL(back.headers.get('location')!)
    const path = `${returned.pathname}${returned.search}`
    expect((await get(path)).statusCode).toBe(400)
    const again = await get(path, String(page.headers['set-cookie']).split(';')[0])
    expect([again.statusCode, again.body]).toEqual([200, expect.stringContaining('installed')])
    const forged = await get(path.replace(/code=[^&]+/, 'code=made-up'), String(page.headers['set-cookie']).split(';')[0])
    expect(forged.statusCode).toBe(400)
  }
  const kept = await w.app.database.across((db) => db.install.findMany())
  expect(kept.map((one) => one.workspace).sort()).toEqual([...teams].sort())
  expect(JSON.stringify(kept)).not.toContain('xoxb-')
  for (const team of teams) await play.stage.tie(team)
  await door.start()
  await slack.connected()
  await server.close()
})

test('every call carries the token of its own workspace, whoever acts first and however much at once', async () => {
  const { slack, w } = play.stage
  const [one, two] = await w.app.database.across((db) => db.install.findMany({ orderBy: { createdAt: 'asc' } }))
  const mia = await slack.member('Mia', { team: one!.workspace })
  const ben = await slack.member('Ben', { team: two!.workspace })
  const all = await Promise.all([mia, ben, mia, ben].map((user) => slack.slash(user, '/troupe help', PATIENT)))
  for (const seen of all) expect(seen.words).toContain('/apply')
  await Promise.all([slack.openHome(mia, PATIENT), slack.openHome(ben, PATIENT)])
  await w.within((ctx) => ctx.show({ channel: 'start-here' }, 'both', { title: 'To both', tone: 'plain', blocks: [] }))
  await w.app.runJob('deliver')
  const posts = (await slack.requests('chat.postMessage')).filter((post) => String(post.args.text).includes('To both'))
  expect(posts.map((post) => post.team).sort()).toEqual([one!.workspace, two!.workspace].sort())
  const tokens = new Map((await slack.requests()).filter((call) => call.team).map((call) => [call.team, call.token]))
  expect(new Set(tokens.values()).size).toBe(2)
})

test('a token that is kept for the wrong workspace is never used there', async () => {
  const { slack, w, another } = play.stage
  const [one, two] = await w.app.database.across((db) => db.install.findMany({ orderBy: { createdAt: 'asc' } }))
  const { installs } = houseOf(w.app)
  const mixed = { ...installs, get: (platform: string) => installs.get(platform, two!.workspace) }
  const door = another({}, { installs: mixed })
  const posting = door.post(one!.workspace, slack.general, {
    nonce: 'x',
    card: { title: 'Astray', tone: 'plain', blocks: [] },
    pin: false,
  })
  await expect(posting).rejects.toThrow('belongs to another')
  expect((await slack.requests()).map((call) => call.method)).toEqual(['auth.test'])
})

test('a database that is slow with installations delays no acknowledgement and no form', async () => {
  const { slack, w } = play.stage
  const [one] = await w.app.database.across((db) => db.install.findMany({ orderBy: { createdAt: 'asc' } }))
  const mia = await slack.member('Cleo', { team: one!.workspace })
  const free = await slowly(play.stage, 2_000)
  const seen = await slack.slash(mia, '/troupe apply', PATIENT)
  expect(seen.ack.ms).toBeLessThan(1_000)
  expect(seen.view!.fields.map((field) => field.blockId)).toContain('country')
  await free()
})

test('a workspace that removes the app is let go; the other goes on', async () => {
  const { slack, w } = play.stage
  const [one, two] = await w.app.database.across((db) => db.install.findMany({ orderBy: { createdAt: 'asc' } }))
  const ben = await slack.member('Dan', { team: two!.workspace })
  await slack.slash(ben, '/troupe help', PATIENT)
  const alone = await Promise.all(['Eve', 'Fay', 'Gil'].map((name) => slack.member(name, { team: one!.workspace })))
  for (const user of alone) await slack.slash(user, '/troupe help', PATIENT)
  await slack.uninstall(one!.workspace)
  await vi.waitFor(async () => {
    const left = await w.app.database.across((db) => db.install.findMany({ select: { workspace: true } }))
    expect(left).toEqual([{ workspace: two!.workspace }])
  })
  await slack.forget()
  await w.within((ctx) => ctx.show({ channel: 'start-here' }, 'after', { title: 'Still here', tone: 'plain', blocks: [] }))
  await w.app.runJob('deliver')
  expect((await slack.requests('chat.postMessage')).map((post) => post.team)).toContain(two!.workspace)
  expect((await slack.requests()).filter((call) => call.token.includes(one!.workspace))).toEqual([])
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { key: 'after', state: 'parked' } }))).toBe(1)
  // Thousands may be known there alone; that none of them can be reached is one thing, and told once.
  await w.within(async (ctx) => {
    const people = await ctx.db.identity.findMany({ where: { externalId: { in: alone } } })
    for (const { personId } of people)
      await ctx.show({ person: personId }, 'unreached', { title: 'Payday', tone: 'plain', blocks: [] })
  })
  await w.app.runJob('deliver')
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { key: 'unreached', state: 'parked' } }))).toBe(3)
  const cards = { audience: 'managers', key: { startsWith: 'door:' } }
  expect(await w.within((ctx) => ctx.db.outbox.findMany({ where: cards, distinct: 'key' }))).toHaveLength(1)
  const managers = (await slack.channels(two!.workspace)).find((one) => one.name === 'managers')!.id
  await vi.waitFor(async () => {
    await w.app.runJob('deliver')
    const told = (await slack.messages(managers)).map((one) => one.words).join('\n')
    expect(told).toMatch(/Troupe was removed from Slack[\s\S]*\/slack\/install/)
  }, 8_000)
  expect((await slack.slash(ben, '/troupe help', PATIENT)).words).toContain('/apply')
  await slack.say(ben, 'dm', 'help', [], { patience: 0 })
  await inMessages(play.stage, ben, '/apply')
})

test('who installs the app again keeps it, though the removal before is told once more; the next removal is told anew', async () => {
  const { slack, w, another } = play.stage
  const door = another({ clientId: slack.clientId, clientSecret: slack.clientSecret })
  const { default: Fastify } = await import('fastify')
  const server = Fastify()
  await door.routes(server)
  const installed = async () => (await w.app.database.across((db) => db.install.findMany())).map((one) => one.workspace)
  const [stays] = await installed()
  const managers = (await slack.channels(stays!)).find((one) => one.name === 'managers')!.id
  const told = async () => {
    await w.app.runJob('deliver')
    return (await slack.messages(managers)).filter((one) => one.words.includes('Troupe was removed')).length
  }
  expect(await told()).toBe(1)
  const again = [slack.teamId, ...(await w.within((ctx) => ctx.db.space.findMany())).map((one) => one.workspace)]
  const team = again.find((one) => one !== stays)!
  w.at(new Date(w.now.getTime() + 86_400_000))
  const get = async (url: string, cookie = ''): Promise<Reply> => server.inject({ url, headers: { cookie } }) as never
  expect((await install(get, team)).statusCode).toBe(200)
  await slack.lateUninstall(team)
  await slack.settled(500)
  expect((await installed()).sort()).toEqual([stays, team].sort())
  const worker = another()
  const start = (await slack.channels(team)).find((one) => one.name === 'start-here')!.id
  const say = (nonce: string) =>
    worker.post(team, start, { nonce, card: { title: nonce, tone: 'plain', blocks: [] }, pin: false })
  await say('With the token of now')
  await slack.advance(86_401_000)
  await slack.uninstall(team)
  await vi.waitFor(async () => expect(await installed()).toEqual([stays]))
  await vi.waitFor(async () => expect(await told()).toBe(2), 8_000)
  // A process that heard of none of this knows the token from before, and takes the new one.
  w.at(new Date(w.now.getTime() + 86_400_000))
  expect((await install(get, team)).statusCode).toBe(200)
  await say('With another token')
  expect((await slack.messages(start)).map((one) => one.words).join('\n')).toMatch(/token of now[\s\S]*another token/)
  await server.close()
})
