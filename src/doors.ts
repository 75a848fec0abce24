/** Opens the doors of the chat platforms that are configured. They carry out at once; listening is begun by one process. */
import type { App } from './app.ts'
import { houseOf } from './house.ts'
import { discordPlatform } from './platforms/discord/index.ts'

/** Adds the configured chat platforms to the app. */
export function openChatDoors(app: App): void {
  const house = houseOf(app)
  const { DISCORD_TOKEN: token, DISCORD_API_BASE: apiBase, DISCORD_KUDOS_EMOJI: kudosEmoji } = app.config
  if (token !== undefined) app.platforms.set('discord', discordPlatform(house, { token, apiBase, kudosEmoji }))
}
