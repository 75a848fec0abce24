/** Slack over HTTP behind the house's own server, opened from the configuration: only what Slack signed a moment ago is taken. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeUp } from '../../../src/app.ts'
import { openChatDoors } from '../../../src/doors.ts'
import type { Mount } from '../../../src/http/server.ts'
import type { manifest } from '../../../src/platforms/slack/manifest.ts'
import { slackManifest } from '../../../src/publish.ts'
import { type World, world } from '../../world.ts'
import { type LocalSlack, localSlack } from './local.ts'

let slack: LocalSlack
let w: World
let mounts: Mount[] = []
const clock = new Date()

beforeAll(async () => {
  slack = await localSlack({ mode: 'http' })
  w = await world({
    now: clock.toISOString(),
    mounts: () => mounts,
    environment: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_CLIENT_ID: slack.clientId,
      SLACK_CLIENT_SECRET: slack.clientSecret,
      // A stranger forgets the slash at its end.
      SLACK_API_BASE: slack.apiUrl.replace(/\/$/, ''),
      SLACK_COMMAND_PREFIX: 'glow-',
    },
  })
  mounts = await openChatDoors(w.app)
}, 60_000)
afterAll(async () => {
  await w?.close()
  await slack?.stop()
})

type Made = { secret?: string; at?: number; body?: string; type?: string; unsigned?: boolean }

/** One call as Slack makes it, or not quite. */
async function call({
  secret = slack.signingSecret,
  at = clock.getTime() / 1_000,
  body = line(),
  type = form,
  unsigned,
}: Made = {}) {
  const { server } = await w.serve()
  const seconds = String(Math.floor(at))
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex')}`
  const signed = unsigned ? {} : { 'x-slack-request-timestamp': seconds, 'x-slack-signature': signature }
  const headers = { 'content-type': type, ...signed }
  return server.inject({ method: 'POST', url: '/slack/events', headers, payload: body })
}

const form = 'application/x-www-form-urlencoded'
const line = () =>
  new URLSearchParams({
    command: '/troupe',
    text: 'help',
    team_id: slack.teamId,
    user_id: 'U0000000XY',
    user_name: 'mia',
    channel_id: slack.general,
    trigger_id: `1.${Math.random()}`,
    response_url: `${slack.origin}/nowhere`,
  }).toString()

const now = clock.getTime() / 1_000

test.each<[string, Made]>([
  ['unsigned', { unsigned: true }],
  ['signed with another secret', { secret: 'another-secret' }],
  ['more than five minutes old', { at: now - 301 }],
  ['an hour in the future', { at: now + 3_600 }],
])('what is %s is refused with 401, and nothing is stored', async (_, made) => {
  const answer = await call(made)
  expect(answer.statusCode).toBe(401)
  expect(await w.app.database.across((db) => db.inbox.count())).toBe(0)
})

test.each<[string, Made]>([
  ['no JSON', { type: 'application/json', body: '{"type":' }],
  ['a number', { type: 'application/json', body: '3' }],
  ['a list', { type: 'application/json', body: '[]' }],
  ['a payload that is none', { body: 'payload=%7B' }],
])('%s is answered with 400', async (_, made) => {
  expect((await call(made)).statusCode).toBe(400)
})

test('more than a mebibyte is answered with 413; what nobody listens to with 404; the handshakes are answered', async () => {
  expect((await call({ body: 'x'.repeat(1024 * 1024 + 1) })).statusCode).toBe(413)
  expect((await call({ type: 'application/json', body: '{"type":"surprise"}' })).statusCode).toBe(404)
  const verified = await call({ type: 'application/json', body: '{"type":"url_verification","challenge":"abc"}' })
  expect(verified.json()).toEqual({ challenge: 'abc' })
  expect((await call({ body: 'ssl_check=1&token=x' })).statusCode).toBe(200)
})

test('the house opens the door from its configuration, on its own port and beside its other pages', async () => {
  const { server } = await w.serve()
  expect((await server.inject('/slack/install')).statusCode).toBe(302)
  const address = await server.listen({ port: 0, host: '127.0.0.1' })
  await slack.deliverTo(`${address}/slack/events`)
  const mia = await slack.member('Mia', { admin: true })
  const seen = await slack.slash(mia, '/troupe help', { patience: 6_000 })
  expect(seen.ack).toMatchObject({ ok: true, late: false })
  expect(seen.words).toBeTruthy()
  expect((await slack.slash(mia, '/glow-help', { patience: 6_000 })).words).toBe(seen.words)
  for (const how of ['unsigned', 'wrong-secret', 'stale'] as const) expect(await slack.forge(how)).toBe(401)
  const door = w.app.platforms.get('slack')!
  await door.start()
  expect(door.health()).toEqual({ ok: true, words: 'called over HTTP' })
  await takeUp(w.app, ['slack'])
  expect((await slack.violations()).filter((one) => one.kind !== 'ack')).toEqual([])
})

test('the manifest of this configuration names its addresses, and Slack takes it', async () => {
  const printed = await slackManifest(w.app.config)
  const made = JSON.parse(printed) as ReturnType<typeof manifest>
  expect(made.settings).toMatchObject({
    socket_mode_enabled: false,
    event_subscriptions: { request_url: 'https://go.glow.example/slack/events' },
    interactivity: { request_url: 'https://go.glow.example/slack/events' },
  })
  expect(made.oauth_config).toMatchObject({ redirect_urls: ['https://go.glow.example/slack/oauth_redirect'] })
  expect(made.features.slash_commands.map((one) => one.command)).toEqual(expect.arrayContaining(['/troupe', '/glow-submit']))
  const headers = { authorization: `Bearer ${slack.configToken}`, 'content-type': form }
  const body = new URLSearchParams({ manifest: printed })
  const answer = await fetch(`${slack.apiUrl}apps.manifest.validate`, { method: 'POST', headers, body })
  expect(await answer.json()).toMatchObject({ ok: true })
})
