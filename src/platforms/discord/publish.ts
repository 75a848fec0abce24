/** Commands as Discord's menus: what a server has is compared with what it should have, and only the difference is sent. */
import { type APIApplicationCommand, Routes } from 'discord.js'
import type { House } from '../platform.ts'
import { wantedCommands } from './commands.ts'
import { difference, type Had } from './difference.ts'
import type { Caller } from './rest.ts'

export type Published = { created: string[]; updated: string[]; deleted: string[] }

/** Registers the commands in a server; nothing is sent where nothing changed (200 creations a day are allowed). */
export async function publish(house: House, caller: Caller, application: string, guild: string): Promise<Published> {
  const route = Routes.applicationGuildCommands(application, guild)
  const have = await caller.as<APIApplicationCommand[]>('get', route)
  const wanted = wantedCommands(house.commands)
  const { create, update, delete: remove } = difference(have as Had[], wanted)
  // One call for the whole set: what stays the same keeps its id, and only what is new counts towards the day's 200.
  if (create.length + update.length + remove.length > 0) await caller.as('put', route, { body: wanted })
  return {
    created: create.map((one) => one.name),
    updated: update.map((one) => one.body.name),
    deleted: remove.map((one) => one.name),
  }
}
