/** A day in a house whose log writes everything down: no secret and nobody's address is in it, and neither do failures bring them there. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { createLog } from '../../src/log.ts'
import { Browser, loginPath } from '../browser.ts'
import { secretOf, type World, world } from '../world.ts'

const planted = {
  email: 'mia.secret@example.com',
  shopper: 'shopper.secret@example.org',
  bot: 'xoxb-1234567890-abcdefSECRET',
  stripe: 'sk_live_51SECRETSECRETSECRET',
  webhook: `whsec_${randomBytes(24).toString('base64')}`,
  bearer: randomBytes(24).toString('hex'),
  password: 'hunter2SECRET',
  discord: 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.SECRETsecretSECRETsecret_SECRET12345',
}
let lines = ''
let w: World
const pages: string[] = []
beforeAll(async () => {
  const log = createLog('trace', { write: (line) => (lines += line) })
  w = await world({
    log,
    mounts: (app) => [
      ...openWebDoor(app, false),
      async (server) => {
        server.get('/broken/words', () => {
          throw new Error(
            `connect postgres://ana:${planted.password}@db/x as ${planted.email} with ${planted.bot}, ${planted.stripe}, ${planted.webhook}, Bot ${planted.discord}; authorization: Bearer ${planted.bearer}`,
          )
        })
        server.get('/broken/query', () =>
          app.within(w.programId, (ctx) =>
            ctx.db.creator.create({ data: { id: 'x', email: planted.email, wrong: planted.bot } as never }),
          ),
        )
      },
    ],
  })
}, 60_000)
afterAll(() => w.close())

test('joining, signing in, webhooks right and wrong, and every kind of failure', async () => {
  const mia = await w.creator('Mia', { email: planted.email })
  const { server } = await w.serve()
  const secret = await secretOf(w.app, w.programId, 'generic')
  const path = await loginPath(mia)
  const browser = new Browser(server)
  await browser.get(path)
  await browser.post(path, {})
  const session = browser.cookies.troupe_session!.split('.')[1]!
  const order = { id: '1', number: '#1', at: '2026-11-20T11:00:00Z', currency: 'EUR', total: '9.00', codes: [], items: [] }
  await w.hook('generic', { type: 'order.created', data: { ...order, customer: { email: planted.shopper } } })
  await w.hook('generic', { type: 'order.created', data: { ...order, id: '2', total: planted.shopper } })
  await server.inject({
    method: 'POST',
    url: `/hooks/generic/${w.programId}`,
    payload: '{}',
    headers: { 'webhook-signature': planted.webhook },
  })
  const headers = {
    authorization: `Bearer ${planted.bearer}`,
    cookie: `troupe_session=${browser.cookies.troupe_session}`,
    accept: 'text/html',
  }
  for (const url of ['/broken/words', '/broken/query']) {
    const answer = await server.inject({ url: `${url}?email=${planted.email}`, headers })
    expect(answer.statusCode).toBe(500)
    pages.push(answer.body)
  }
  const refused = async () => {
    throw new Error(`550 <${planted.email}> refused for Bot ${planted.discord}`)
  }
  Object.assign(w.door, { post: refused, edit: refused })
  await mia.ask('help')
  await w.app.runJob('deliver')

  expect(lines).toContain('a request broke')
  expect(lines.split('\n').length).toBeGreaterThan(2)
  const secrets = { ...planted, secret, session, login: path.split('.').at(-1)! }
  for (const [name, value] of Object.entries(secrets)) {
    expect(lines, name).not.toContain(value)
    expect(pages.join(), name).not.toContain(value)
  }
})
