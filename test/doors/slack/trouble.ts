/** What tests of the Slack door share: a stage that ends each test without objections, and ways to hinder it. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'
import { createApp, takeUp } from '../../../src/app.ts'
import { buttons, type Card, card } from '../../../src/kernel/card.ts'
import { createLog } from '../../../src/log.ts'
import type { Posted, Shown } from './local.ts'
import type { SlackStage } from './stage.ts'

export type Played = {
  readonly stage: SlackStage
  /** Kinds of violations that the running test brings about. */
  expected: string[]
}

/** One stage for the tests of a file; after each, Slack has had nothing to object to. That includes a call about one workspace with the token of another. */
export function played(open: () => Promise<SlackStage>, people: string[] = []): Played {
  let stage: SlackStage | undefined
  const expected: string[] = []
  beforeAll(async () => {
    stage = await open()
    for (const name of people) await stage.userId(name)
  }, 60_000)
  afterAll(() => stage?.close())
  afterEach(async () => {
    const { slack } = stage!
    const objections = (await slack.violations()).filter((one) => !expected.includes(one.kind))
    expect(objections).toEqual([])
    await slack.forget()
    expected.length = 0
    stage!.logged.length = 0
  })
  return {
    get stage() {
      return stage!
    },
    expected,
  }
}

/** Holds what every call reads first for so long; gives a promise of the end. */
export async function slowly(stage: SlackStage, ms: number): Promise<() => Promise<void>> {
  const client = new pg.Client(stage.w.url)
  client.on('error', () => {})
  await client.connect()
  await client.query('BEGIN')
  await client.query('LOCK TABLE "Identity", "Press", "Install" IN ACCESS EXCLUSIVE MODE')
  const freed = pause(ms).then(() => client.query('ROLLBACK'))
  return () => freed.then(() => client.end())
}

/** A process that acknowledged the last thing and ended before it answered: its call stays heard. */
export async function cutShort({ slack, w }: SlackStage): Promise<void> {
  const last = (await slack.deliveries()).findLast((one) => one.type !== 'events_api')!
  const externalId = { startsWith: String(last.payload.trigger_id) }
  const where = { programId: w.programId, source: 'chat:slack', externalId }
  const cut = { state: 'heard', answer: null as never, doneAt: null }
  const { count } = await w.within((ctx) => ctx.db.inbox.updateMany({ where, data: cut }))
  expect(count).toBe(1)
}

/** The next process: an app of its own, which finishes what was left behind. */
export async function restarted({ w, another }: SlackStage): Promise<void> {
  const { config, sealer } = w.app
  const log = createLog('fatal')
  const app = await createApp({ config, log, databaseUrl: w.url, sealer, clock: () => w.now })
  app.platforms.set('slack', another({}, {}, app))
  await takeUp(app, [...app.platforms.keys()])
  await app.close()
}

/** Picks in the lists that are asked for while one types, as far as the form has such, so that these values may be sent. */
export async function picked({ slack }: SlackStage, user: string, view: Shown, values: Record<string, string>): Promise<void> {
  for (const { type, blockId } of view.fields)
    if (type === 'external_select' && values[blockId] !== undefined) await slack.suggest(user, view.id, blockId, values[blockId])
}

/** Answers to the form behind /apply. */
export const application = {
  handle: '@mia.glow',
  niche: 'beauty',
  country: 'DE',
  email: 'mia@example.com',
  adult_and_consent: 'yes',
}

/** Everything in a person's Messages tab, once it has these words. */
export async function inMessages({ slack, w }: SlackStage, user: string, words: string): Promise<Posted[]> {
  return vi.waitFor(async () => {
    await w.app.runJob('deliver')
    const { messages } = await slack.dm(user)
    expect(messages.map((one) => one.words).join('\n')).toContain(words)
    return messages
  }, 8_000)
}

/** Shows a card through the outbox, and rings once. */
export async function shown({ w }: SlackStage, channel: string, key: string, card: Card): Promise<void> {
  await w.within((ctx) => ctx.show({ channel }, key, card))
  await w.app.runJob('deliver')
}

/** A message in #start-here with one button, seen by this person. */
export async function posted(stage: SlackStage, user: string, label: string, run: string): Promise<Posted> {
  const channel = await channelNamed(stage, 'start-here')
  await stage.slack.invite(channel, user)
  await shown(stage, 'start-here', `button:${run}`, card('Press it', buttons({ label, run })))
  return (await stage.slack.messages(channel)).findLast((one) => one.buttons.includes(label))!
}

/** Moves the house's clock on, so that what waits is due, and rings. */
export async function afterAWhile({ w }: SlackStage, seconds: number): Promise<void> {
  w.at(new Date(w.now.getTime() + seconds * 1_000))
  await w.app.runJob('deliver')
}

export const channelNamed = async ({ slack }: SlackStage, name: string): Promise<string> =>
  (await slack.channels()).find((one) => one.name === name)!.id

/** Slack says nothing for so long; afterwards the socket stands again, and what came meanwhile is answered once. */
export async function fallSilent({ slack, door, userId }: SlackStage, ms: number): Promise<void> {
  const mia = await userId('Mia')
  await slack.silence(ms)
  const written = slack.say(mia, 'dm', 'help', [], { patience: 0 })
  await vi.waitFor(() => expect(door.health().ok).toBe(false), 8_000)
  expect((await written).ack.ok).toBe(false)
  await vi.waitFor(() => expect(door.health()).toEqual({ ok: true, words: 'listening' }), 20_000)
  await slack.connected()
  expect((await slack.slash(mia, '/troupe help', { patience: 8_000 })).words).toContain('/apply')
  await vi.waitFor(async () => expect((await slack.dm(mia)).messages.at(-1)!.words).toContain('/apply'), 8_000)
  await slack.settled(300)
  expect((await slack.dm(mia)).messages.filter((one) => one.botId)).toHaveLength(1)
  expect((await slack.requests('apps.connections.open')).length).toBeLessThan(9)
  expect((await slack.violations()).filter((one) => one.kind !== 'ack')).toEqual([])
}
