/** The house of a simulation: the real core and a real database, with the time, the chance and the world outside taken from the seed. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type App, atClock, createApp, foundProgram, takeUp } from '../../src/app.ts'
import type { FileRef } from '../../src/command.ts'
import { readConfig } from '../../src/config.ts'
import type { Actor, Context } from '../../src/context.ts'
import { type Clicks, openClicks } from '../../src/http/clicks.ts'
import { buildServer } from '../../src/http/server.ts'
import type { Card } from '../../src/kernel/card.ts'
import { ensurePartitions } from '../../src/links/partitions.ts'
import { createLog, type Log } from '../../src/log.ts'
import { setFinance, setRole } from '../../src/people/service.ts'
import { dispatch } from '../../src/platforms/dispatch.ts'
import { openSpace, prepareSpace } from '../../src/programs/service.ts'
import { createSealer } from '../../src/seal.ts'
import { emptyDatabase } from '../database.ts'
import { secretOf } from '../world.ts'
import { diceOf } from './dice.ts'
import { databaseOf, doorOf, Killed, Life, oneByOne } from './life.ts'
import { discordRules, type FakePlatform, fakePlatform, slackRules } from './platform.ts'
import { fakeShop } from './shop.ts'

const START = Date.parse('2026-08-24T06:00:00Z')
const doors = ['discord', 'slack']
const workspaces: Record<string, string> = { discord: '4001', slack: 'T4001' }

export type Person = {
  name: string
  user: string
  platform: string
  personId: string
  creatorId: string
  code: string
  slug: string
}

/** What went wrong although nothing outside did. */
type Trouble = { what: string; error?: unknown }

export type House = Awaited<ReturnType<typeof openHouse>>

