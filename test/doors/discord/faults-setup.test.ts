/** The first setup of a server where Troupe may not do everything: nothing is lost, nothing is open, and /setup show says it. */
import { PermissionFlagsBits as Bits } from 'discord.js'
import { afterAll, expect, test } from 'vitest'
import { card } from '../../../src/kernel/card.ts'
import { invitePermissions } from '../../../src/platforms/discord/space.ts'
import { channels } from '../../../src/programs/rules.ts'
import { prepareSpace } from '../../../src/programs/service.ts'
import { type DiscordStage, discordStage } from './stage.ts'

/** A server that gives its members little, so that the bot has only what its own role has. */
const everyone = Bits.ViewChannel | Bits.UseApplicationCommands
const everywhere = channels.map((one) => one.name).toSorted()

const opened: DiscordStage[] = []
// Each has a server of its own, and much of its time is waiting.
afterAll(() => Promise.all(opened.map((stage) => stage.close())))

type Scene = Awaited<ReturnType<typeof begin>>

/** A server whose first setup ran with these permissions, and with these channels of its own. */
async function begin(botPermissions: bigint, own: string[] = []) {
  const stage = await discordStage({ botPermissions, everyone, channels: own })
  opened.push(stage)
  const { w, discord } = stage
  const carry = async (): Promise<void> => {
    w.at(new Date(w.now.getTime() + 61_000))
    await w.app.runJob('deliver')
  }
  const scene = {
    ...stage,
    carry,
    // Only who owns the server can connect it, and is offered every command there.
    olga: await discord.member('Olga', { admin: true }).then(() => stage.person('Olga', 'admin')),
    async setUp(): Promise<void> {
      await w.within(async (ctx) => {
        const { personId } = await ctx.db.identity.findFirstOrThrow({ where: { name: 'Olga' } })
        const space = await ctx.db.space.findFirstOrThrow({ where: { programId: w.programId } })
        await prepareSpace(ctx, space.id, personId)
      })
      for (let n = 0; n < 3; n++) await carry()
    },
    states: () =>
      w.within(async (ctx) => (await ctx.db.outbox.findMany({ where: { kind: { not: 'grant' } } })).map((row) => row.state)),
    standing: () =>
      w.within(async (ctx) => {
        const { id } = await ctx.db.space.findFirstOrThrow({ where: { programId: w.programId } })
        return (await ctx.db.channel.findMany({ where: { spaceId: id }, orderBy: { name: 'asc' } })).map((one) => one.name)
      }),
    seen: async (channel: string) => (await discord.messages(channel)).map((one) => one.text).join('\n'),
  }
  await scene.setUp()
  return scene
}

/** A scene by itself, to which Discord has nothing to object. */
const played =
  (botPermissions: bigint, own: string[], play: (scene: Scene) => Promise<void>): (() => Promise<void>) =>
  async () => {
    const scene = await begin(botPermissions, own)
    await play(scene)
    expect(await scene.discord.violations()).toEqual([])
  }

test.concurrent(
  'an announcement channel of the name is adopted like any other, but not where private threads are to be made',
  played(invitePermissions & ~Bits.ManageChannels, [], async ({ w, discord, standing, setUp, carry, seen }) => {
    for (const name of ['wins', 'start-here']) {
      await discord.channel(name, 5)
      await discord.overwrite(name, '@everyone', 0n, Bits.ViewChannel)
      await discord.overwrite(name, discord.botId, invitePermissions, 0n)
    }
    await setUp()
    expect(await standing()).toEqual(['wins'])
    await w.within((ctx) => ctx.show({ channel: 'wins' }, 'first', card('The first win')))
    await carry()
    expect(await seen('wins')).toContain('The first win')
  }),
  60_000,
)

test.concurrent(
  'without Manage Channels nothing is parked: /setup show names each channel, and what was told comes once they stand',
  played(invitePermissions & ~Bits.ManageChannels, [], async ({ discord, olga, states, standing, setUp, seen }) => {
    expect(await standing()).toEqual([])
    expect(new Set(await states())).toEqual(new Set(['done', 'waiting']))
    expect(await olga.ask('setup show')).toMatch(
      /#start-here does not exist and Troupe may not make it[\s\S]*#managers does not exist/,
    )
    await discord.permit(invitePermissions)
    await setUp()
    expect(await standing()).toEqual(expect.arrayContaining(everywhere))
    expect(new Set(await states())).toEqual(new Set(['done']))
    expect(await seen((await discord.threadOf('Olga'))!.id)).toContain('The channels stand')
    expect(await olga.ask('setup show')).not.toContain('does not exist')
  }),
  60_000,
)

test.concurrent(
  'without Manage Roles nothing private is made open, and the rest is made',
  played(invitePermissions & ~Bits.ManageRoles, [], async ({ discord, olga, states, standing }) => {
    expect((await standing()).filter((name) => name !== 'your place')).toEqual(['start-here'])
    expect((await discord.channels()).map((one) => one.name)).not.toContain('managers')
    const words = await olga.ask('setup show')
    expect(words).toMatch(/can't grant roles[\s\S]*#managers does not exist and Troupe can't make it private/)
    expect(await states()).not.toContain('parked')
  }),
  60_000,
)

test.concurrent.each([
  ['Pin Messages', Bits.PinMessages],
  ['Create Public Threads', Bits.CreatePublicThreads],
  ['Attach Files', Bits.AttachFiles],
  ['View Server Insights', Bits.ViewGuildInsights],
])(
  'without %s all channels are made, and it is named',
  (name, bit) =>
    played(invitePermissions & ~bit, [], async ({ w, standing }) => {
      expect(await standing()).toEqual(expect.arrayContaining(everywhere))
      const kept = await w.within((ctx) => ctx.db.space.findFirstOrThrow({ where: { programId: w.programId } }))
      expect(JSON.stringify(kept.missing)).toContain(name)
    })(),
  60_000,
)

test.concurrent(
  'a channel that Discord refuses keeps no other from being made',
  played(invitePermissions, [], async ({ discord, door }) => {
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
  }),
  60_000,
)

test.concurrent(
  'a channel that everyone reads is given no post for managers until it is private',
  played(invitePermissions, ['review'], async ({ discord, w, olga, setUp, carry, seen }) => {
    await w.within((ctx) => ctx.show({ channel: 'review' }, 'secret', card('For managers alone')))
    await carry()
    expect(await seen('review')).not.toContain('For managers alone')
    expect(await olga.ask('setup show')).toContain('#review can be read by everyone')
    await discord.overwrite('review', discord.botId, invitePermissions & ~Bits.ManageRoles, 0n)
    await discord.overwrite('review', '@everyone', 0n, Bits.ViewChannel)
    await setUp()
    expect(await seen('review')).toContain('For managers alone')
  }),
  60_000,
)
