/** Twelve seconds without a word from Discord: held and then told, or cut off altogether. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type DiscordStage, discordStage } from './stage.ts'

let stage: DiscordStage
beforeAll(async () => {
  stage = await discordStage()
}, 60_000)
afterAll(() => stage?.close())
afterEach(async () => expect(await stage.discord.violations()).toEqual([]))

const until = { timeout: 30_000, interval: 100 }

const pause = () => new Promise((resolve) => setTimeout(resolve, 12_000))

test('a silence of twelve seconds is waited out, and what was held is heard once', async () => {
  const { discord, w } = stage
  await discord.silence(12_000)
  const user = await discord.join('Silence')
  const greeted = () =>
    w.within((ctx) => ctx.db.inbox.count({ where: { externalId: { startsWith: `joined:${discord.guildId}:${user}` } } }))
  await pause()
  await vi.waitFor(async () => expect(await greeted()).toBe(1), until)
  expect((await discord.slash('Silence', 'help')).text).toContain('/apply')
  expect(await greeted()).toBe(1)
}, 90_000)

test('twelve seconds in which nobody greets a new connection end in a session that hears', async () => {
  const { discord, door } = stage
  await discord.silence(12_000)
  await discord.drop()
  await vi.waitFor(() => expect(door.health().ok).toBe(false), until)
  await pause()
  await vi.waitFor(() => expect(door.health()).toEqual({ ok: true, words: 'listening' }), until)
  expect((await discord.slash('Silence', 'help')).text).toContain('/apply')
  await vi.waitFor(async () => expect((await discord.sessions()).filter((one) => one.alive)).toHaveLength(1), until)
}, 90_000)
