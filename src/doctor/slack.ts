/** The Slack app: tokens, scopes, short names, and then each workspace it is installed in. */
import type { AnyCommand } from '../command.ts'
import { scopes, slashCommands } from '../platforms/slack/manifest.ts'
import { channels as wantedChannels } from '../programs/rules.ts'
import { ask } from './ask.ts'
import { type Check, failed, good, listed, skipped, warned } from './check.ts'
import { headerClock } from './clock.ts'
import type { Installed, KnownSpace } from './known.ts'
import { peopleChecks } from './slack-people.ts'

export type SlackAsked = {
  apiBase: string
  botToken: string | undefined
  appToken: string | undefined
  signingSecret: string | undefined
  prefix: string
  /** Whether several workspaces install the app. */
  installs: boolean
  commands: ReadonlyMap<string, AnyCommand>
  spaces: KnownSpace[] | undefined
  installed: Installed[]
  clock: () => Date
}

export type Said = { ok: boolean; error?: string; unreached?: boolean; headers: Headers } & Record<string, unknown>
/** One call of a method with one workspace's token. */
export type Call = (method: string, args?: Record<string, string>) => Promise<Said>

export async function slackChecks(asked: SlackAsked): Promise<Check[]> {
  const checks = [await appTokenCheck(asked), namesCheck(asked)]
  // What can't be reached is told once.
  if (checks[0]?.name === UNREACHED) return checks
  const tokens = [
    ...(asked.botToken === undefined ? [] : [{ label: 'Slack bot token', token: asked.botToken as string | undefined }]),
    ...asked.installed.map(({ name, token }) => ({ label: `Slack token of ${name}`, token })),
  ]
  if (tokens.length === 0)
    checks.push(
      asked.installs
        ? warned(
            'Slack workspaces',
            'none has installed the app yet',
            'Open PUBLIC_URL/slack/install as an admin of a workspace.',
          )
        : skipped('Slack workspaces', 'there is no token to ask with'),
    )
  let clocked = false
  for (const { label, token } of tokens) {
    if (token === undefined) {
      checks.push(
        failed(label, 'it is sealed with another key', 'Give the SECRET_KEY it was sealed with, or install the app again.'),
      )
      continue
    }
    const { found, headers } = await workspaceChecks(asked, label, token)
    if (headers && !clocked) checks.push(...headerClock('Clock of Slack', headers, asked.clock()))
    clocked ||= headers !== undefined
    checks.push(...found)
  }
  return checks
}

const caller =
  (apiBase: string, token: string): Call =>
  async (method, args = {}) => {
    const answer = await ask(new URL(method, apiBase.endsWith('/') ? apiBase : `${apiBase}/`).href, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams(args).toString(),
    })
    if ('unreached' in answer) return { ok: false, error: answer.unreached, unreached: true, headers: new Headers() }
    const body = (answer.body ?? {}) as { ok?: boolean; error?: string }
    return { error: `${answer.status}`, ...body, ok: body.ok === true, headers: answer.headers }
  }

const refusals: Record<string, string> = {
  invalid_auth: 'Slack does not know it',
  not_authed: 'Slack does not know it',
  account_inactive: 'the app was removed from the workspace',
  token_revoked: 'it was revoked',
  token_expired: 'it has expired',
  not_allowed_token_type: 'it is a token of another kind',
}

const UNREACHED = 'Slack'
const unreachedCheck = ({ error }: Said): Check =>
  failed(UNREACHED, `Slack can't be asked: ${error}`, 'Check the network and SLACK_API_BASE, then run this again.')

async function appTokenCheck({ apiBase, appToken, signingSecret }: SlackAsked): Promise<Check> {
  const name = 'Slack connection'
  if (appToken === undefined)
    return signingSecret === undefined
      ? failed(
          name,
          'there is neither an app-level token nor a signing secret',
          'Set SLACK_APP_TOKEN; docs/slack.md shows where to find it.',
        )
      : good(name, 'Slack calls PUBLIC_URL/slack/events, and the signing secret proves that it is Slack')
  const said = await caller(apiBase, appToken)('apps.connections.open')
  if (said.ok) return good(name, 'the app-level token opens a socket')
  if (said.unreached) return unreachedCheck(said)
  if (said.error === 'missing_scope')
    return failed(
      name,
      'the app-level token lacks connections:write',
      'Make another under Basic Information, App-Level Tokens, with connections:write.',
    )
  if (said.error === 'forbidden_team' || said.error === 'socket_mode_not_enabled')
    return failed(name, 'Socket Mode is off', 'Switch it on under Settings, Socket Mode.')
  return failed(
    name,
    `the app-level token opens no socket: ${refusals[said.error ?? ''] ?? said.error}`,
    'Make another under Basic Information, App-Level Tokens, and set SLACK_APP_TOKEN.',
  )
}

/** Slack tells nobody which slash commands an app has, so this says what there should be. */
function namesCheck({ commands, prefix }: SlackAsked): Check {
  const all = [...commands.values()].filter((command) => command.listed)
  const names = slashCommands(all, { shortNames: true, prefix }).map((one) => one.command)
  const tops = [...new Set(all.map((command) => command.name.split(' ')[0]!))]
  const left = tops.filter((top) => !names.includes(`/${prefix}${top}`)).map((top) => `/troupe ${top}`)
  const kept = left.length === 0 ? '' : `; Slack takes fifty and keeps some names for itself, so only ${listed(left)}`
  return good('Slack command names', `/troupe and ${names.length - 1} short names such as ${names[1] ?? '/troupe'}${kept}`)
}

