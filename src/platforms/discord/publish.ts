/** Commands as Discord's menus: what a server has is compared with what it should have, and only the difference is sent. */
import { type APIApplicationCommand, Routes } from 'discord.js'
import type { House } from '../platform.ts'
import { wantedCommands } from './commands.ts'
import { difference, type Had } from './difference.ts'
import { type Caller, type DiscordOptions, openCaller } from './rest.ts'
import { invitePermissions } from './space.ts'

export type Published = { created: string[]; updated: string[]; deleted: string[] }

/** Registers the commands in a server; nothing is sent where nothing changed (200 creations a day are allowed). */
export async function publish(
  { commands }: Pick<House, 'commands'>,
  caller: Caller,
  application: string,
  guild: string,
): Promise<Published> {
  const route = Routes.applicationGuildCommands(application, guild)
  const have = await caller.as<APIApplicationCommand[]>('get', route)
  const wanted = wantedCommands(commands)
  const { create, update, delete: remove } = difference(have as Had[], wanted)
  // One call for the whole set: what stays the same keeps its id, and only what is new counts towards the day's 200.
  if (create.length + update.length + remove.length > 0) await caller.as('put', route, { body: wanted })
  return {
    created: create.map((one) => one.name),
    updated: update.map((one) => one.body.name),
    deleted: remove.map((one) => one.name),
  }
}

const PAGE = 200
/** Beside a running Troupe, which leaves room for a few requests a second. */
const BREATH_MS = 200

type Everywhere = { servers: { name: string; published: Published }[]; invitation: string }

/**
 * Registers the commands in every server that the bot is in, outside a running Troupe. Gives what changed by the server's name, and
 * the address that invites the bot into another one.
 */
export async function publishEverywhere(
  { commands, log }: Pick<House, 'commands' | 'log'>,
  options: DiscordOptions,
): Promise<Everywhere> {
  const caller = openCaller({ log, pace: () => new Promise((resolve) => setTimeout(resolve, BREATH_MS, () => {})) }, options)
  const { id } = await caller.as<{ id: string }>('get', Routes.currentApplication())
  const servers: Everywhere['servers'] = []
  for (let after = '0'; ; ) {
    const query = new URLSearchParams({ limit: String(PAGE), after })
    const guilds = await caller.as<{ id: string; name: string }[]>('get', Routes.userGuilds(), { query })
    for (const guild of guilds) servers.push({ name: guild.name, published: await publish({ commands }, caller, id, guild.id) })
    const last = guilds.at(-1)
    if (guilds.length < PAGE || !last) return { servers, invitation: invitationOf(id) }
    after = last.id
  }
}

/** topics/oauth2, bot authorization flow. */
export function invitationOf(application: string): string {
  const query = { client_id: application, scope: 'bot applications.commands', permissions: String(invitePermissions) }
  return `https://discord.com/oauth2/authorize?${new URLSearchParams(query)}`
}
