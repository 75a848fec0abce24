/** The house of a simulation: the real core and a real database, with the time, the chance and the world outside taken from the seed. */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { type App, atClock, foundProgram, takeUp } from '../../src/app.ts'
import type { FileRef } from '../../src/command.ts'
import type { Actor, Context } from '../../src/context.ts'
import { type Clicks, openClicks } from '../../src/http/clicks.ts'
import { buildServer } from '../../src/http/server.ts'
import type { Card } from '../../src/kernel/card.ts'
import { ensurePartitions } from '../../src/links/partitions.ts'
import type { Log } from '../../src/log.ts'
import { setFinance, setRole } from '../../src/people/service.ts'
import { dispatch } from '../../src/platforms/dispatch.ts'
import { keepShop } from '../../src/programs/connections.ts'
import { openSpace, prepareSpace } from '../../src/programs/service.ts'
import { openShops } from '../../src/shops.ts'
import { secretOf } from '../world.ts'
import { fakeBank } from './bank.ts'
import { type Building, openBuilding } from './building.ts'
import { diceOf } from './dice.ts'
import { databaseOf, doorOf, Killed, Life, oneByOne, toldOf } from './life.ts'
import { discordRules, type FakePlatform, fakePlatform, slackRules } from './platform.ts'
import { fakeShop } from './shop.ts'
import { type FakeStripe, fakeStripe, STRIPE } from './stripe.ts'

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

export type Moving = {
  /** So many of a hundred processes end in the middle of their work. */
  kills: number
  /** Where people are. */
  chats?: readonly string[]
  /** Of a hundred programs so many have Stripe connected. */
  stripe?: number
  /** What is lived in; one of its own where none is given. */
  building?: Building | undefined
}

export async function openHouse(seed: string, { kills, chats = doors, stripe: connected = 70, building }: Moving) {
  const dice = diceOf(seed)
  const { base, url, moveIn, ...rest } = building ?? (await openBuilding())
  const time = { ms: START + dice.below(90) * 86_400_000 }
  await moveIn(time, dice.apart('random'))
  const clock = () => new Date(time.ms)
  const trouble: Trouble[] = []
  const { note, trace } = openTrace(time)
  const spend = (ms: number): void => {
    time.ms += ms
  }
  const world = { now: () => time.ms, spend, note }
  const platforms = [discordRules, slackRules]
    .filter(({ name }) => chats.includes(name))
    .map((rules) => fakePlatform(rules, dice.apart(rules.name), world))
  const stripe = fakeStripe(dice.apart('stripe'), world)
  const process = processes(base, clock, { platforms, stripe }, trouble)
  const app = process(new Life())
  const [holdDays, payday, minimum] = [dice.pick([0, 3, 14]), dice.between(1, 28), dice.pick([100, 2_000])]
  const policy = { holdDays, payday, minPayoutMinor: String(minimum), payoutMethods: ['bank', 'stripe'] as ('bank' | 'stripe')[] }
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
    stripe,
    bank: fakeBank(dice.apart('bank'), world),
    zone: plan.zone,
    payday,
    holdDays,
    minimum: BigInt(minimum),
    pays: dice.percent(connected) ? (['bank', 'stripe'] as const) : (['bank'] as const),
    within,
    people: [] as Person[],
    creators: [] as Person[],
    clicks: [] as string[],
    count: { events: 0, posts: 0, accounts: 0, seen: {} as Record<string, number> },
    /** Creators who owed the program something at some moment. */
    debtors: new Set<string>(),
    killed: [] as string[],
    kills,
    process,
    web: await openWeb(app, url),
    as: <T>(actor: Actor, work: (ctx: Context) => Promise<T>): Promise<T> => app.act(programId, actor, work),
    /** A life that may be a short one. */
    life: (most: number) => new Life(house.kills > 0 && dice.percent(house.kills) ? dice.between(1, most) : undefined),
    async close() {
      await house.web.clicks.stop()
      await house.web.server.close()
      if (!building) await rest.close()
    },
  }
  await openSpaces(house)
  return house
}

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
function processes(
  base: App,
  clock: () => Date,
  { platforms, stripe }: { platforms: FakePlatform[]; stripe: FakeStripe },
  trouble: Trouble[],
) {
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
    const fetch = stripe.fetchOf(life)
    const shops = openShops({ ...base, fetch })
    const mortal = { database: databaseOf(base.database, life, line), told: toldOf(base.told, life) }
    const app = atClock({ ...base, log, meter, fetch, shops, ...mortal }, clock)
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
  if (house.pays.length > 1)
    await within((ctx) => keepShop(ctx, { source: 'stripe', base: STRIPE, shop: null }, { key: 'rk_simulation' }, undefined))
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

/** What a dead process still had in hand comes to its end. */
export async function idle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 1))
}

export const actorOf = (person: Person, role: Actor['role']): Actor => ({
  personId: person.personId,
  name: person.name,
  role,
  zone: 'Europe/Berlin',
  locale: 'en',
  ...(person.creatorId ? { creatorId: person.creatorId } : {}),
})
