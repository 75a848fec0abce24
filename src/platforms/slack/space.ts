/** A workspace's rooms and circles: channels made or adopted, people let in and out, the Messages tab. */
import { createHash } from 'node:crypto'
import { deliveryOf, gone, type House, type Prepared, type WantedChannel } from '../platform.ts'
import type { Clients } from './clients.ts'
import { saidOf } from './errors.ts'

type Conversation = { id: string; name: string; is_member?: boolean; is_private?: boolean; is_archived?: boolean }
type Listed = { channels: Conversation[]; response_metadata?: { next_cursor?: string } }
type Group = { id: string; name: string; handle: string; date_delete?: number }

const PAGE = 1_000
const PAGES = 50

/** The app's Messages tab of a person; opening it again gives the same one. */
export async function privatePlace(clients: Clients, team: string, user: string): Promise<string> {
  const { channel } = await clients.call<{ channel: { id: string } }>(team, 'conversations.open', { users: user })
  return channel.id
}

/** Which channels a role opens, and which of them it closes when it ends; on Slack a role is being in them. */
const opens: Record<string, { in: string[]; out: string[] }> = {
  creator: { in: ['missions', 'wins', 'leaderboard'], out: ['missions', 'wins', 'leaderboard'] },
  // Whoever is a creator as well stays in the creators' channels.
  manager: {
    in: ['start-here', 'applications', 'review', 'managers', 'missions', 'wins', 'leaderboard'],
    out: ['applications', 'review', 'managers'],
  },
  // Every admin is a manager as well, and what they may see ends with that.
  admin: { in: ['applications', 'review', 'managers'], out: [] },
}
const handles: Record<string, Circle> = {
  creator: { handle: 'creators', name: 'Creators' },
  manager: { handle: 'creator-managers', name: 'Creator managers' },
}
type Circle = { handle: string; name: string }

/** docs.slack.dev, usergroups.create: a handle has at most 21 small letters, digits, dots, dashes and underscores. */
const HANDLE = 21

/** Handles of tiers and of badges begin alike, so that none is ever taken for a group that the workspace has for something else. */
function tierGroup(role: string): Circle | undefined {
  const kind = role.startsWith('tier:') ? 'tier' : 'badge'
  const name = role.startsWith(`${kind}:`) ? role.slice(kind.length + 1).trim() : ''
  if (name === '') return undefined
  const handle = `${kind}-${name.toLowerCase().replaceAll(' ', '-')}`
  // A name that cannot be a handle as it is might lose what tells it from another; its mark does not.
  const mark = `${kind}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`
  return {
    handle: /^[a-z0-9-]+$/.test(handle) && handle.length <= HANDLE ? handle : mark,
    name: `${kind === 'tier' ? 'Tier' : 'Badge'} ${name}`,
  }
}

/** Lets a person into the channels of a role or out of them, and into its user group where the plan has such. What can't be done keeps nothing else. */
export async function grant(
  house: House,
  clients: Clients,
  team: string,
  user: string,
  role: string,
  on: boolean,
): Promise<void> {
  // A manager who creates as well sees the creators' channels anyway.
  const manages = role === 'creator' && !on && (await house.manages('slack', team, user))
  const wanted = manages ? [] : (opens[role]?.[on ? 'in' : 'out'] ?? [])
  const steps = wanted.map((audience) => async () => {
    const channel = await house.channel('slack', team, audience)
    if (channel !== undefined) await (on ? letIn(clients, team, channel, user) : letOut(clients, team, channel, user))
  })
  const group = handles[role] ?? tierGroup(role)
  if (group) steps.push(() => house.alone(`slack:groups:${team}`, () => join(clients, team, group, user, on)))
  const failures: unknown[] = []
  for (const step of steps) await step().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures.find((error) => deliveryOf(error)?.kind !== 'gone') ?? failures[0]
}

const letIn = (clients: Clients, team: string, channel: string, users: string): Promise<unknown> =>
  clients.call(team, 'conversations.invite', { channel, users }).catch((error: unknown) => {
    const said = saidOf(error)
    if (said === 'already_in_channel' || said === 'cant_invite_self') return
    if (said === 'user_is_restricted' || said === 'user_is_ultra_restricted')
      throw gone('A guest can not be let into this channel', 'A workspace admin can add the guest to the channel by hand.')
    throw error
  })

const letOut = (clients: Clients, team: string, channel: string, user: string): Promise<unknown> =>
  clients.call(team, 'conversations.kick', { channel, user }).catch((error: unknown) => {
    const said = saidOf(error)
    if (said === 'not_in_channel' || said === 'user_not_found' || said === 'cant_kick_self') return
    throw error
  })

/** Without these there are no user groups to keep, and channels alone tell who is who. */
const groupless = ['paid_teams_only', 'plan_upgrade_required', 'missing_scope', 'permission_denied', 'not_allowed_token_type']

