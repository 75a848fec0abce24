/** The Discord application: token, intents, gateway, and then each server it is in. */
import type { APIApplication, APIGuildMember } from 'discord.js'
import type { AnyCommand } from '../command.ts'
import { invitationOf } from '../platforms/discord/publish.ts'
import { type Answer, ask } from './ask.ts'
import { type Check, failed, good, skipped, warned } from './check.ts'
import { headerClock } from './clock.ts'
import { serverChecks } from './discord-server.ts'
import type { KnownSpace } from './known.ts'

export type DiscordAsked = {
  token: string
  apiBase: string
  commands: ReadonlyMap<string, AnyCommand>
  /** Undefined where the database could not be asked. */
  spaces: KnownSpace[] | undefined
  clock: () => Date
}

/** A GET as the bot; undefined with the failure put among `checks`. */
export type Get = <T>(what: string, path: string) => Promise<T | undefined>

const PAGE = 200

export async function discordChecks(asked: DiscordAsked): Promise<Check[]> {
  const { token, apiBase, clock } = asked
  const headers = { authorization: `Bot ${token}`, 'user-agent': 'DiscordBot (troupe, 0.1.0)' }
  const call = (path: string) => ask(`${apiBase.replace(/\/+$/, '')}/v10${path}`, { headers })
  const first = await call('/users/@me')
  const name = 'Discord token'
  if ('unreached' in first)
    return [
      failed(
        'Discord',
        `Discord can't be asked: ${first.unreached}`,
        'Check the network and DISCORD_API_BASE, then run this again.',
      ),
    ]
  const time = headerClock('Clock of Discord', first.headers, clock())
  if (first.status === 401)
    return [
      failed(name, 'Discord refuses the bot token', 'Make a new one in the developer portal under Bot, and set DISCORD_TOKEN.'),
      ...time,
    ]
  if (first.status !== 200) return [failed(name, `Discord answered ${saidBy(first)}`, 'Run this again in a minute.'), ...time]

  const me = first.body as { id: string; username: string }
  const checks: Check[] = [good(name, `the bot is ${me.username}`), ...time]
  const get: Get = async <T>(what: string, path: string) => {
    const answer = await call(path)
    if (!('unreached' in answer) && answer.status === 200) return answer.body as T
    const words = 'unreached' in answer ? answer.unreached : `Discord answered ${saidBy(answer)}`
    checks.push(failed(what, words, 'Run this again in a minute; if it stays, invite the bot again.'))
    return undefined
  }
  const application = await get<APIApplication>('Discord application', '/applications/@me')
  if (application) checks.push(...applicationChecks(application))
  checks.push(...(await gatewayChecks(get)))
  if (application) checks.push(...(await everyServer(asked, get, me.id, application.id)))
  return checks
}

function saidBy({ status, body }: Answer): string {
  const { code, message } = (body ?? {}) as { code?: number; message?: string }
  return `${status}${message === undefined ? '' : ` (${code ?? ''} ${message.slice(0, 100)})`}`
}

/** resources/application, application flags: the full intent, and the limited one of bots in under 100 servers. */
const MEMBERS = (1 << 14) | (1 << 15)
const CONTENT = (1 << 18) | (1 << 19)

type Application = { flags?: number | undefined; bot_require_code_grant: boolean }

export function applicationChecks({ flags = 0, bot_require_code_grant }: Application): Check[] {
  const checks: Check[] = []
  if (bot_require_code_grant)
    checks.push(
      failed(
        'Discord application',
        'it asks for a code grant, so the invitation ends in an error',
        'In the developer portal under Bot, switch "Requires OAuth2 Code Grant" off.',
      ),
    )
  checks.push(
    (flags & MEMBERS) !== 0
      ? good('Discord intents', 'Server Members is on, so newcomers are greeted')
      : warned(
          'Discord intents',
          'Server Members is off; all works, only newcomers are not greeted',
          'In the developer portal under Bot, switch "Server Members Intent" on, and start Troupe again.',
        ),
  )
  if ((flags & CONTENT) !== 0)
    checks.push(
      warned(
        'Discord intents',
        'Message Content is on, and Troupe does not use it',
        'In the developer portal under Bot, switch "Message Content Intent" off.',
      ),
    )
  return checks
}

type Gateway = { session_start_limit: { total: number; remaining: number; reset_after: number } }
const FEW = 20

async function gatewayChecks(get: Get): Promise<Check[]> {
  const name = 'Discord gateway'
  const told = await get<Gateway>(name, '/gateway/bot')
  if (!told) return []
  const { remaining, total, reset_after } = told.session_start_limit
  const words = `${remaining} of ${total} logins are left; they are counted anew in ${Math.ceil(reset_after / 3_600_000)} hours`
  if (remaining === 0) return [failed(name, words, 'Stop whatever logs in over and over with this token, and wait.')]
  if (remaining < FEW) return [warned(name, words, 'See whether something else logs in over and over with this token.')]
  return [good(name, words)]
}

async function everyServer(asked: DiscordAsked, get: Get, me: string, application: string): Promise<Check[]> {
  const invitation = invitationOf(application)
  const guilds: { id: string; name: string }[] = []
  for (let after = '0'; ; ) {
    const page = await get<{ id: string; name: string }[]>('Discord servers', `/users/@me/guilds?limit=${PAGE}&after=${after}`)
    guilds.push(...(page ?? []))
    const last = page?.at(-1)
    if (!page || page.length < PAGE || !last) break
    after = last.id
  }
  if (guilds.length === 0) return [failed('Discord servers', 'the bot is in no server', `Invite it: ${invitation}`)]
  const checks: Check[] = []
  for (const guild of guilds) {
    const member = await get<APIGuildMember>(guild.name, `/guilds/${guild.id}/members/${me}`)
    if (member) checks.push(...(await serverChecks({ guild, member, me, application, invitation, get, ...asked })))
  }
  const lost = (asked.spaces ?? []).filter(
    (space) => space.platform === 'discord' && !guilds.some((one) => one.id === space.workspace),
  )
  for (const { program, workspace } of lost)
    checks.push(
      failed(
        'Discord servers',
        `the server ${workspace} of ${program} is not reached: the bot was removed`,
        `Invite it again: ${invitation}`,
      ),
    )
  if (asked.spaces === undefined)
    checks.push(skipped('Discord servers', 'which of them belong to a program is known by the database only'))
  return checks
}
