/** kill -9 between an acknowledgement and what is heard, and between what is done and its answer: the answer comes, once. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { houseOf } from '../../../src/house.ts'
import { slackPlatform } from '../../../src/platforms/slack/index.ts'
import { manifest } from '../../../src/platforms/slack/manifest.ts'
import { type DiscordStage, discordStage } from '../discord/stage.ts'
import { type LocalSlack, localSlack } from '../slack/local.ts'
import { held, type Victims, victims } from './kill.ts'

let stage: DiscordStage
let slack: LocalSlack
let processes: Victims
beforeAll(async () => {
  stage = await discordStage()
  const { w, discord } = stage
  slack = await localSlack({
    mode: 'socket',
    manifest: manifest([...w.app.commands.values()], { name: 'Troupe', shortNames: false, prefix: '' }),
  })
  await w.within(async (ctx) => {
    const space = { id: ctx.id('space'), programId: w.programId, platform: 'slack', workspace: slack.teamId }
    await ctx.db.space.create({ data: { ...space, createdAt: ctx.now } })
  })
  const { apiUrl: apiBase, botToken, appToken } = slack
  // Only the processes that are killed listen; this one carries out what they left to the outbox.
  await stage.door.stop()
  w.app.platforms.set('slack', slackPlatform(houseOf(w.app), { apiBase, botToken, appToken }))
  processes = victims({
    DATABASE_URL: w.url,
    PUBLIC_URL: 'https://go.glow.example',
    DISCORD_API_BASE: discord.apiBase,
    DISCORD_TOKEN: discord.token,
    SLACK_API_BASE: apiBase,
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
  })
}, 120_000)
afterAll(async () => {
  await processes?.close()
  await stage?.close()
  await slack?.stop()
})

const until = { timeout: 20_000, interval: 50 }
const application = { handle: '@mia.glow', niche: 'beauty', country: 'DE', email: 'mia@example.com', adult_and_consent: 'yes' }
const line = Object.entries(application).map(([name, value]) => `${name}:"${value}"`)
const QUIET = { patience: 0 }

test('on Discord and on Slack', async () => {
  const { discord, w } = stage
  for (const name of ['Mia', 'Ben']) await discord.member(name, { quiet: true })
  const people = await Promise.all(['Mia', 'Ben', 'Ana', 'Zoe'].map((name) => slack.member(name)))
  const [mia, ben, ana, zoe] = people as [string, string, string, string]
  const states = () => w.within(async (ctx) => (await ctx.db.inbox.findMany()).map((row) => row.state))
  const first = await processes.start()
  await discord.connected()
  await slack.connected()

  // Done, and the answer is on its way.
  await discord.fault({ kind: 'hang', route: 'PATCH /webhooks' })
  const answering = await discord.slash('Ben', 'help', {}, { waitMs: 100 })
  await vi.waitFor(async () => expect(await states()).toEqual(['done']), until)
  // Twice refused, the answer is tried for the third time after two and a half seconds.
  await slack.fault({ kind: '503', method: 'response_url', times: 2 })
  await slack.slash(ben, '/troupe help', QUIET)
  await vi.waitFor(async () => expect(await states()).toEqual(['done', 'done']), { ...until, interval: 10 })
  // Acknowledged, and not heard yet.
  const free = await held(w.url)
  const [asking, ...acks] = await Promise.all([
    discord.slash('Mia', 'apply', application, { waitMs: 100 }),
    slack.slash(mia, `/troupe apply ${line.join(' ')}`, QUIET).then(({ ack }) => ack.ok),
    slack.say(ana, 'dm', 'help', [], QUIET).then(({ ack }) => ack.ok),
  ])
  await first.kill()
  await free()
  expect([answering.kind, asking.kind, ...acks]).toEqual(['deferred', 'deferred', true, true])
  expect(processes.left()).toEqual({ discord: 2, slack: 3 })
  expect(await states()).toEqual(['done', 'done'])
  expect(await w.within((ctx) => ctx.db.creator.count())).toBe(0)

  const second = await processes.start()
  await second.takenUp
  w.at(new Date())
  await w.app.runJob('deliver')
  const words = async (user: string) => (await slack.ephemerals(user)).map((one) => one.words)
  expect((await discord.answer(answering.interactionId)).text).toContain('/apply')
  expect((await discord.answer(asking.interactionId)).text).toContain('14 days')
  expect(await words(ben)).toEqual([expect.stringContaining('/apply')])
  expect(await words(mia)).toEqual([expect.stringContaining('14 days')])
  const written = (await slack.dm(ana)).messages.filter((one) => one.botId)
  expect(written.map((one) => one.words)).toEqual([expect.stringContaining('/apply')])
  expect(await w.within((ctx) => ctx.db.creator.count())).toBe(2)
  expect(await states()).toEqual(Array(5).fill('done'))
  const answered = (await discord.requests()).filter(({ path, status }) => path.startsWith('/webhooks') && status === 200)
  expect(answered).toHaveLength(2)

  // What is answered leaves nothing behind.
  await discord.slash('Ben', 'help')
  await slack.slash(zoe, '/troupe help', { patience: 6_000 })
  await vi.waitFor(() => expect(processes.left()).toEqual({ discord: 0, slack: 0 }), until)
  expect(await discord.violations()).toEqual([])
  expect(await slack.violations()).toEqual([])
}, 120_000)