async function join(
  clients: Clients,
  team: string,
  { handle, name }: { handle: string; name: string },
  user: string,
  on: boolean,
): Promise<void> {
  try {
    const { usergroups } = await clients.call<{ usergroups: Group[] }>(team, 'usergroups.list', { include_disabled: true })
    // A workspace may call the group otherwise by now; Slack takes no second one of the same name.
    const known = usergroups.find((group) => group.handle === handle) ?? usergroups.find((group) => group.name === name)
    const off = known !== undefined && (known.date_delete ?? 0) > 0
    if (!on && (!known || off)) return
    const id = known?.id ?? (await clients.call<{ usergroup: Group }>(team, 'usergroups.create', { name, handle })).usergroup.id
    if (off) await clients.call(team, 'usergroups.enable', { usergroup: id })
    const { users } = await clients.call<{ users: string[] }>(team, 'usergroups.users.list', { usergroup: id })
    // A group that was switched off comes back with who was in it last.
    const next = off ? [user] : on ? [...new Set([...users, user])] : users.filter((one) => one !== user)
    if (!off && users.includes(user) === on) return
    // Slack keeps no group without people; one that nobody is in is switched off.
    if (next.length === 0) await clients.call(team, 'usergroups.disable', { usergroup: id })
    else await clients.call(team, 'usergroups.users.update', { usergroup: id, users: next.join(',') })
  } catch (error) {
    if (!groupless.includes(saidOf(error) ?? '')) throw error
  }
}

/** Makes or adopts the channels; what can't be is named with what to do. */
export async function prepare(house: House, clients: Clients, team: string, wanted: WantedChannel[]): Promise<Prepared> {
  const all = await allChannels(clients, team)
  const missing: string[] = []
  const open: string[] = []
  const channels: Prepared['channels'] = []
  for (const one of wanted) {
    const found = standing(all, one, wanted, await house.channel('slack', team, one.audience))
    const called = found?.name ?? one.name
    try {
      const id = found ? await adopt(clients, team, found) : await make(clients, team, one)
      if (found && one.role !== 'anyone' && !found.is_private) {
        missing.push(
          `#${called} is public, so everyone in the workspace can read it. Make it private in its settings; posts wait until then.`,
        )
        open.push(one.audience)
      } else channels.push({ audience: one.audience, externalId: id, name: called })
    } catch (error) {
      missing.push(whatIsMissing(called, error))
    }
  }
  return { channels, missing, open }
}

/** The channel of that name; where there is none, the one that is known has another name by now. */
const standing = (
  all: Conversation[],
  { name }: WantedChannel,
  wanted: WantedChannel[],
  id: string | undefined,
): Conversation | undefined =>
  all.find((channel) => channel.name === name) ??
  all.find((channel) => channel.id === id && !channel.is_archived && !wanted.some((one) => one.name === channel.name))

function whatIsMissing(name: string, error: unknown): string {
  const said = saidOf(error)
  if (said === 'name_taken') return `#${name} exists, but Troupe is not in it. Type /invite @Troupe there, or rename it.`
  if (said === 'restricted_action' || said === 'user_is_restricted')
    return `Troupe may not make #${name} in this workspace. Make it yourself and type /invite @Troupe there.`
  if (said === 'is_archived') return `#${name} is archived. Unarchive or rename it.`
  if (said === undefined || deliveryOf(error)?.kind === 'later') throw error
  return `#${name} could not be made (Slack says ${said}). Make it yourself and type /invite @Troupe there.`
}

/** Also one that has to be made private first is joined, for a private channel that Troupe is not in can't be found again. */
async function adopt(clients: Clients, team: string, found: Conversation): Promise<string> {
  if (found.is_archived) throw Object.assign(new Error('archived'), { said: 'is_archived' })
  if (!found.is_member) await clients.call(team, 'conversations.join', { channel: found.id })
  return found.id
}

async function make(clients: Clients, team: string, one: WantedChannel): Promise<string> {
  const args = { name: one.name, is_private: one.role !== 'anyone' }
  const { channel } = await clients.call<{ channel: Conversation }>(team, 'conversations.create', args)
  await clients.call(team, 'conversations.setTopic', { channel: channel.id, topic: one.about.slice(0, 250) }).catch(() => {})
  return channel.id
}

async function allChannels(clients: Clients, team: string): Promise<Conversation[]> {
  const all: Conversation[] = []
  let cursor = ''
  for (let page = 0; page < PAGES; page++) {
    const listed = await clients.call<Listed>(team, 'conversations.list', {
      types: 'public_channel,private_channel',
      limit: PAGE,
      ...(cursor === '' ? {} : { cursor }),
    })
    all.push(...listed.channels)
    cursor = listed.response_metadata?.next_cursor ?? ''
    if (cursor === '') break
  }
  return all
}
