/** Answers that are slow, late, doubled, lost on the way or asked where nothing can be answered. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createApp, takeUp } from '../../../src/app.ts'
import { createLog } from '../../../src/log.ts'
import { type DiscordStage, discordStage } from './stage.ts'

let stage: DiscordStage
beforeAll(async () => {
  stage = await discordStage()
  for (const name of ['Mia', 'Ben']) await stage.discord.member(name, { quiet: true })
  await stage.discord.slash('Mia', 'help')
}, 60_000)
afterAll(() => stage?.close())
afterEach(async () => {
  await stage.discord.clearFaults()
  expect((await stage.discord.violations()).filter((one) => !expected.includes(one.rule))).toEqual([])
  await stage.discord.forget()
  expected.length = 0
})
/** Violations that a test brings about. */
const expected: string[] = []

/** Holds what every call reads first for so long. */
async function slowly(ms: number): Promise<() => Promise<void>> {
  const client = new pg.Client(stage.w.url)
  await client.connect()
  await client.query('BEGIN')
  await client.query('LOCK TABLE "Identity" IN ACCESS EXCLUSIVE MODE')
  const freed = pause(ms).then(() => client.query('ROLLBACK'))
  return () => freed.then(() => client.end())
}

test('a database that takes 2.9 s delays an answer, and not its acknowledgement', async () => {
  const { discord } = stage
  const shown = await discord.slash('Ben', 'settings')
  const free = await slowly(2_900)
  const [helped, applied, changed] = await Promise.all([
    discord.slash('Mia', 'help'),
    discord.slash('Ben', 'apply'),
    discord.press('Ben', shown.message!.id, 'Change settings'),
  ])
  await free()
  expect(changed.modal?.fields.map((field) => field.customId)).toContain('quiet_from')
  expect(helped.deferred).toBe(true)
  expect(helped.text).toContain('/apply')
  expect(helped.ackMs).toBeLessThan(1_000)
  expect(applied.modal?.fields.map((field) => field.customId)).toContain('country')
  expect(applied.ackMs).toBeGreaterThan(1_000)
  expect(applied.ackMs).toBeLessThan(2_700)
})

test('what is answered after a quarter of an hour comes into the private place', async () => {
  const { discord, w } = stage
  const free = await slowly(1_200)
  const asked = discord.slash('Mia', 'help', {}, { waitMs: 300 })
  expect((await asked).kind).toBe('deferred')
  expected.push('token too old')
  await discord.advance(16 * 60_000)
  await free()
  await vi.waitFor(async () => {
    await w.app.runJob('deliver')
    const thread = await discord.threadOf('Mia')
    expect(thread && (await discord.messages(thread.id)).map((one) => one.text).join()).toContain('/apply')
  }, 8_000)
})

test('the same interaction twice has one effect and one answer', async () => {
  const { discord, w } = stage
  const asked = discord.slash('Ben', 'help')
  await discord.repeatInteraction()
  await discord.repeatInteraction()
  const { interactionId } = await asked
  await pause(200)
  const told = (await discord.requests()).filter(({ path }) => path.includes('/callback') || path.startsWith('/webhooks'))
  expect(told.map(({ method, status }) => `${method} ${status}`)).toEqual(['POST 204', 'PATCH 200'])
  expect(await w.within((ctx) => ctx.db.inbox.count({ where: { externalId: interactionId } }))).toBe(1)
})

test('two processes that hear the same interaction give one answer', async () => {
  const { discord } = stage
  const second = stage.another()
  await second.start()
  await discord.connected(2)
  expected.push('second callback')
  expect((await discord.slash('Ben', 'help')).text).toContain('/apply')
  await second.stop()
  expect((await discord.requests()).filter(({ path }) => path.startsWith('/webhooks'))).toHaveLength(1)
})

/** A process that acknowledged, and ended before it answered: its call stays heard. */
async function cutShort(): Promise<string> {
  const { discord, w } = stage
  const { interactionId } = await discord.slash('Mia', 'help')
  const where = { programId: w.programId, source: 'chat:discord', externalId: interactionId }
  await w.within((ctx) => ctx.db.inbox.updateMany({ where, data: { state: 'heard', answer: null as never, doneAt: null } }))
  return interactionId
}

