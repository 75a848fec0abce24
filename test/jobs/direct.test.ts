import { afterAll, beforeAll, expect, test } from 'vitest'
import { card } from '../../src/kernel/card.ts'
import { plain } from '../../src/kernel/plain.ts'
import { days, minutes } from '../../src/kernel/time.ts'
import { gone, type Post } from '../../src/platforms/platform.ts'
import type { Persona } from '../chat.ts'
import { MemoryDoor } from '../door.ts'
import { type World, world } from '../world.ts'

const GUILD = '4001'

/** A door with direct messages that somebody may have closed. */
class DirectDoor extends MemoryDoor {
  closed = false
  async directPlace(_workspace: string, user: string): Promise<string> {
    return `dm-${user}`
  }
  override async post(workspace: string, place: string, post: Post) {
    if (this.closed && place.startsWith('dm-')) throw gone('Cannot send messages to this user', 'They take none.')
    return super.post(workspace, place, post)
  }
}

let w: World
let chat: DirectDoor
let mia: Persona
beforeAll(async () => {
  w = await world()
  chat = new DirectDoor('discord')
  w.app.platforms.set('discord', chat)
  w.app.log.level = 'silent'
  mia = await w.creator('Mia')
  expect(await mia.run('settings', { messages: 'dm' })).toContain('We do not know you on Discord or Slack yet.')
  await w.within(async (ctx) => {
    const space = { id: ctx.id('space'), programId: w.programId, platform: 'discord', workspace: GUILD, createdAt: ctx.now }
    await ctx.db.space.create({ data: space })
    const account = { personId: mia.personId, platform: 'discord', workspace: GUILD, externalId: 'd-mia', name: 'Mia' }
    await ctx.db.identity.create({ data: { id: ctx.id('identity'), ...account, createdAt: ctx.now } })
    await ctx.db.membership.updateMany({ where: { personId: mia.personId }, data: { door: 'discord' } })
  })
})
afterAll(() => w.close())

const own = () => `${GUILD}:person:${mia.personId}`
const titles = (place: string) => chat.in(place).map((m) => m.card.title)
const say = async (key: string, unasked: boolean, title = key) => {
  await w.within((ctx) => ctx.show({ person: mia.personId }, key, card(title, 'Words'), unasked ? { unasked: true } : {}))
  await w.app.runJob('deliver')
}

test('only who chose it gets direct messages, and only of what nobody asked for', async () => {
  await say('hint one', true)
  expect(titles(own())).toContain('hint one')
  expect(await mia.run('settings', { messages: 'dm' })).toMatch(/Digests and news +By direct message/)
  w.at(days(w.now, 1))
  await say('hint two', true)
  await say('answer', false)
  expect(titles('dm-d-mia')).toEqual(['hint two'])
  expect(titles(own())).toEqual(expect.arrayContaining(['hint one', 'answer']))
  // What stands in one place is edited there, whatever is chosen later.
  await mia.run('settings', { messages: 'chat' })
  w.at(minutes(w.now, 1))
  await say('hint two', true, 'hint two, anew')
  await mia.run('settings', { messages: 'dm' })
  await say('hint one', true, 'hint one, anew')
  expect(titles('dm-d-mia')).toEqual(['hint two, anew'])
  expect(titles(own())).toContain('hint one, anew')
  const direct = await w.within((ctx) => ctx.db.channel.count({ where: { audience: `dm:${mia.personId}` } }))
  expect(direct).toBe(1)
})

test('where direct messages are closed it goes to the private place at once, the choice ends, and that is said there', async () => {
  chat.closed = true
  w.at(days(w.now, 1))
  await say('hint three', true)
  expect(titles('dm-d-mia')).not.toContain('hint three')
  expect(titles(own()).filter((title) => title === 'hint three')).toHaveLength(1)
  await w.app.runJob('deliver')
  expect(
    chat
      .in(own())
      .map((m) => plain(m.card))
      .join('\n'),
  ).toContain('Direct messages do not reach you')
  expect(await mia.run('settings')).toMatch(/Digests and news +In my place in the chat/)
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { state: 'parked' } }))).toBe(0)
  await w.app.runJob('deliver')
  expect(titles(own()).filter((title) => title === 'Direct messages do not reach you')).toHaveLength(1)
})
