import { afterEach, beforeEach, expect, test } from 'vitest'
import { card } from '../../src/kernel/card.ts'
import { minutes } from '../../src/kernel/time.ts'
import { gone, later, waits } from '../../src/platforms/platform.ts'
import { MemoryDoor } from '../door.ts'
import { type World, world } from '../world.ts'

const GUILD = '4001'
let w: World
let chat: MemoryDoor

beforeEach(async () => {
  w = await world()
  chat = new MemoryDoor('discord')
  w.app.platforms.set('discord', chat)
  w.app.log.level = 'silent'
  await w.within(async (ctx) => {
    const space = { id: ctx.id('space'), programId: w.programId, platform: 'discord', workspace: GUILD, createdAt: ctx.now }
    await ctx.db.space.create({ data: space })
    const channel = { programId: w.programId, spaceId: space.id, audience: 'wins', name: 'wins', createdAt: ctx.now }
    await ctx.db.channel.create({ data: { ...channel, id: ctx.id('post'), externalId: 'c-wins' } })
  })
})
afterEach(() => w.close())

const show = (title: string, key = 'k') => w.within((ctx) => ctx.show({ channel: 'wins' }, key, card(title)))
const deliver = () => w.app.runJob('deliver')
const webTitles = () => w.door.in(`${w.programId}:wins`).map((m) => m.card.title)
const chatTitles = () => chat.in('c-wins').map((m) => m.card.title)
const spaceId = () => w.within(async (ctx) => (await ctx.db.space.findFirstOrThrow({ where: { platform: 'discord' } })).id)
const arrive = (personId: string, user: string, platform = 'discord', workspace = GUILD) =>
  w.within((ctx) =>
    ctx.db.identity.create({
      data: {
        id: ctx.id('identity'),
        personId,
        platform,
        workspace,
        externalId: user,
        name: user,
        createdAt: ctx.now,
      },
    }),
  )

test('a post reaches every space, and a door that fails keeps no other from it', async () => {
  const post = chat.post
  chat.post = async () => {
    throw new Error('500')
  }
  await show('Won')
  await deliver()
  expect(webTitles()).toEqual(['Won'])
  expect(chatTitles()).toEqual([])
  chat.post = post
  w.at(minutes(w.now, 5))
  await deliver()
  expect(webTitles()).toEqual(['Won'])
  expect(chatTitles()).toEqual(['Won'])
})

test('a door that is open in another process keeps its own rows due', async () => {
  w.app.platforms.delete('discord')
  await show('Won')
  await deliver()
  expect(webTitles()).toEqual(['Won'])
  w.app.platforms.set('discord', chat)
  await deliver()
  expect(chatTitles()).toEqual(['Won'])
})

test('who can not be reached through the door they chose is told through the next chat they are known at, and never twice', async () => {
  const slack = new MemoryDoor('slack')
  w.app.platforms.set('slack', slack)
  const team = { programId: w.programId, platform: 'slack', workspace: 'T1' }
  await w.within((ctx) => ctx.db.space.create({ data: { id: ctx.id('space'), ...team, createdAt: ctx.now } }))
  const [mia, ben] = [await w.applicant('Mia'), await w.applicant('Ben')]
  await arrive(mia.personId, 'mia-on-discord')
  await arrive(mia.personId, 'U1', 'slack', 'T1')
  await arrive(ben.personId, 'ben-on-discord')
  for (const { personId } of [mia, ben])
    await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId }, data: { door: 'discord' } }))
  chat.privatePlace = async () => {
    throw gone('Unknown Member', 'This person has left the server.')
  }
  const tell = async (title: string) => {
    for (const { personId } of [mia, ben]) await w.within((ctx) => ctx.show({ person: personId }, 'k', card(title)))
    for (let n = 0; n < 3; n++) {
      w.at(minutes(w.now, 1))
      await deliver()
    }
  }
  await tell('You were paid')
  await tell('You were paid anew')
  await tell('You were paid anew')
  expect(slack.messages.map((m) => [m.place, m.card.title])).toEqual([[`T1:person:${mia.personId}`, 'You were paid anew']])
  // Who is known nowhere else is not said to be told: pages reach nobody.
  const parked = await w.within((ctx) => ctx.db.outbox.findMany({ where: { state: 'parked' } }))
  expect(parked.map((row) => row.audience)).toEqual([`person:${ben.personId}`])
})

