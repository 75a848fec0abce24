/** What Discord's REST does to posts: faults in bursts, limits with and without sane headers, lost replies, a lost token. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Card } from '../../../src/kernel/card.ts'
import { type DiscordStage, discordStage } from './stage.ts'

let stage: DiscordStage
beforeAll(async () => {
  stage = await discordStage({}, { timeoutMs: 600, distrustMs: 500 })
}, 60_000)
afterAll(() => stage?.close())
afterEach(async () => {
  await stage.discord.clearFaults()
  expect(await stage.discord.violations()).toEqual([])
  await stage.discord.forget()
})

const words = (title: string): Card => ({ title, tone: 'plain', blocks: [] })
let count = 0
/** Posts through a door that has no trouble behind it. */
const post = (title: string, nonce = `n${++count}`) => {
  const { discord, another } = stage
  return another().post(discord.guildId, discord.channelId, { nonce, card: words(title), pin: false })
}
const posts = async () =>
  (await stage.discord.requests()).filter(({ method, path }) => method === 'POST' && path.endsWith('/messages'))
const shown = async (title: string) => (await stage.discord.messages('general')).filter((one) => one.text.includes(title)).length
const fault = (kind: Record<string, unknown>) => stage.discord.fault({ route: 'POST .*/messages$', ...kind } as never)

test('a lost reply, a reset and a hanging request show one message', async () => {
  for (const kind of ['lost-reply', 'reset', 'hang']) {
    await fault({ kind })
    await post(`After a ${kind}`)
    expect(await shown(`After a ${kind}`)).toBe(1)
  }
  expect(await posts()).toHaveLength(6)
  const nonces = new Set((await posts()).map(({ body }) => (body as { nonce: string }).nonce))
  expect(nonces.size).toBe(3)
})

test('a post whose every reply was lost is tried later with the same nonce, and shown once', async () => {
  const { discord, w } = stage
  await fault({ kind: 'lost-reply', times: 2 })
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'lost', words('Shown once')))
  await w.app.runJob('deliver')
  w.at(new Date(w.now.getTime() + 20_000))
  await vi.waitFor(async () => {
    await w.app.runJob('deliver')
    const rows = await w.within((ctx) => ctx.db.outbox.findMany({ where: { key: 'lost' } }))
    w.at(new Date(w.now.getTime() + 20_000))
    expect(rows.map((row) => [row.state, row.tries])).toEqual([['done', 0]])
  }, 6_000)
  expect((await discord.messages('wins')).filter((one) => one.text.includes('Shown once'))).toHaveLength(1)
})

test('while Discord answers 502, 30 waiting posts ask it a few times only, and all come afterwards', async () => {
  const { discord, w } = stage
  await discord.fault({ kind: '502', times: 10_000 })
  await w.within(async (ctx) => {
    for (let n = 0; n < 30; n++) await ctx.show({ channel: 'wins' }, `burst-${n}`, words(`Burst ${n}.`))
  })
  await w.app.runJob('deliver')
  expect((await discord.requests()).length).toBeLessThanOrEqual(4)
  await discord.clearFaults()
  w.at(new Date(w.now.getTime() + 60_000))
  await vi.waitFor(async () => {
    await w.app.runJob('deliver')
    w.at(new Date(w.now.getTime() + 60_000))
    const all = (await discord.messages('wins')).filter((one) => one.text.includes('Burst'))
    expect(all.map((one) => Number(one.text.match(/\d+/)![0])).sort((a, b) => a - b)).toEqual([...Array(30).keys()])
  }, 12_000)
}, 30_000)

test('limits of a route, shared and of the whole bot are waited out', async () => {
  for (const limit of [{ kind: '429' }, { kind: '429', scope: 'shared' }, { kind: 'global-429' }]) {
    await fault({ ...limit, retryAfterMs: 300 })
    const begin = performance.now()
    await post(`After ${JSON.stringify(limit)}`)
    expect(performance.now() - begin).toBeGreaterThan(300)
  }
  expect((await posts()).map(({ status }) => status)).toEqual([429, 200, 429, 200, 429, 200])
}, 15_000)