/** `kills` = so many of a hundred processes end in the middle of their work; `chats` = where people are. */
export async function openHouse(seed: string, kills: number, chats: readonly string[] = doors) {
  const dice = diceOf(seed)
  const database = await emptyDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'troupe-simulation-'))
  const time = { ms: START + dice.below(90) * 86_400_000 }
  const clock = () => new Date(time.ms)
  const trouble: Trouble[] = []
  const { note, trace } = openTrace(time)
  const base = await coreOf(seed, database.url, folder, clock)
  const spend = (ms: number): void => {
    time.ms += ms
  }
  const world = { now: () => time.ms, spend, note }
  const platforms = [discordRules, slackRules]
    .filter(({ name }) => chats.includes(name))
    .map((rules) => fakePlatform(rules, dice.apart(rules.name), world))
  const process = processes(base, clock, platforms, trouble)
  const app = process(new Life())
  const policy = { holdDays: dice.pick([0, 3, 14]), payday: dice.between(1, 28) }
  const plan = { name: 'Glow', currency: 'EUR', zone: 'Europe/Berlin', sources: ['generic'], policy }
  const programId = await foundProgram(app, plan)
  const within = <T>(work: (ctx: Context) => Promise<T>): Promise<T> => app.within(programId, work)
  const shop = fakeShop(dice.apart('shop'), await secretOf(app, programId, 'generic'), clock)
  const house = {
    app,
    base,
    programId,
    dice,
    time,
    clock,
    note,
    trace,
    trouble,
    platforms,
    chats,
    shop,
    within,
    people: [] as Person[],
    creators: [] as Person[],
    clicks: [] as string[],
    count: { events: 0, posts: 0, seen: {} as Record<string, number> },
    killed: [] as string[],
    kills,
    process,
    web: await openWeb(app, database.url),
    as: <T>(actor: Actor, work: (ctx: Context) => Promise<T>): Promise<T> => app.act(programId, actor, work),
    /** A life that may be a short one. */
    life: (most: number) => new Life(house.kills > 0 && dice.percent(house.kills) ? dice.between(1, most) : undefined),
    async close() {
      await house.web.clicks.stop()
      await house.web.server.close()
      await base.close()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await openSpaces(house)
  return house
}

/** The core over a store, with its clock, its chance and its keys from outside. */
const coreOf = (seed: string, databaseUrl: string, folder: string, clock: () => Date): Promise<App> =>
  createApp({
    config: Object.freeze({ ...readConfig(environmentOf(databaseUrl)), DATA_DIR: folder }),
    log: createLog('silent'),
    databaseUrl,
    sealer: createSealer(createHash('sha256').update(seed).digest()),
    clock,
    random: diceOf(seed).apart('random').bytes,
  })

const environmentOf = (url: string): Record<string, string> => ({
  NODE_ENV: 'test',
  DATABASE_URL: url,
  PUBLIC_URL: 'https://go.glow.example',
  LOG_LEVEL: 'error',
})

/** Everything that happened, in order, as one hash that grows; the lines themselves are kept for whoever looks for a fault. */
function openTrace(time: { ms: number }) {
  const trace = { hash: '', lines: [] as string[] }
  const note = (words: string): void => {
    const line = `${new Date(time.ms).toISOString()} ${words}`
    trace.lines.push(line)
    trace.hash = createHash('sha256').update(`${trace.hash}\n${line}`).digest('hex')
  }
  return { note, trace }
}

/** Gives a way to start a process: the same core and store, with a life, and doors of its own. */
function processes(base: App, clock: () => Date, platforms: FakePlatform[], trouble: Trouble[]) {
  const line = oneByOne()
  return (life: Life): App => {
    const said = (what: string, error?: unknown) => {
      if (life.killedAt === undefined) trouble.push({ what, error })
    }
    const log: Log = Object.assign(Object.create(base.log) as Log, {
      error: (about: { err?: unknown }, words: string) => said(words, about.err ?? about),
    })
    const meter: App['meter'] = {
      ...base.meter,
      command: (run, _platform, outcome) => outcome === 'broken' && said(`/${run} broke`),
      job: (name, ok) => ok || said(`${name} failed`),
    }
    const fetch: App['fetch'] = async () => {
      throw new Error('There is no network in a simulation.')
    }
    const app = atClock({ ...base, log, meter, fetch, database: databaseOf(base.database, life, line) }, clock)
    for (const platform of platforms) app.platforms.set(platform.name, doorOf(platform, life))
    return app
  }
}

async function openWeb(app: App, url: string): Promise<{ clicks: Clicks; server: FastifyInstance }> {
  const clicks = openClicks(app, url)
  // Shipped by hand: a loop of its own would ring at moments that no seed knows.
  await ensurePartitions(app.database.owner, app.clock())
  await clicks.slugs.start()
  return { clicks, server: await buildServer(app, clicks, { mounts: [] }) }
}

/** Both chats instead of the simulator's, with their channels. */
async function openSpaces(house: House): Promise<void> {
  const { app, programId, within } = house
  await within((ctx) => ctx.db.space.deleteMany({ where: { platform: 'web' } }))
  await within((ctx) => ctx.db.channel.deleteMany())
  const spaces: string[] = []
  for (const chat of house.chats) {
    const space = await within((ctx) => openSpace(ctx, programId, chat, workspaces[chat]!))
    spaces.push(space!)
  }
  const root = await arrive(house, 'Root', house.chats[0]!)
  await within((ctx) => setRole(ctx, root.personId, 'admin'))
  for (const space of spaces) await within((ctx) => prepareSpace(ctx, space, root.personId))
  await app.runJob('deliver')
}

/** Somebody comes in for the first time. */
export async function arrive(house: House, name: string, platform: string): Promise<Person> {
  const user = name.toLowerCase().replaceAll(' ', '-')
  const person = { name, user, platform, personId: '', creatorId: '', code: '', slug: '' }
  await ask(house, person, 'help')
  const workspace = workspaces[platform]!
  const where = { platform_workspace_externalId: { platform, workspace, externalId: user } }
  person.personId = (await house.base.database.across((db) => db.identity.findUniqueOrThrow({ where }))).personId
  house.people.push(person)
  return person
}

/** Managers and the people of finance, besides the first admin. */
export async function team(house: House): Promise<void> {
  for (const [name, role, finance] of [
    ['Fay', 'manager', true],
    ['Gus', 'manager', true],
  ] as const) {
    const person = await arrive(house, name, house.dice.pick(house.chats))
    await house.within(async (ctx) => {
      await setRole(ctx, person.personId, role)
      if (finance) await setFinance(ctx, person.personId, true)
    })
  }
}

export const member = (house: House, name: string): Person => house.people.find((one) => one.name === name)!

/** Runs a command; its process may be killed meanwhile, and then the next one takes the call up and the door tells it once more. */
export async function ask(house: House, by: Person, run: string, given: Record<string, string | FileRef> = {}): Promise<Card> {
  const workspace = workspaces[by.platform]!
  const eventId = `evt-${++house.count.events}`
  const call = {
    platform: by.platform,
    workspace,
    place: `${workspace}:start-here`,
    user: by.user,
    userName: by.name,
    eventId,
    run,
    given,
    by: 'slash' as const,
  }
  const life = house.life(6)
  let answer: Card | undefined
  try {
    answer = (await dispatch(house.process(life), call)).card
  } catch (error) {
    if (!(error instanceof Killed)) throw error
  }
  if (answer === undefined || life.killedAt !== undefined) {
    house.killed.push(`/${run} ${life.killedAt}`)
    house.note(`killed /${run} ${life.killedAt}`)
    await idle()
    house.time.ms += house.dice.between(1_000, 30_000)
    const next = house.process(new Life())
    await takeUp(next, house.chats)
    answer = (await dispatch(next, call)).card
  } else if (house.dice.percent(5)) {
    const again = (await dispatch(house.app, call)).card
    if (JSON.stringify(again) !== JSON.stringify(answer))
      house.trouble.push({ what: `/${run} was answered twice, and differently` })
  }
  house.note(`${by.name} /${run} ${JSON.stringify(given)} ${answer.title}`)
  return answer
}

/** Rings a job, in a process that may be killed meanwhile; true when it lived. */
export async function ring(house: House, job: string): Promise<boolean> {
  const life = house.life(job === 'deliver' || job === 'due' ? 60 : 14)
  try {
    await house.process(life).runJob(job)
  } catch (error) {
    if (life.killedAt === undefined) house.trouble.push({ what: `${job} threw`, error })
  }
  if (life.killedAt === undefined) return true
  house.killed.push(`${job} ${life.killedAt}`)
  house.note(`killed ${job} ${life.killedAt}`)
  await idle()
  return false
}

/** What a dead process still had in hand comes to its end. */
async function idle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 1))
}

/** Rings the delivery until nothing is due any more, as its minute and its own rings would. */
export async function carry(house: House, rounds = 8): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const lived = await ring(house, 'deliver')
    // A lease of the dead lasts two minutes.
    if (!lived) house.time.ms += house.dice.between(121_000, 150_000)
    const soon = new Date(house.time.ms + 60_000)
    const next = await house.within((ctx) =>
      ctx.db.outbox.findFirst({
        where: { state: 'due', notBefore: { lte: soon }, OR: [{ leasedTo: null }, { leasedTo: { lte: soon } }] },
        orderBy: { notBefore: 'asc' },
      }),
    )
    if (!next) return
    house.time.ms = Math.max(house.time.ms + house.dice.between(250, 5_000), next.notBefore.getTime())
  }
}

export const actorOf = (person: Person, role: Actor['role']): Actor => ({
  personId: person.personId,
  name: person.name,
  role,
  zone: 'Europe/Berlin',
  locale: 'en',
  ...(person.creatorId ? { creatorId: person.creatorId } : {}),
})