async function workspaceChecks(asked: SlackAsked, label: string, token: string): Promise<{ found: Check[]; headers?: Headers }> {
  const call = caller(asked.apiBase, token)
  const said = await call('auth.test')
  if (said.unreached) return { found: [unreachedCheck(said)] }
  if (!said.ok) {
    const words = refusals[said.error ?? ''] ?? said.error ?? 'no answer'
    const fix = 'Install the app again, and set SLACK_BOT_TOKEN where there is one workspace only.'
    return { found: [failed(label, `Slack refuses it: ${words}`, fix)] }
  }
  const team = String(said.team ?? said.team_id)
  const found = [good(label, `the app is in ${team}`), scopesCheck(team, said.headers.get('x-oauth-scopes'))]
  const space = asked.spaces?.find((one) => one.platform === 'slack' && one.workspace === said.team_id)
  if (asked.spaces !== undefined && !space)
    found.push(
      warned(
        `${team}: channels`,
        'the workspace belongs to no program yet',
        'Whoever installed the app types /troupe setup space there, and gives the code printed when Troupe started.',
      ),
    )
  if (asked.spaces === undefined) found.push(skipped(`${team}: channels`, 'they are known by the database only'))
  if (space) found.push(...(await channelChecks(call, team, space)), ...(await peopleChecks(call, team, space)))
  found.push(await groupsCheck(call, team))
  return { found, headers: said.headers }
}

export function scopesCheck(team: string, told: string | null): Check {
  const name = `${team}: scopes`
  if (told === null) return skipped(name, 'Slack did not say what the token may do')
  const granted = new Set(told.split(',').map((scope) => scope.trim()))
  const lacking = scopes.filter(({ scope }) => !granted.has(scope)).map(({ scope }) => scope)
  if (lacking.length === 0) return good(name, `all ${scopes.length} are granted`)
  return failed(
    name,
    `the token lacks ${listed(lacking, 20)}`,
    'Add them under OAuth & Permissions, Bot Token Scopes, and press "Reinstall to Workspace".',
  )
}

const lost: Record<string, string> = {
  channel_not_found: 'An admin types /troupe setup channels, or invites Troupe into the private channel with /invite @Troupe.',
  missing_scope: 'Grant the missing scope first.',
}

/** Public channels that bear the name of a closed one: nothing is posted there. What Slack does not list is not known. */
async function openChecks(call: Call, team: string): Promise<Check[]> {
  type Listed = { channels?: { name: string; is_archived?: boolean }[]; response_metadata?: { next_cursor?: string } }
  const closed = new Set<string>(wantedChannels.filter(({ role }) => role !== 'anyone').map(({ name }) => name))
  const open: string[] = []
  for (let cursor = '', page = 0; page < PAGES; page++) {
    const said = await call('conversations.list', { types: 'public_channel', limit: '1000', ...(cursor && { cursor }) })
    if (!said.ok) break
    const { channels = [], response_metadata } = said as Listed
    open.push(...channels.filter((one) => closed.has(one.name) && !one.is_archived).map((one) => one.name))
    cursor = response_metadata?.next_cursor ?? ''
    if (cursor === '') break
  }
  return open.map((name) =>
    failed(
      `${team}: #${name}`,
      'it is public, so everyone can read it and nothing is posted there',
      'Make it private in its settings, then type /troupe setup channels.',
    ),
  )
}

const PAGES = 20

async function channelChecks(call: Call, team: string, space: KnownSpace): Promise<Check[]> {
  type Told = { channel?: { is_member?: boolean; is_archived?: boolean } }
  const checks: Check[] = await openChecks(call, team)
  for (const { id, name } of space.channels) {
    const said = await call('conversations.info', { channel: id })
    const { channel } = said as Told
    const place = `${team}: #${name}`
    if (!said.ok)
      checks.push(failed(place, `it can't be reached (${said.error})`, lost[said.error ?? ''] ?? 'Run this again in a minute.'))
    else if (channel?.is_archived) checks.push(failed(place, 'it is archived', 'Unarchive it, or type /troupe setup channels.'))
    else if (!channel?.is_member) checks.push(failed(place, 'Troupe is not in it', 'Type /invite @Troupe there.'))
  }
  if (space.channels.length === 0)
    return [failed(`${team}: channels`, 'there are none yet', 'An admin types /troupe setup channels.')]
  return checks.length > 0 ? checks : [good(`${team}: channels`, `Troupe is in all ${space.channels.length}`)]
}

async function groupsCheck(call: Call, team: string): Promise<Check> {
  const name = `${team}: user groups`
  const said = await call('usergroups.list')
  if (said.ok) return good(name, 'the plan has them; Troupe keeps @creators and @creator-managers')
  if (said.error === 'paid_teams_only' || said.error === 'plan_upgrade_required')
    return skipped(name, 'the plan has none; being in the channels alone tells who is who')
  return warned(name, `they can't be asked for (${said.error})`, 'Let apps manage user groups in the settings of the workspace.')
}
