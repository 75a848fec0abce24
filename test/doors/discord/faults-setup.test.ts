/** The first setup of a server where Troupe may not do everything: nothing is lost, nothing is open, and /setup show says it. */
import { PermissionFlagsBits as Bits } from 'discord.js'
import { afterEach, expect, test } from 'vitest'
import { card } from '../../../src/kernel/card.ts'
import { invitePermissions } from '../../../src/platforms/discord/space.ts'
import { channels } from '../../../src/programs/rules.ts'
import { prepareSpace } from '../../../src/programs/service.ts'
import type { Player } from '../../stories/stage.ts'
import { type DiscordStage, discordStage } from './stage.ts'

let stage: DiscordStage
let olga: Player
afterEach(async () => {
  const objections = await stage.discord.violations()
  await stage.close()
  expect(objections).toEqual([])
})

/** A server that gives its members little, so that the bot has only what its own role has. */
const everyone = Bits.ViewChannel | Bits.UseApplicationCommands

/** A server whose first setup ran with these permissions, and with these channels of its own. */
async function begin(botPermissions: bigint, own: string[] = []): Promise<void> {
  stage = await discordStage({ botPermissions, everyone, channels: own })
  // Only who owns the server can connect it, and is offered every command there.
  await stage.discord.member('Olga', { admin: true })
  olga = await stage.person('Olga', 'admin')
  await setUp()
}

async function setUp(): Promise<void> {
  const { w } = stage
  const personId = await w.within(async (ctx) => (await ctx.db.identity.findFirstOrThrow({ where: { name: 'Olga' } })).personId)
  await w.within(async (ctx) => {
    const space = await ctx.db.space.findFirstOrThrow({ where: { programId: w.programId } })
    await prepareSpace(ctx, space.id, personId)
  })
  for (let n = 0; n < 3; n++) await carry()
}

async function carry(): Promise<void> {
  const { w } = stage
  w.at(new Date(w.now.getTime() + 61_000))
  await w.app.runJob('deliver')
}

const states = () =>
  stage.w.within(async (ctx) => (await ctx.db.outbox.findMany({ where: { kind: { not: 'grant' } } })).map((row) => row.state))
const standing = () =>
  stage.w.within(async (ctx) => {
    const { id } = await ctx.db.space.findFirstOrThrow({ where: { programId: stage.w.programId } })
    return (await ctx.db.channel.findMany({ where: { spaceId: id }, orderBy: { name: 'asc' } })).map((one) => one.name)
  })
const everywhere = channels.map((one) => one.name).toSorted()
const seen = async (channel: string) => (await stage.discord.messages(channel)).map((one) => one.text).join('\n')

test('without Manage Channels nothing is parked: /setup show names each channel, and what was told comes once they stand', async () => {
  await begin(invitePermissions & ~Bits.ManageChannels)
  expect(await standing()).toEqual([])
  expect(new Set(await states())).toEqual(new Set(['done', 'waiting']))
  expect(await olga.ask('setup show')).toMatch(
    /#start-here does not exist and Troupe may not make it[\s\S]*#managers does not exist/,
  )
  await stage.discord.permit(invitePermissions)
  await setUp()
  expect(await standing()).toEqual(expect.arrayContaining(everywhere))
  expect(new Set(await states())).toEqual(new Set(['done']))
  expect(await seen((await stage.discord.threadOf('Olga'))!.id)).toContain('The channels stand')
  expect(await olga.ask('setup show')).not.toContain('does not exist')
}, 60_000)

test('without Manage Roles nothing private is made open, and the rest is made', async () => {
  await begin(invitePermissions & ~Bits.ManageRoles)
  expect((await standing()).filter((name) => name !== 'your place')).toEqual(['start-here'])
  expect((await stage.discord.channels()).map((one) => one.name)).not.toContain('managers')
  const words = await olga.ask('setup show')
  expect(words).toMatch(/can't grant roles[\s\S]*#managers does not exist and Troupe can't make it private/)
  expect(await states()).not.toContain('parked')
}, 60_000)

test.each([
  ['Pin Messages', Bits.PinMessages],
  ['Create Public Threads', Bits.CreatePublicThreads],
  ['Attach Files', Bits.AttachFiles],
  ['View Server Insights', Bits.ViewGuildInsights],
])(
  'without %s all channels are made, and it is named',
  async (name, bit) => {
    await begin(invitePermissions & ~bit)
    const { w } = stage
    expect(await standing()).toEqual(expect.arrayContaining(everywhere))
    const kept = await w.within((ctx) => ctx.db.space.findFirstOrThrow({ where: { programId: w.programId } }))
    expect(JSON.stringify(kept.missing)).toContain(name)
  },
  60_000,
)

test('a channel that Discord refuses keeps no other from being made', async () => {
  await begin(invitePermissions)
  const { discord, door } = stage
  await discord.fault({
    kind: 'refuse',
    status: 403,
    code: 50_013,
    message: 'Missing Permissions',
    route: 'POST .*/channels$',
    times: 1,
  })
  const wanted = ['one', 'two'].map((name) => ({ audience: name, name, about: name, role: 'manager' as const }))
  const prepared = await door.prepare(discord.guildId, wanted)
  expect(prepared.channels.map((one) => one.name)).toEqual(['two'])
  expect(prepared.missing.join()).toMatch(/could not make #one/)
}, 60_000)

test('a channel that everyone reads is given no post for managers until it is private', async () => {
  await begin(invitePermissions, ['review'])
  const { discord, w } = stage
  await w.within((ctx) => ctx.show({ channel: 'review' }, 'secret', card('For managers alone')))
  await carry()
  expect(await seen('review')).not.toContain('For managers alone')
  expect(await olga.ask('setup show')).toContain('#review can be read by everyone')
  await discord.overwrite('review', discord.botId, invitePermissions & ~Bits.ManageRoles, 0n)
  await discord.overwrite('review', '@everyone', 0n, Bits.ViewChannel)
  await setUp()
  expect(await seen('review')).toContain('For managers alone')
}, 60_000)
