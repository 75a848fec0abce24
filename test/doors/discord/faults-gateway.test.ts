/** What happens to the connection: gaps, closes, refused tokens and intents. Nothing is lost or done twice where Discord replays. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type DiscordStage, discordStage } from './stage.ts'

const until = (ms: number) => ({ timeout: ms, interval: 50 })

describe('a connection that breaks', () => {
  let stage: DiscordStage
  beforeAll(async () => {
    stage = await discordStage({}, { readyMs: 1_200 })
  }, 60_000)
  afterAll(() => stage?.close())

  /** Somebody joins while the connection is down: heard once, afterwards. */
  async function joinsDuring(name: string, gap: () => Promise<void>): Promise<void> {
    const { discord, w } = stage
    await gap()
    const user = await discord.join(name)
    const greeted = () =>
      w.within((ctx) => ctx.db.inbox.count({ where: { externalId: { startsWith: `joined:${discord.guildId}:${user}` } } }))
    await vi.waitFor(async () => expect(await greeted()).toBe(1), until(8_000))
    await vi.waitFor(async () => expect((await discord.sessions()).filter((one) => one.alive)).toHaveLength(1), until(4_000))
    expect((await discord.slash(name, 'help')).text).toContain('/apply')
    expect(await greeted()).toBe(1)
  }

  test('drops, op 7, op 9 that may be resumed and close 4000 are resumed, and what was missed is heard once', async () => {
    const { discord } = stage
    const [before] = await discord.sessions()
    await joinsDuring('Drop', () => discord.drop())
    await joinsDuring('Seven', () => discord.op7())
    await joinsDuring('Nine', () => discord.op9(true))
    await joinsDuring('Close', () => discord.close(4000))
    const [now] = await discord.sessions()
    expect(now!.id).toBe(before!.id)
    expect(now!.resumed).toBeGreaterThanOrEqual(4)
  }, 40_000)

  test('a silence is waited out, and what was held is heard once', async () => {
    const { discord } = stage
    await joinsDuring('Silence', () => discord.silence(1_200))
  }, 20_000)

  test('op 9 that may not be resumed and a resume that is ignored end in a new session', async () => {
    const { discord, door } = stage
    const [before] = await discord.sessions()
    await discord.op9(false)
    const alive = async () => (await discord.sessions()).filter((one) => one.alive).map((one) => one.id)
    await vi.waitFor(async () => expect(await alive()).not.toContain(before!.id), until(8_000))
    await vi.waitFor(async () => expect(await alive()).toHaveLength(1), until(8_000))
    expect((await discord.slash('Drop', 'help')).text).toContain('/apply')
    await discord.ignoreResume()
    await discord.drop()
    await vi.waitFor(() => expect(door.health().ok).toBe(false), until(2_000))
    await vi.waitFor(() => expect(door.health()).toEqual({ ok: true, words: 'listening' }), until(8_000))
    expect(stage.logged.join()).toContain('has not come back')
    expect((await discord.slash('Drop', 'help')).text).toContain('/apply')
    expect(await discord.violations()).toEqual([])
  }, 40_000)

  test('a new connection that is not greeted is given up for another, and leaves none behind', async () => {
    const { discord, door } = stage
    await discord.silence(3_000)
    await discord.drop()
    await vi.waitFor(() => expect(door.health().ok).toBe(false), until(2_000))
    await vi.waitFor(() => expect(door.health()).toEqual({ ok: true, words: 'listening' }), until(12_000))
    await vi.waitFor(async () => expect((await discord.sessions()).filter((one) => one.alive)).toHaveLength(1), until(8_000))
    expect((await discord.slash('Drop', 'help')).text).toContain('/apply')
    expect(await discord.violations()).toEqual([])
  }, 40_000)

  test('a token that is refused while running is said, and taken up again when it works', async () => {
    const { discord, door, logged, w } = stage
    logged.length = 0
    await discord.fault({ kind: '401-once', times: 1_000 })
    await discord.close(4004)
    await vi.waitFor(() => expect(door.health().words).toContain('refuses the bot token'), until(6_000))
    await w.within((ctx) => ctx.show({ channel: 'wins' }, 'while-refused', { title: 'Later', tone: 'plain', blocks: [] }))
    await w.app.runJob('deliver')
    expect(logged.join()).toContain('make a new one in the developer portal')
    await discord.clearFaults()
    await vi.waitFor(() => expect(door.health()).toEqual({ ok: true, words: 'listening' }), until(6_000))
    w.at(new Date(w.now.getTime() + 120_000))
    await w.app.runJob('deliver')
    expect((await discord.messages('wins')).map((one) => one.text).join()).toContain('Later')
    expect((await discord.slash('Drop', 'help')).text).toContain('/apply')
  }, 30_000)
})

describe('a connection that is refused from the start', () => {
  let stage: DiscordStage
  beforeAll(async () => {
    stage = await discordStage({ privileged: [] })
  }, 60_000)
  afterAll(() => stage?.close())

  test('without the members intent everything but greeting works, and health says so', async () => {
    const { discord, door, logged, w } = stage
    expect(door.health()).toMatchObject({ ok: true, words: expect.stringContaining('Server Members Intent') })
    expect(logged.join()).toContain('Server Members Intent')
    const user = await discord.join('Mia')
    expect((await discord.slash('Mia', 'help')).text).toContain('/apply')
    expect(await w.within((ctx) => ctx.db.inbox.count({ where: { externalId: { contains: `:${user}:` } } }))).toBe(0)
  })

  test('a wrong token is said at start, ends nothing, and is tried again', async () => {
    const { discord, another, logged } = stage
    logged.length = 0
    await discord.fault({ kind: '401-once', route: 'gateway/bot', times: 2 })
    const door = another()
    await door.start()
    expect(door.health()).toMatchObject({ ok: false, words: expect.stringContaining('set DISCORD_TOKEN') })
    expect(logged.join()).toContain('refuses the bot token')
    await vi.waitFor(() => expect(door.health().ok).toBe(true), until(6_000))
    const wrong = another({ token: 'MTIz.wrong.token-of-nobody-at-all', againMs: [20_000] })
    await wrong.start()
    await expect(
      wrong.post(discord.guildId, discord.channelId, { nonce: 'n', card: { title: 'x', tone: 'plain', blocks: [] }, pin: false }),
    ).rejects.toMatchObject({ delivery: { kind: 'later' } })
    const asked = (await discord.requests()).length
    for (let n = 0; n < 20; n++) await wrong.privatePlace(discord.guildId, 'per_1', discord.ownerId).catch(() => {})
    expect((await discord.requests()).length).toBe(asked)
    await door.stop()
    await wrong.stop()
  }, 20_000)

  test('a Discord that is not there is waited for', async () => {
    const { discord, another } = stage
    await discord.fault({ kind: '502', route: 'gateway/bot', times: 4 })
    const door = another()
    const started = door.start()
    await pause(150)
    expect(door.health().ok).toBe(false)
    await started
    await vi.waitFor(() => expect(door.health().ok).toBe(true), until(6_000))
    expect((await discord.requests()).filter(({ path, status }) => path === '/gateway/bot' && status === 502)).toHaveLength(4)
    await door.stop()
    expect(await discord.violations()).toEqual([])
  }, 20_000)
})
