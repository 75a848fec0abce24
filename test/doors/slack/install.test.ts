/** What an installation brings back from Slack: good for the browser that began it, once, and for ten minutes. */
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hours, minutes } from '../../../src/kernel/time.ts'
import { type SlackStage, slackStage } from './stage.ts'

let stage: SlackStage
/** Two processes of one house. */
let one: FastifyInstance
let two: FastifyInstance

beforeAll(async () => {
  const secret = { stateSecret: 'a secret for states', publicUrl: 'https://troupe.example' }
  stage = await slackStage({}, secret, {}, false)
  const { clientId, clientSecret } = stage.slack
  ;[one, two] = (await Promise.all(
    [1, 2].map(async () => {
      const server = Fastify()
      await stage.another({ clientId, clientSecret }).routes(server)
      return server
    }),
  )) as [FastifyInstance, FastifyInstance]
}, 60_000)
afterAll(async () => {
  await one?.close()
  await two?.close()
  await stage?.close()
})
beforeEach(() => stage.w.app.database.across((db) => db.install.deleteMany()))

type Begun = { cookie: string; flags: string; back: (more?: (query: URLSearchParams) => void) => Promise<string> }

/** Somebody opens /slack/install; `back` is the address that Slack then sends them to, with a code of its own each time. */
async function begin(): Promise<Begun> {
  const page = await one.inject({ url: '/slack/install' })
  const asked = new URL(String(page.headers.location))
  asked.searchParams.set('team', stage.slack.teamId)
  asked.searchParams.set('user', await stage.slack.member('Admin', { admin: true }))
  const [cookie = '', ...flags] = String(page.headers['set-cookie']).split(/;\s*/)
  return {
    cookie,
    flags: flags.join('; '),
    async back(change = () => {}) {
      const answer = await fetch(asked, { redirect: 'manual' })
      const { pathname, searchParams } = new URL(answer.headers.get('location')!)
      change(searchParams)
      return `${pathname}?${searchParams}`
    },
  }
}
const come = async (url: string, cookie: string, server = one) => (await server.inject({ url, headers: { cookie } })).statusCode
const installed = () => stage.w.app.database.across((db) => db.install.count())

test('the browser that began comes back and has installed the app', async () => {
  const { cookie, flags, back } = await begin()
  expect(flags).toMatch(/HttpOnly/i)
  expect(flags).toMatch(/Secure/i)
  expect(await come(await back(), cookie, two)).toBe(200)
  expect(await installed()).toBe(1)
})

test('what one browser began another can not end: a stranger’s address installs nothing', async () => {
  const [mine, theirs] = [await begin(), await begin()]
  for (const cookie of ['', mine.cookie, 'slack-app-oauth-state=', 'slack-app-oauth-state=x'])
    expect(await come(await theirs.back(), cookie), cookie).toBe(400)
  expect(await installed()).toBe(0)
})

test('what carries no state, an altered one or one of another house is refused, also with the same in the cookie', async () => {
  const { back } = await begin()
  const [head, , proof] = (await begin()).cookie.split('=')[1]!.split('.')
  const body = Buffer.from(JSON.stringify({ installOptions: { scopes: [] }, now: new Date().toJSON() })).toString('base64url')
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  for (const forged of ['', 'x', `${head}.${body}.${proof}`, `${none}.${body}.`]) {
    const address = await back((query) => query.set('state', forged))
    expect(await come(address, `slack-app-oauth-state=${forged}`), forged).toBe(400)
  }
  expect(await come(await back((query) => query.delete('state')), '')).toBe(400)
  expect(await installed()).toBe(0)
})

test('a second return is refused, by whichever process, and so are all but one of many at once', async () => {
  const { cookie, back } = await begin()
  expect(await come(await back(), cookie)).toBe(200)
  // With a code that Slack would take: it is the state that is used up.
  expect(await come(await back(), cookie)).toBe(400)
  expect(await come(await back(), cookie, two)).toBe(400)
  const crowd = await begin()
  const addresses = await Promise.all(Array.from({ length: 8 }, () => crowd.back()))
  const said = await Promise.all(addresses.map((address, n) => come(address, crowd.cookie, n % 2 === 0 ? one : two)))
  expect(said.filter((status) => status === 200)).toHaveLength(1)
  expect(await installed()).toBe(1)
})

test('after ten minutes it is over, and its mark is forgotten when the next comes', async () => {
  const { w } = stage
  const began = w.now
  const { cookie, back } = await begin()
  w.at(minutes(began, 11))
  expect(await come(await back(), cookie)).toBe(400)
  expect(await installed()).toBe(0)
  w.at(hours(began, 1))
  const next = await begin()
  expect(await come(await next.back(), next.cookie)).toBe(200)
  expect(await w.app.database.across((db) => db.claim.count({ where: { purpose: 'install' } }))).toBe(1)
})