async function restarted(): Promise<void> {
  const { w, another } = stage
  const app = await createApp({
    config: w.app.config,
    log: createLog('fatal'),
    databaseUrl: w.url,
    sealer: w.app.sealer,
    clock: () => w.now,
  })
  app.platforms.set('discord', another({}, {}, app))
  await takeUp(app, [...app.platforms.keys()])
  await app.close()
}

test('after a restart the answer still comes; after too long the person is told', async () => {
  const { discord, w } = stage
  w.at(new Date())
  const young = await cutShort()
  await discord.forget()
  await restarted()
  expect((await discord.answer(young)).text).toContain('/apply')
  expect((await discord.requests()).filter(({ path }) => path.startsWith('/webhooks'))).toHaveLength(1)
  await cutShort()
  w.at(new Date(w.now.getTime() + 15 * 60_000))
  await restarted()
  await w.app.runJob('deliver')
  const thread = await discord.threadOf('Mia')
  expect((await discord.messages(thread!.id)).at(-1)?.text).toContain('Please ask again')
})

test('an acknowledgement whose answer was lost, or that hung, is not given up', async () => {
  const { discord } = stage
  expected.push('second callback')
  await discord.fault({ kind: 'lost-reply', route: 'callback' })
  expect((await discord.slash('Mia', 'help')).text).toContain('/apply')
  await discord.fault({ kind: 'hang', route: 'callback' })
  const after = await discord.slash('Mia', 'help')
  expect(after.text).toContain('/apply')
  expect(after.ackMs).toBeLessThan(2_000)
  await discord.fault({ kind: '502', route: 'PATCH /webhooks' })
  expect((await discord.slash('Mia', 'help')).text).toContain('/apply')
  await discord.fault({ kind: 'lost-reply', route: 'callback' })
  expect((await discord.slash('Ben', 'apply')).modal?.title).toBeTruthy()
  await vi.waitFor(async () => expect(await discord.violations()).toHaveLength(2))
})

test('an interaction that was heard too late is let be', async () => {
  const { discord, logged } = stage
  expected.push('late callback')
  logged.length = 0
  await discord.silence(600)
  const asked = discord.slash('Mia', 'help').catch((error: Error) => error.message)
  await discord.advance(4_000)
  expect(await asked).toBe('The application did not respond')
  await vi.waitFor(async () => expect(await discord.violations()).toHaveLength(1), 5_000)
  await vi.waitFor(() => expect(logged.join()).toContain('came too late'))
  await pause(200)
  expect((await discord.requests()).filter(({ path }) => path.startsWith('/webhooks'))).toEqual([])
})

test('what is not offered, not known or asked elsewhere gets a card', async () => {
  const { discord } = stage
  const asked = await discord.slash('Mia', 'help')
  const renamed = await discord.forge({ data: { name: 'renamed', options: [] } })
  expect(renamed.text).toContain('no command called /renamed')
  const press = (custom_id: string, more = {}) =>
    discord.forge({ type: 3, message: asked.message!.raw, data: { name: null, custom_id, component_type: 2 }, ...more })
  expect((await press('old command?given=1')).text).toContain('no command called /old command')
  expect((await press('§$%')).text).toContain('not offered any more')
  expect((await press(`p:${'x'.repeat(22)}`)).text).toContain('too old')
  expect((await press('help', { data: { component_type: 5, custom_id: 'help', values: [] } })).text).toContain('not offered')
  const dm = { guild_id: undefined, guild: undefined, context: 1, channel: { type: 1, recipients: [] }, channel_id: '1' }
  expect((await press('help', dm)).text).toContain('works in the server')
  const unknown = { surprise: { deep: [1] }, member: { surprise: true }, data: { surprise: {}, options: [] } }
  await discord.slash('Mia', 'help')
  expect((await discord.forge(unknown)).text).toContain('/apply')
})

test('unknown kinds of interactions and components end nothing', async () => {
  const { discord } = stage
  await discord.slash('Mia', 'help')
  const unknown = expect(discord.forge({ type: 3, data: { component_type: 99, custom_id: 'help' } })).rejects.toThrow(
    'not respond',
  )
  await pause(200)
  await discord.advance(4_000)
  await unknown
  expect((await discord.slash('Mia', 'help')).text).toContain('/apply')
}, 20_000)
