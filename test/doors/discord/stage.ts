/** A program on the local Discord, with the real client between them. */
import type { App } from '../../../src/app.ts'
import { houseOf } from '../../../src/house.ts'
import { createLog } from '../../../src/log.ts'
import { recognise, setRole } from '../../../src/people/service.ts'
import { type DiscordOptions, discordPlatform } from '../../../src/platforms/discord/index.ts'
import { invitePermissions } from '../../../src/platforms/discord/space.ts'
import type { House, Platform } from '../../../src/platforms/platform.ts'
import { prepareSpace } from '../../../src/programs/service.ts'
import { FIRST, type Player, type Stage, type Values } from '../../stories/stage.ts'
import { awake, type WorldOptions, world } from '../../world.ts'
import { type Answer, type LocalDiscord, localDiscord, type Message, type Modal, type Setup } from './local.ts'

export type DiscordStage = Stage & {
  discord: LocalDiscord
  door: Platform
  /** What the doors have logged as warnings and errors, one JSON object a line. */
  logged: string[]
  /** Another door with the same token, as another process would have it; the house may differ. */
  another: (more?: Partial<DiscordOptions>, house?: Partial<House>, app?: App) => Platform
  userId: (name: string) => Promise<string>
}

export async function discordStage(
  setup: Setup = {},
  options: Partial<DiscordOptions> = {},
  house: WorldOptions = {},
): Promise<DiscordStage> {
  const [discord, w] = await Promise.all([
    localDiscord({ botPermissions: invitePermissions, ...setup }),
    world({ now: new Date().toISOString(), program: awake, ...house }),
  ])
  // These stories are told on Discord alone.
  w.app.platforms.delete('web')
  const { token, apiBase } = discord
  const logged: string[] = []
  const log = createLog('warn', { write: (line) => void logged.push(line) })
  const doors: Platform[] = []
  function another(more: Partial<DiscordOptions> = {}, house: Partial<House> = {}, app: App = w.app): Platform {
    const shortened = { guildMs: 500, identifyAtOnce: true, readyMs: 3_000, againMs: [100, 300] }
    const one = discordPlatform(
      { ...houseOf(app), log, ...house },
      { token, apiBase, kudosEmoji: '👏', ...shortened, ...options, ...more },
    )
    doors.push(one)
    return one
  }
  const door = another()
  w.app.platforms.set('discord', door)
  await w.within(async (ctx) => {
    await ctx.db.space.deleteMany({ where: { programId: w.programId } })
    const id = ctx.id('space')
    await ctx.db.space.create({
      data: { id, programId: w.programId, platform: 'discord', workspace: discord.guildId, createdAt: ctx.now },
    })
    await prepareSpace(ctx, id, ctx.id('person'))
  })
  await w.app.runJob('deliver')
  await door.start()
  await discord.connected()
  for (let n = 0; n < 100 && (await discord.commands()).length === 0; n++) await new Promise((resolve) => setTimeout(resolve, 50))

  async function person(name: string, role?: 'manager' | 'admin'): Promise<Player> {
    const user = await discord.member(name)
    if (role) {
      await w.within(async (ctx) => {
        const account = { platform: 'discord', workspace: discord.guildId, user, userName: name, programId: w.programId }
        const { membership } = await recognise(ctx, account)
        await setRole(ctx, membership.personId, role)
        await ctx.grant(membership.personId, role, true)
      })
      await w.app.runJob('deliver')
    }
    return player(discord, w, name, user)
  }

  return {
    w,
    discord,
    door,
    logged,
    another,
    person,
    userId: (name) => discord.member(name),
    roles: (name) => discord.roles(name),
    expire: () => discord.advance(25 * 3_600_000),
    async restart() {
      await w.app.platforms.get('discord')!.stop()
      const next = another()
      w.app.platforms.set('discord', next)
      await next.start()
      await discord.connected()
    },
    objections: () => discord.violations(),
    async close() {
      for (const one of doors) await one.stop()
      await w.close()
      await discord.stop()
    },
  }
}

function player(discord: LocalDiscord, w: Stage['w'], name: string, user: string): Player {
  let last: Message | undefined
  let modal: Modal | undefined

  function took(answer: Answer): string {
    modal = answer.modal
    if (modal) return [modal.title, ...modal.fields.map((field) => field.label)].join('\n')
    last = answer.message
    return answer.text
  }

  const place = async (where?: string): Promise<string> => {
    await w.app.runJob('deliver')
    if (where !== undefined) return where
    // Submissions have threads of their own beside the private place.
    const [own] = await w.within(async (ctx) => {
      const key = { platform: 'discord', workspace: discord.guildId, externalId: user }
      const known = await ctx.db.identity.findUnique({ where: { platform_workspace_externalId: key } })
      return ctx.db.channel.findMany({ where: { audience: `person:${known?.personId}` } })
    })
    if (own) return own.externalId
    const thread = await discord.threadOf(user)
    if (!thread) throw new Error(`${name} has no private place yet.`)
    return thread.id
  }

  return {
    name,
    async ask(command, given: Values = {}) {
      try {
        return took(await discord.slash(user, command, given as never))
      } catch (error) {
        if (error instanceof Error && error.message.includes('is not offered')) return error.message
        throw error
      }
    },
    async fill(values) {
      if (!modal) throw new Error(`${name} has no form open.`)
      const fields = new Map(modal.fields.map((field) => [field.customId, field]))
      const answers = Object.entries(values)
        .filter(([field]) => fields.has(field))
        .map(([field, value]) => [field, value === FIRST ? fields.get(field)!.options[0]!.value : value])
      return took(await discord.fill(user, modal, Object.fromEntries(answers) as never))
    },
    async press(label, where) {
      const has = (message: Message | undefined) => message?.buttons.some((button) => button.label === label)
      let message = where === undefined && has(last) ? last : undefined
      // On a loaded machine what was done a moment ago may not be shown yet.
      for (let n = 0; !message && n < 20; n++) {
        if (n > 0) await new Promise((resolve) => setTimeout(resolve, 250))
        message = (await discord.messages(await place(where))).toReversed().find(has)
      }
      if (!message) throw new Error(`${name} sees no button "${label}".`)
      return took(await discord.press(user, message.id, label))
    },
    sees: async (where) => (await discord.messages(await place(where))).map((message) => message.text).join('\n\n'),
  }
}
