/** Opens the doors of the chat platforms that are configured. They carry out at once; listening is begun by one process. */
import { type App, publicUrl } from './app.ts'
import { houseOf } from './house.ts'
import type { Mount } from './http/server.ts'

/** Adds the configured chat platforms to the app, and gives what they serve over HTTP. The library of one that is not is never loaded. */
export async function openChatDoors(app: App): Promise<Mount[]> {
  const house = houseOf(app)
  const { DISCORD_TOKEN: token, DISCORD_API_BASE: apiBase, DISCORD_KUDOS_EMOJI: kudosEmoji } = app.config
  if (token !== undefined) {
    const { discordPlatform } = await import('./platforms/discord/index.ts')
    app.platforms.set('discord', discordPlatform(house, { token, apiBase, kudosEmoji }))
  }
  if (!app.config.chat.includes('slack')) return []
  const { slackPlatform } = await import('./platforms/slack/index.ts')
  const { config } = app
  const slack = slackPlatform(house, {
    apiBase: config.SLACK_API_BASE.endsWith('/') ? config.SLACK_API_BASE : `${config.SLACK_API_BASE}/`,
    botToken: config.SLACK_BOT_TOKEN,
    appToken: config.SLACK_APP_TOKEN,
    signingSecret: config.SLACK_SIGNING_SECRET,
    clientId: config.SLACK_CLIENT_ID,
    clientSecret: config.SLACK_CLIENT_SECRET,
    stateSecret: app.sealer.key('slack-oauth').toString('base64'),
    publicUrl: new URL(publicUrl(config)).href.replace(/\/$/, ''),
    prefix: config.SLACK_COMMAND_PREFIX,
  })
  app.platforms.set(slack.name, slack)
  return [slack.routes]
}