test('a person is spoken to through one door: the chosen one, else the chat they came in by; roles are granted on all', async () => {
  const mia = await w.applicant('Mia')
  await arrive(mia.personId, 'mia-on-discord')
  await w.within((ctx) => ctx.show({ person: mia.personId }, 'one', card('First')))
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: mia.personId }, data: { door: 'web' } }))
  await w.within(async (ctx) => {
    await ctx.show({ person: mia.personId }, 'two', card('Second'))
    await ctx.grant(mia.personId, 'creator', true)
  })
  await deliver()
  const mine = (door: MemoryDoor) => door.messages.map((m) => m.card.title).filter((t) => t === 'First' || t === 'Second')
  expect(mine(chat)).toEqual(['First'])
  expect(mine(w.door)).toEqual(['Second'])
  expect(w.door.grants).toEqual([{ user: 'mia', role: 'creator', on: true }])
  expect(chat.grants).toEqual([{ user: 'mia-on-discord', role: 'creator', on: true }])
})

/** Somebody who came through Discord first and then through Slack. */
async function atBothDoors() {
  const slack = new MemoryDoor('slack')
  w.app.platforms.set('slack', slack)
  const team = { programId: w.programId, platform: 'slack', workspace: 'T1' }
  await w.within((ctx) => ctx.db.space.create({ data: { id: ctx.id('space'), ...team, createdAt: ctx.now } }))
  const { personId } = await w.applicant('Mia')
  await arrive(personId, 'mia-on-discord')
  w.at(minutes(w.now, 1))
  await arrive(personId, 'U1', 'slack', 'T1')
  return { slack, personId }
}

test('what a person was shown at another door is edited there, though news come through the one they chose', async () => {
  const { slack, personId } = await atBothDoors()
  const tell = async (key: string, title: string) => {
    await w.within((ctx) => ctx.show({ person: personId }, key, card(title)))
    await deliver()
  }
  await tell('code', 'Your code is MIA10')
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId }, data: { door: 'slack' } }))
  await tell('code', 'Your code is MIA11')
  await tell('news', 'You were paid')
  const titles = (door: MemoryDoor, workspace: string) => door.in(`${workspace}:person:${personId}`).map((m) => m.card.title)
  expect(titles(chat, GUILD)).toEqual(['Your code is MIA11'])
  expect(titles(slack, 'T1')).toEqual(['Your code is MIA11', 'You were paid'])
})

test('what can be edited no more at a door that somebody has left troubles nobody while the one they chose has it; said at neither, it does', async () => {
  const { slack, personId } = await atBothDoors()
  const tell = async (title: string) => {
    await w.within((ctx) => ctx.show({ person: personId }, 'code', card(title)))
    for (let n = 0; n < 3; n++) {
      await deliver()
      w.at(minutes(w.now, 10))
    }
  }
  const parked = () => w.within((ctx) => ctx.db.outbox.count({ where: { audience: `person:${personId}`, state: 'parked' } }))
  await tell('Your code is MIA10')
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId }, data: { door: 'slack' } }))
  const leave = (door: MemoryDoor) => {
    door.edit = door.privatePlace = async () => {
      throw gone('Unknown Member', 'This person has left the server.')
    }
  }
  leave(chat)
  await tell('Your code is MIA11')
  expect(slack.in(`T1:person:${personId}`).map((m) => m.card.title)).toEqual(['Your code is MIA11'])
  expect(await parked()).toBe(0)
  expect(w.door.in(`${w.programId}:managers`).map((m) => m.card.title)).not.toContain('A message could not be shown on Discord')
  leave(slack)
  await tell('Your code is MIA12')
  expect(await parked()).toBe(1)
})

test('what is meant for a channel that does not stand yet waits for /setup', async () => {
  await w.within((ctx) => ctx.show({ channel: 'review' }, 'r', card('To review')))
  await deliver()
  const row = { where: { audience: 'review', spaceId: await spaceId() } }
  expect(await w.within((ctx) => ctx.db.outbox.findFirstOrThrow(row))).toMatchObject({ state: 'waiting', tries: 0 })
  const root = await w.admin('Root')
  chat.missing.push('Troupe may not pin messages in #wins. Give its role "Manage Messages" there.')
  await w.within(async (ctx) => {
    const { prepareSpace } = await import('../../src/programs/service.ts')
    await prepareSpace(ctx, await spaceId(), root.personId)
  })
  await deliver()
  await deliver()
  expect(chat.in(`${GUILD}:review`).map((m) => m.card.title)).toEqual(['To review'])
  expect(await root.sees()).toContain('Troupe may not pin messages in #wins')
})

