/** `npm run publish`: registers the commands in every Discord server the bot is in, and says what changed. Needs no database. */
import type { AnyCommand } from './command.ts'
import { ConfigError, readConfig } from './config.ts'
import { discover, sourceFolder } from './discover.ts'
import { createLog } from './log.ts'
import { publishEverywhere } from './platforms/discord/publish.ts'
import { printManifest } from './platforms/slack/publish.ts'
import { complain, say } from './steps.ts'

/** One line for each server. ConfigError when there is no token. */
export async function publishCommands(config: ReturnType<typeof readConfig>): Promise<string[]> {
  const { DISCORD_TOKEN: token, DISCORD_API_BASE: apiBase, DISCORD_KUDOS_EMOJI: kudosEmoji } = config
  if (token === undefined)
    throw new ConfigError('There is no DISCORD_TOKEN, so there is nowhere to publish to; docs/discord.md shows where to find it.')
  const commands = await discover<AnyCommand>(sourceFolder('../commands'))
  const { servers, invitation } = await publishEverywhere({ commands, log: createLog('silent') }, { token, apiBase, kudosEmoji })
  if (servers.length === 0) return [`The bot is in no server yet; invite it with ${invitation}`]
  return servers.map(({ name, published: { created, updated, deleted } }) => {
    const changes = [list('created', created), list('updated', updated), list('deleted', deleted)].filter(Boolean)
    return `${name}: ${changes.join('; ') || 'nothing changed'}`
  })
}

/** The manifest that makes the Slack app of this configuration; `npm run publish -- --slack` prints it. */
export async function slackManifest(config: ReturnType<typeof readConfig>): Promise<string> {
  const { SLACK_APP_TOKEN: app, SLACK_SIGNING_SECRET: secret, SLACK_CLIENT_ID: client, PUBLIC_URL: url } = config
  return printManifest(await discover<AnyCommand>(sourceFolder('../commands')), {
    http: secret !== undefined && app === undefined,
    installs: client !== undefined,
    publicUrl: url?.replace(/\/+$/, ''),
    prefix: config.SLACK_COMMAND_PREFIX,
  })
}

/** Slack alone is asked for, or is all that is configured. */
const wantsSlack = (config: ReturnType<typeof readConfig>): boolean =>
  process.argv.includes('--slack') || (config.DISCORD_TOKEN === undefined && config.chat.includes('slack'))

async function published(): Promise<string[]> {
  const config = readConfig()
  return wantsSlack(config) ? [await slackManifest(config)] : publishCommands(config)
}

const list = (what: string, names: string[]): string => (names.length === 0 ? '' : `${what} ${names.join(', ')}`)

if (process.argv[1]?.endsWith('publish.js')) {
  published().then(
    (lines) => {
      for (const line of lines) say(line)
      process.exit(0)
    },
    (error: unknown) => {
      complain(error instanceof Error ? `${error.message}.`.replace(/\.\.$/, '.') : String(error))
      process.exit(1)
    },
  )
}
