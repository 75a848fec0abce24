import { afterAll, beforeAll, expect, test } from 'vitest'
import { Persona } from '../../chat.ts'
import { MemoryDoor } from '../../door.ts'
import { type World, world } from '../../world.ts'

let w: World
const chats = { discord: new MemoryDoor('discord'), slack: new MemoryDoor('slack') }
beforeAll(async () => {
  w = await world()
  for (const [name, door] of Object.entries(chats)) w.app.platforms.set(name, door)
})
afterAll(() => w.close())

const stand = (platform: string) =>
  w.within(async (ctx) => {
    const { id } = await ctx.db.space.findFirstOrThrow({ where: { platform } })
    return ctx.db.channel.count({ where: { spaceId: id, NOT: { audience: { startsWith: 'person:' } } } })
  })

test('the channels of the platform it is asked on are made, and what is missing is told privately', async () => {
  const root = await w.admin('Root')
  expect(await root.run('setup channels')).toContain('No Discord server or Slack workspace is connected yet.')
  await w.within((ctx) =>
    ctx.db.space.createMany({
      data: Object.keys(chats).map((platform) => ({
        id: ctx.id('space'),
        programId: w.programId,
        platform,
        workspace: `${platform}-1`,
        createdAt: ctx.now,
      })),
    }),
  )
  const olga = new Persona(w.app, chats.discord, w.programId, 'Olga', { platform: 'discord', workspace: 'discord-1' })
  await olga.arrive()
  await root.run('team set', { person: olga.personId, role: 'admin' })
  chats.discord.missing.push('Troupe may not manage channels. Give its role "Manage Channels".')
  expect(await olga.run('setup channels')).toMatch(/^Looking at the channels/)
  await w.tick()
  await w.tick()
  expect([await stand('discord'), await stand('slack')]).toEqual([7, 0])
  expect(await olga.sees()).toContain('Give its role "Manage Channels".')
  expect(await root.run('setup channels')).toMatch(/^Looking at the channels/)
  await w.tick()
  expect(await stand('slack')).toBe(7)
  const ana = await w.manager('Ana')
  expect(await ana.run('setup channels')).toContain('Not allowed')
})