test('a door that asks to wait costs no try; one that says "gone" is tried once and told to managers', async () => {
  const post = chat.post
  chat.post = async () => {
    throw later('Discord can not be reached', 60_000)
  }
  await show('Won')
  for (let i = 0; i < 12; i++) {
    await deliver()
    w.at(minutes(w.now, 2))
  }
  const row = { where: { audience: 'wins', spaceId: await spaceId() } }
  expect(await w.within((ctx) => ctx.db.outbox.findFirstOrThrow(row))).toMatchObject({ state: 'due', tries: 0 })
  let tries = 0
  chat.post = async () => {
    tries += 1
    throw gone('Unknown Channel', 'Run /setup channels to make it again.')
  }
  for (let i = 0; i < 3; i++) {
    await deliver()
    w.at(minutes(w.now, 2))
  }
  chat.post = post
  expect(tries).toBe(1)
  expect(await w.within((ctx) => ctx.db.outbox.findFirstOrThrow(row))).toMatchObject({ state: 'parked' })
  const told = w.door.in(`${w.programId}:managers`).map((m) => JSON.stringify(m.card))
  expect(told.join()).toContain('Run /setup channels to make it again.')
})

test('what a private place waits for is woken by #start-here, and what is missing is read in /setup show', async () => {
  const root = await w.admin('Root')
  const mia = await w.applicant('Mia')
  await arrive(mia.personId, 'mia-on-discord')
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: mia.personId }, data: { door: 'discord' } }))
  let stands = false
  const place = chat.privatePlace
  chat.privatePlace = async (workspace, personId) => {
    if (!stands) throw waits('There is no #start-here yet.')
    return place.call(chat, workspace, personId)
  }
  await w.within((ctx) => ctx.show({ person: mia.personId }, 'hello', card('Hello Mia')))
  await deliver()
  const row = () => w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { key: 'hello' } }))
  expect(await row()).toMatchObject({ state: 'waiting', tries: 0, error: 'There is no #start-here yet.' })
  const prepare = async () => {
    const { prepareSpace } = await import('../../src/programs/service.ts')
    await w.within(async (ctx) => prepareSpace(ctx, await spaceId(), root.personId))
    w.at(minutes(w.now, 1))
    await deliver()
    await deliver()
  }
  const whole = chat.prepare
  chat.prepare = async () => ({ channels: [], missing: ['#start-here does not exist. Make it yourself.'] })
  await prepare()
  expect(await row()).toMatchObject({ state: 'waiting' })
  expect(await root.run('setup show')).toContain('#start-here does not exist. Make it yourself.')
  Object.assign(chat, { prepare: whole })
  stands = true
  await prepare()
  expect(await row()).toMatchObject({ state: 'done' })
  expect(chat.in(`${GUILD}:person:${mia.personId}`).map((m) => m.card.title)).toContain('Hello Mia')
  expect(await root.run('setup show')).not.toContain('does not exist')
})

test('a channel that everyone can read is let go, and what is meant for it waits; a setup that fails is read in /setup show', async () => {
  const root = await w.admin('Root')
  const prepare = () =>
    w.within(async (ctx) =>
      ctx.prepare(await spaceId(), [{ audience: 'wins', name: 'wins', about: 'Wins', role: 'creator' }], root.personId),
    )
  chat.prepare = async () => ({ channels: [], missing: ['#wins can be read by everyone.'], open: ['wins'] })
  await prepare()
  await deliver()
  await show('Won')
  await deliver()
  const row = { where: { audience: 'wins', spaceId: await spaceId() } }
  expect(await w.within((ctx) => ctx.db.outbox.findFirstOrThrow(row))).toMatchObject({ state: 'waiting' })
  expect(chatTitles()).toEqual([])
  chat.prepare = async () => {
    throw gone('Missing Access', 'Invite Troupe again.')
  }
  await w.within((ctx) => ctx.db.outbox.updateMany({ where: { kind: 'prepare' }, data: { state: 'due' } }))
  await deliver()
  expect(await root.run('setup show')).toContain('Missing Access. Invite Troupe again.')
})