test.each([
  ['no headers', { headers: false }],
  ['zero', { headers: { 'retry-after': '0', 'x-ratelimit-reset-after': '0' } }],
  ['words', { headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT', 'x-ratelimit-reset-after': 'soon' } }],
  ['a day', { retryAfterMs: 86_400_000 }],
])('a limit with %s is asked once, and the post put off', async (_what, limit) => {
  await fault({ kind: '429', times: 1_000, ...limit })
  const later = await post('Never').catch((error: { delivery: unknown }) => error.delivery)
  expect(later).toMatchObject({ kind: 'later' })
  const { afterMs } = later as { afterMs: number }
  expect(afterMs).toBeGreaterThanOrEqual(10_000)
  expect(afterMs).toBeLessThanOrEqual(900_000)
  expect(await posts()).toHaveLength(1)
})

test('a limit on posts holds no answer up', async () => {
  const { discord, door } = stage
  await discord.member('Mia', { quiet: true })
  await fault({ kind: 'global-429', retryAfterMs: 1_800 })
  const waiting = door.post(discord.guildId, discord.channelId, { nonce: 'held', card: words('Held'), pin: false })
  await new Promise((resolve) => setTimeout(resolve, 100))
  const begin = performance.now()
  expect((await discord.slash('Mia', 'help')).text).toContain('/apply')
  expect(performance.now() - begin).toBeLessThan(1_500)
  await waiting
}, 15_000)

test('one 401 is got over; two in a row stop all asking for a while, and then it goes on', async () => {
  const { discord, another, logged } = stage
  const door = another()
  const say = (title: string) => door.post(discord.guildId, discord.channelId, { nonce: title, card: words(title), pin: false })
  await discord.fault({ kind: '401-once' })
  await say('After one')
  expect(await shown('After one')).toBe(1)
  expect(door.health().words).not.toContain('refuses')
  await discord.fault({ kind: '401-once', times: 2 })
  await expect(say('Refused')).rejects.toMatchObject({ delivery: { kind: 'later' } })
  expect(door.health()).toMatchObject({ ok: false, words: expect.stringContaining('DISCORD_TOKEN') })
  expect(logged.join()).toContain('make a new one in the developer portal')
  const asked = (await discord.requests()).length
  await expect(say('Refused')).rejects.toMatchObject({ delivery: { kind: 'later' } })
  expect((await discord.requests()).length).toBe(asked)
  await new Promise((resolve) => setTimeout(resolve, 550))
  await say('Trusted again')
  expect(await shown('Trusted again')).toBe(1)
  expect(door.health().words).not.toContain('refuses')
})

test('a post whose reply was lost long ago is looked for in its place, and shown once', async () => {
  const { discord, another } = stage
  const door = another()
  const say = (again: boolean) =>
    door.post(discord.guildId, discord.channelId, { nonce: 'long ago', card: words('Long ago'), pin: false, again })
  const first = await say(false)
  await discord.advance(10 * 60_000)
  expect(await say(true)).toEqual(first)
  // A key that was never posted is posted, and without a doubt nobody looks.
  const other = { nonce: 'never before', card: words('Never before'), pin: false, again: true }
  expect(await door.post(discord.guildId, discord.channelId, other)).not.toEqual(first)
  expect(await say(false)).not.toEqual(first)
})

test('a pin that Discord puts off is made later, on the one message there is', async () => {
  const { discord, another } = stage
  await discord.fault({ kind: '429', route: 'PUT .*/pins/', retryAfterMs: 30_000 })
  const message = { nonce: 'pinned', card: words('To be pinned'), pin: true }
  const say = (again: boolean) => another().post(discord.guildId, discord.channelId, { ...message, again })
  await expect(say(false)).rejects.toMatchObject({ delivery: { kind: 'later' } })
  await say(true)
  expect(await shown('To be pinned')).toBe(1)
  expect((await discord.pins('general')).map((one) => one.text)).toEqual([expect.stringContaining('To be pinned')])
})
