import { afterEach, beforeEach, expect, test } from 'vitest'
import { plain } from '../../src/kernel/plain.ts'
import { minutes } from '../../src/kernel/time.ts'
import { gone } from '../../src/platforms/platform.ts'
import { buttonsOf, type Persona } from '../chat.ts'
import { MemoryDoor } from '../door.ts'
import { type World, world } from '../world.ts'

const GUILD = '4001'
let w: World
let chat: MemoryDoor
let ana: Persona
let mia: Persona
let submission: string

beforeEach(async () => {
  w = await world()
  chat = new MemoryDoor('discord', { threads: true })
  w.app.platforms.set('discord', chat)
  w.app.log.level = 'silent'
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
  await w.within(async (ctx) => {
    const space = { id: ctx.id('space'), programId: w.programId, platform: 'discord', workspace: GUILD, createdAt: ctx.now }
    await ctx.db.space.create({ data: space })
    for (const name of ['start-here', 'review', 'managers']) {
      const channel = { programId: w.programId, spaceId: space.id, audience: name, name, createdAt: ctx.now }
      await ctx.db.channel.create({ data: { ...channel, id: ctx.id('post'), externalId: `c-${name}` } })
    }
    for (const one of [ana, mia])
      await ctx.db.identity.create({
        data: {
          id: ctx.id('identity'),
          personId: one.personId,
          platform: 'discord',
          workspace: GUILD,
          externalId: `d-${one.user}`,
          name: one.name,
          createdAt: ctx.now,
        },
      })
    await ctx.db.membership.updateMany({ where: { personId: mia.personId }, data: { door: 'discord' } })
  })
  await mia.run('submit', { url: 'https://site.example/a', caption: '#ad Look' })
  submission = (await w.within((ctx) => ctx.db.submission.findFirstOrThrow())).id
})
afterEach(() => w.close())

const deliver = () => w.app.runJob('deliver')
const later = () => w.at(minutes(w.now, 1))
const said = (place: string) => chat.in(place).map((m) => plain(m.card))
const thread = () => `${GUILD}:thread:${submission}`
const own = () => `${GUILD}:person:${mia.personId}`
const changes = async (note = 'A brighter picture, please') => {
  await ana.run('review changes', { submission, note })
  await ana.run('review tell', { submission })
}

test('no thread before the first request; then one with both, and the request in it', async () => {
  await deliver()
  expect(chat.threads).toEqual([])
  await changes()
  await deliver()
  expect(chat.threads).toEqual([
    {
      key: `thread:${submission}`,
      parent: 'c-start-here',
      title: 'Mia: site.example/a',
      users: ['d-mia', 'd-ana'],
      place: thread(),
      closed: false,
    },
  ])
  const [request] = chat.in(thread())
  expect(plain(request!.card)).toContain('A brighter picture, please')
  expect(buttonsOf(request!.card).map((b) => b.label)).toEqual([
    'Hand in again',
    'Upload from phone',
    'Ask a question',
    'Withdraw',
  ])
  expect(said(own()).join()).not.toContain('A brighter picture')
})

test('questions, answers and further rounds stay in the one thread; the decision archives it after the last edit', async () => {
  await changes()
  await deliver()
  await mia.run('review ask', { submission, words: 'Which one?' })
  await ana.run('review ask', { submission, words: 'The first.' })
  await mia.run('submit', { submission, caption: '#ad brighter' })
  later()
  await changes('Even brighter')
  await deliver()
  expect(chat.threads).toHaveLength(1)
  const talk = said(thread()).join('\n')
  for (const words of ['Which one?', 'The first.', 'Even brighter', 'You have answered this.']) expect(talk).toContain(words)
  expect(said('c-review').join('\n')).toContain('Question: Mia')
  await mia.run('submit', { submission, caption: '#ad the brightest' })
  await deliver()
  expect(chat.threads[0]!.closed).toBe(false)
  await ana.run('review approve', { submission })
  await ana.run('review tell', { submission })
  for (let i = 0; i < 3; i++) {
    later()
    await deliver()
  }
  expect(chat.threads[0]!.closed).toBe(true)
  expect(said(thread()).filter((words) => words.includes('You have answered this.'))).toHaveLength(2)
  expect(said(own()).join()).toContain('Approved: site.example/a')
})

test.each(['review reject', 'retract'])('%s archives it too', async (run) => {
  await changes()
  if (run === 'review reject') {
    await mia.run('submit', { submission, caption: '#ad again' })
    await ana.run(run, { submission, reason: 'quality' })
    await ana.run('review tell', { submission })
  } else await mia.run(run, { submission })
  for (let i = 0; i < 3; i++) {
    await deliver()
    later()
  }
  expect(chat.threads.map((one) => one.closed)).toEqual([true])
})

test('a question of the creator opens it before anyone asked for changes', async () => {
  await mia.run('review ask', { submission, words: 'May I?' })
  await deliver()
  expect(chat.threads[0]!.users).toEqual(['d-mia'])
  expect(said(thread())).toEqual(['Mia asks: site.example/a\nMay I?'])
})

test('content that is decided at once never has a thread, and nothing is left to close', async () => {
  await ana.run('review approve', { submission })
  await ana.run('review tell', { submission })
  await deliver()
  expect(chat.threads).toEqual([])
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { kind: 'close' } }))).toBe(0)
})

test('where the door has no threads, the private place shows it all', async () => {
  chat = new MemoryDoor('discord')
  w.app.platforms.set('discord', chat)
  await changes()
  await deliver()
  expect(said(own()).join()).toContain('A brighter picture, please')
  await mia.run('retract', { submission })
  for (let i = 0; i < 2; i++) {
    later()
    await deliver()
  }
  expect(await w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { kind: 'close' } }))).toMatchObject({ state: 'done' })
})

test('a thread that may not be opened: the private place shows it, and managers read the fix', async () => {
  const refusing = async () => {
    throw gone('Missing Permissions', 'Give Troupe "Create Private Threads" in #start-here.')
  }
  Object.assign(chat, { openThread: refusing })
  await changes()
  await deliver()
  await deliver()
  expect(said(own()).join()).toContain('A brighter picture, please')
  expect(said('c-managers').join()).toContain('Give Troupe "Create Private Threads" in #start-here.')
})

test('a worker that died after opening opens no second; a deleted thread is opened anew when tried again', async () => {
  const open = chat.openThread!
  Object.assign(chat, {
    openThread: async (...given: Parameters<typeof open>) => {
      await open(...given)
      throw new Error('the reply was lost')
    },
  })
  await changes()
  await deliver()
  Object.assign(chat, { openThread: open })
  later()
  await deliver()
  expect(chat.threads).toHaveLength(1)
  const post = chat.post
  chat.post = async () => {
    throw gone('Unknown Channel', 'It was deleted.')
  }
  await mia.run('review ask', { submission, words: 'Still there?' })
  await deliver()
  chat.post = post
  chat.threads.splice(0)
  expect(await ana.run('parked')).toContain(`to thread:${submission}`)
  for (const row of await w.within((ctx) => ctx.db.outbox.findMany({ where: { state: 'parked' } })))
    await ana.run('retry', { post: row.id })
  await deliver()
  expect(chat.threads).toHaveLength(1)
  expect(said(thread()).join()).toContain('Still there?')
})
