/** Direct messages on Discord: only who chose them, a press on one is answered there, and the private thread where they are closed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { houseOf } from '../../../src/house.ts'
import { buttons, card } from '../../../src/kernel/card.ts'
import type { Player } from '../../stories/stage.ts'
import { type DiscordStage, discordStage } from './stage.ts'

let stage: DiscordStage
let mia: Player
beforeAll(async () => {
  stage = await discordStage()
  mia = await stage.person('Mia')
  await mia.ask('help')
}, 60_000)
afterAll(() => stage?.close())

const say = async (key: string) => {
  const { w } = stage
  const { personId } = await w.within((ctx) => ctx.db.membership.findFirstOrThrow({ where: { name: 'Mia' } }))
  const shown = card(key, 'Words', buttons({ label: 'See settings', run: 'settings' }))
  await w.within(async (ctx) => {
    await ctx.db.pushDay.deleteMany()
    await ctx.show({ person: personId }, key, shown, { unasked: true })
  })
  await w.app.runJob('deliver')
}

const texts = async (channel: string) => (await stage.discord.messages(channel)).map((one) => one.text).join('\n')

test.each([
  ['opening one', 'POST /users/@me/channels'],
  ['posting there', 'POST /channels/\\d+/messages'],
])(
  'when Discord says that direct messages come too fast, by %s, the choice stands and the message comes later',
  async (_, route) => {
    const { discord, w } = stage
    await mia.ask('settings', { messages: 'dm' })
    await discord.fault({ kind: 'refuse', status: 403, code: 40_003, message: 'You are opening direct messages too fast', route })
    await say(`Early by ${route}`)
    w.at(new Date(w.now.getTime() + 301_000))
    await w.app.runJob('deliver')
    expect(await texts((await discord.dmOf('Mia'))!)).toContain('Early by')
    expect(await w.within((ctx) => ctx.db.outbox.count({ where: { key: { startsWith: 'dm-closed' } } }))).toBe(0)
  },
)

test('what nobody asked for goes to who chose so, and to the private thread once direct messages are closed', async () => {
  const { discord, w } = stage
  await mia.ask('settings', { messages: 'dm' })
  await say('First hint')
  const direct = await discord.dmOf('Mia')
  expect(await texts(direct!)).toContain('First hint')
  const { personId } = await w.within((ctx) => ctx.db.membership.findFirstOrThrow({ where: { name: 'Mia' } }))
  const { externalId, workspace } = await w.within((ctx) =>
    ctx.db.identity.findFirstOrThrow({ where: { personId, platform: 'discord' } }),
  )
  // A press there is one in the server that it came from; in any other direct message it is nobody's.
  expect(await houseOf(w.app).directOf('discord', externalId, direct!)).toBe(workspace)
  expect(await houseOf(w.app).directOf('discord', externalId, 'another')).toBeUndefined()
  const [hint] = await discord.messages(direct!)
  expect((await discord.press(await discord.member('Mia'), hint!.id, 'See settings')).text).toContain('By direct message')
  await discord.closeDms('Mia')
  await say('Second hint')
  await w.app.runJob('deliver')
  const own = await discord.threadOf('Mia')
  expect(await texts(own!.id)).toMatch(/Second hint[\s\S]*Direct messages do not reach you/)
  expect(await texts(direct!)).not.toContain('Second hint')
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { state: 'parked' } }))).toBe(0)
  expect(await discord.violations()).toEqual([])
})

test('of two servers that write to one account, a press on a direct message goes to the one that wrote it', async () => {
  const { discord, w } = stage
  const user = await discord.member('Noa', { quiet: true })
  await discord.slash('Noa', 'help')
  const { personId } = await w.within((ctx) => ctx.db.identity.findFirstOrThrow({ where: { externalId: user } }))
  const other = { platform: 'discord', workspace: '4002' }
  const place = 'the direct message'
  await w.within(async (ctx) => {
    const id = ctx.id('space')
    await ctx.db.space.create({ data: { id, programId: w.programId, ...other, createdAt: ctx.now } })
    const account = { personId, ...other, externalId: user, name: 'Noa', createdAt: ctx.now }
    await ctx.db.identity.create({ data: { id: ctx.id('identity'), ...account } })
    for (const space of await ctx.db.space.findMany({ where: { programId: w.programId } })) {
      const channel = { id: ctx.id('post'), programId: w.programId, spaceId: space.id, externalId: place, name: 'direct message' }
      await ctx.db.channel.create({ data: { ...channel, audience: `dm:${personId}`, createdAt: ctx.now } })
      const posted = { channelId: channel.id, outboxId: ctx.id('outbox'), message: `by ${space.workspace}`, version: 1 }
      await ctx.db.posted.create({ data: { id: ctx.id('post'), programId: w.programId, ...posted, editedAt: ctx.now } })
    }
  })
  const { directOf } = houseOf(w.app)
  expect(await directOf('discord', user, place, 'by 4002')).toBe('4002')
  expect(await directOf('discord', user, place, `by ${discord.guildId}`)).toBe(discord.guildId)
  expect([await directOf('discord', user, place, 'by nobody'), await directOf('discord', user, place)]).toEqual([
    undefined,
    undefined,
  ])
  await w.within((ctx) => ctx.db.space.deleteMany({ where: other }))
})
