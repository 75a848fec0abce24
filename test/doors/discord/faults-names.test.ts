/** What people call roles and channels is theirs to change, and what they take away is made again. */
import { PermissionFlagsBits as Bits } from 'discord.js'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { card } from '../../../src/kernel/card.ts'
import { channels } from '../../../src/programs/rules.ts'
import { prepareSpace } from '../../../src/programs/service.ts'
import { type DiscordStage, discordStage } from './stage.ts'

let stage: DiscordStage
beforeAll(async () => {
  stage = await discordStage()
  await stage.person('Ana', 'manager')
}, 60_000)
afterAll(() => stage?.close())
afterEach(async () => expect(await stage.discord.violations()).toEqual([]))

async function carry(): Promise<void> {
  const { w } = stage
  for (let n = 0; n < 2; n++) {
    w.at(new Date(w.now.getTime() + 61_000))
    await w.app.runJob('deliver')
  }
}

const personOf = (name: string) =>
  stage.w.within(async (ctx) => (await ctx.db.identity.findFirstOrThrow({ where: { name } })).personId)

async function grant(name: string, role: string, on: boolean): Promise<string[]> {
  const personId = await personOf(name)
  await stage.w.within((ctx) => ctx.grant(personId, role, on))
  await carry()
  return stage.discord.roles(name)
}

/** /setup channels, and what it found missing. */
async function setUp(): Promise<string> {
  const { w } = stage
  const space = await w.within(async (ctx) => {
    const one = await ctx.db.space.findFirstOrThrow({ where: { programId: w.programId } })
    await prepareSpace(ctx, one.id, (await ctx.db.identity.findFirstOrThrow({ where: { name: 'Ana' } })).personId)
    return one.id
  })
  await carry()
  return JSON.stringify((await w.within((ctx) => ctx.db.space.findUniqueOrThrow({ where: { id: space } }))).missing)
}

test('a role that has another name by now is given and taken like before, and no second one is made', async () => {
  const { discord } = stage
  for (const name of ['Mia', 'Ben']) {
    await discord.member(name)
    await discord.slash(name, 'help')
  }
  expect(await grant('Mia', 'creator', true)).toEqual(['Creator'])
  expect(await grant('Mia', 'tier:Gold', true)).toEqual(['Creator', 'Gold'])
  await discord.rename('Creator', 'Ambassador')
  await discord.rename('Creator Manager', 'Crew')
  await discord.rename('Gold', 'Shiny')
  await setUp()
  expect(await grant('Ben', 'creator', true)).toEqual(['Ambassador'])
  expect(await grant('Ben', 'tier:Gold', true)).toEqual(['Ambassador', 'Shiny'])
  expect(await grant('Mia', 'tier:Gold', false)).toEqual(['Ambassador'])
  expect(await grant('Mia', 'creator', false)).toEqual([])
  expect(await discord.roles('Ana')).toEqual(['Crew'])
  expect(await grant('Ana', 'manager', false)).toEqual([])
  expect(await grant('Ana', 'manager', true)).toEqual(['Crew'])
})

test('a role that somebody deleted is made again by /setup channels and given to whoever had it; where it can not read is named', async () => {
  const { discord } = stage
  expect(await setUp()).toBe('[]')
  await discord.dropRole('Ambassador')
  expect(await discord.roles('Ben')).toEqual(['Shiny'])
  expect(await setUp()).toMatch(/#missions can't be read by “Creator”.*#wins can't be read by “Creator”/)
  expect((await discord.roles('Ben')).sort()).toEqual(['Creator', 'Shiny'])
  for (const { name } of channels.filter(({ role }) => role === 'creator'))
    await discord.overwrite(name, 'Creator', Bits.ViewChannel, 0n)
  expect(await setUp()).toBe('[]')
})

test('a channel that has another name by now stays the place for what is meant for it; one that takes its name is the new place', async () => {
  const { discord, w } = stage
  const seen = async (channel: string) => (await discord.messages(channel)).map((one) => one.text).join('\n')
  const tell = async (key: string) => {
    await w.within((ctx) => ctx.show({ channel: 'wins' }, key, card(`Win ${key}`)))
    await carry()
  }
  const count = (await discord.channels()).length
  await discord.rename('wins', 'trophies')
  await setUp()
  expect((await discord.channels()).length).toBe(count)
  await tell('one')
  expect(await seen('trophies')).toContain('Win one')
  await discord.deleteChannel('missions')
  await discord.rename('trophies', 'missions')
  expect(await setUp()).toBe('[]')
  await tell('two')
  expect(await seen('wins')).toContain('Win two')
  expect(await seen('missions')).not.toContain('Win two')
})

test('a private thread that somebody deleted is made anew for the next post, also for one that would have been an edit', async () => {
  const { discord, w } = stage
  const person = await personOf('Mia')
  const tell = async (key: string, title: string) => {
    await w.within((ctx) => ctx.show({ person }, key, card(title)))
    await carry()
    return (await discord.messages((await discord.threadOf('Mia'))!.id)).map((one) => one.text).join('\n')
  }
  expect(await tell('decision', 'Under way')).toContain('Under way')
  await discord.deleteChannel((await discord.threadOf('Mia'))!.id)
  expect(await tell('decision', 'Approved')).toContain('Approved')
  await discord.deleteChannel((await discord.threadOf('Mia'))!.id)
  expect(await tell('payday', 'You are paid')).toContain('You are paid')
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { state: 'parked' } }))).toBe(0)
})
