/** A socket that Slack ends, that is cut or goes silent, and tokens that Slack refuses: at the start and while Troupe runs. */
import { expect, test, vi } from 'vitest'
import { slackStage } from './stage.ts'
import { fallSilent, played } from './trouble.ts'

const play = played(() => slackStage({ retries: [50, 100, 200] }), ['Mia'])

const PATIENT = { patience: 6_000 }
const healthy = () => vi.waitFor(() => expect(play.stage.door.health()).toEqual({ ok: true, words: 'listening' }), 20_000)
const tries = async () => (await play.stage.slack.requests('apps.connections.open')).length

async function works(): Promise<void> {
  const { slack, userId } = play.stage
  await slack.connected()
  const seen = await slack.slash(await userId('Mia'), '/troupe help', PATIENT)
  expect(seen.ack.ok).toBe(true)
  expect(seen.words).toContain('/apply')
}

test('a disconnect frame and a cut are over within a second', async () => {
  const { slack } = play.stage
  for (const trouble of [() => slack.disconnectFrame(), () => slack.drop()]) {
    const before = await tries()
    const began = performance.now()
    await trouble()
    await vi.waitFor(async () => expect(await tries()).toBeGreaterThan(before), 5_000)
    await healthy()
    expect(performance.now() - began).toBeLessThan(1_500)
    await works()
  }
})

test('after a silence the socket stands again, and what came meanwhile is answered once', async () => {
  play.expected.push('ack')
  await fallSilent(play.stage, 3_200)
}, 20_000)

test('Slack that can not be reached is tried again, without haste and without a crash', async () => {
  const { slack, door } = play.stage
  await slack.fault({ kind: '503', method: 'apps.connections.open' })
  await slack.drop()
  await vi.waitFor(() =>
    expect(door.health()).toMatchObject({ ok: false, words: expect.stringContaining("can't be connected to") }),
  )
  await healthy()
  await works()
  await slack.fault({ kind: '429', method: 'apps.connections.open', retryAfter: 1 })
  await slack.drop()
  await healthy()
  await works()
})

test('an app-level token that is refused while running is told, and nothing ends', async () => {
  const { slack, door, logged } = play.stage
  await slack.fault({ kind: 'error', method: 'apps.connections.open', error: 'invalid_auth' })
  await slack.drop()
  await vi.waitFor(() => expect(door.health().ok).toBe(false), 5_000)
  await vi.waitFor(() => expect(door.health().words).toContain('refuses the app-level token (invalid_auth)'), 5_000)
  expect(door.health().words).toContain('SLACK_APP_TOKEN')
  expect(logged.join()).toContain('refuses the app-level token')
  await door.stop()
  await door.start()
  await healthy()
  await works()
})

test('refused tokens at the start: Troupe starts, says which one, and how to mend it', async () => {
  const { another } = play.stage
  const wrongApp = another({ appToken: 'xapp-of-nobody' })
  await wrongApp.start()
  expect(wrongApp.health()).toMatchObject({ ok: false, words: expect.stringContaining('SLACK_APP_TOKEN') })
  await wrongApp.stop()
  const wrongBot = another({ botToken: 'xoxb-of-nobody' })
  await wrongBot.start()
  expect(wrongBot.health()).toMatchObject({ ok: false, words: expect.stringContaining('SLACK_BOT_TOKEN') })
  await wrongBot.stop()
  await play.stage.slack.fault({ kind: '503', method: 'auth.test' })
  const faltering = another()
  await faltering.start()
  expect(faltering.health()).toMatchObject({ ok: false, words: expect.stringContaining('could not say whose') })
  // The next thing that is done asks again.
  await faltering.privatePlace(play.stage.slack.teamId, '', await play.stage.userId('Mia'))
  expect(faltering.health().ok).toBe(true)
  await faltering.stop()
})

test('a bot token that is revoked while running is told and parks what was to be posted', async () => {
  const { slack, door, w } = play.stage
  await slack.fault({ kind: 'error', method: 'chat.postMessage', error: 'token_revoked' })
  await w.within((ctx) => ctx.show({ channel: 'start-here' }, 'revoked', { title: 'Hello', tone: 'plain', blocks: [] }))
  await w.app.runJob('deliver')
  const row = await w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { key: 'revoked' } }))
  expect(row).toMatchObject({ state: 'parked', error: 'Slack answered token_revoked' })
  expect(door.health()).toMatchObject({ ok: false, words: expect.stringContaining('token_revoked') })
  await door.privatePlace(slack.teamId, '', await play.stage.userId('Mia'))
  expect(door.health().ok).toBe(true)
})
