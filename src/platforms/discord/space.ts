/** A server's rooms and roles: channels made or adopted, roles granted. */
import {
  type APIChannel,
  type APIGuildMember,
  type APIRole,
  PermissionFlagsBits as Bits,
  ChannelType,
  OverwriteType,
  Routes,
} from 'discord.js'
import { deliveryOf, gone, type Prepared, type WantedChannel } from '../platform.ts'
import { MANAGERS_BIT } from './commands.ts'
import type { Caller } from './rest.ts'
import { hasLeft } from './threads.ts'
import { codeOf } from './trouble.ts'

/** What Troupe calls the roles it looks after; servers may rename them, for their ids are looked up by these names only once a call. */
export const roleNames: Record<string, string> = { creator: 'Creator', manager: 'Creator Manager', admin: 'Creator Admin' }
const seesManagerMenus: Record<string, true> = { manager: true, admin: true }
/** resources/guild, role: a name has at most 100 characters. A tier is called what its program calls it, a badge by its title. */
const nameOf = (role: string): string =>
  roleNames[role] ??
  (role
    .replace(/^(tier|badge):/, '')
    .trim()
    .slice(0, 100) ||
    'Tier')

export const needed: [bit: bigint, name: string][] = [
  [Bits.ViewChannel, 'View Channel'],
  [Bits.SendMessages, 'Send Messages'],
  [Bits.EmbedLinks, 'Embed Links'],
  [Bits.AttachFiles, 'Attach Files'],
  [Bits.ReadMessageHistory, 'Read Message History'],
]
export const neededForThreads: [bit: bigint, name: string][] = [
  [Bits.CreatePrivateThreads, 'Create Private Threads'],
  [Bits.SendMessagesInThreads, 'Send Messages in Threads'],
]
export const pinning: [bit: bigint, name: string][] = [[Bits.PinMessages, 'Pin Messages']]
/** Discord lets nobody take from others what they lack themselves. */
export const silencing: [bit: bigint, name: string][] = [[Bits.CreatePublicThreads, 'Create Public Threads']]

export type Space = { guild: string; me: APIGuildMember; roles: APIRole[]; channels: APIChannel[] }
export type Owned = APIChannel & {
  name?: string | null
  parent_id?: string | null
  permission_overwrites?: { id: string; type: number; allow: string; deny: string }[]
}

/** What the invitation asks for: all that Troupe uses, and nothing that moderates people. */
export const invitePermissions: bigint = [...needed, ...neededForThreads, ...pinning, ...silencing].reduce(
  (sum, [bit]) => sum | bit,
  Bits.ManageChannels | Bits.ManageRoles | MANAGERS_BIT,
)

/** Grants or removes a role by what Troupe calls it; the role is made when it is first granted. */
export async function grant(caller: Caller, workspace: string, user: string, role: string, on: boolean): Promise<void> {
  const roles = await caller.as<APIRole[]>('get', Routes.guildRoles(workspace))
  const known = roles.find((one) => one.name === nameOf(role) && !one.managed && one.id !== workspace)
  if (!known && !on) return
  if (known && !(role in roleNames)) refusePowerful(known, roles, workspace)
  try {
    const { id } = known ?? (await makeRole(caller, workspace, role, permissionsFor(role)))
    await caller.as(on ? 'put' : 'delete', Routes.guildMemberRole(workspace, user, id), {
      reason: 'Troupe: their place in the program',
    })
  } catch (error) {
    // Who left has no roles any more, and that is what was wanted or can't be changed.
    if (hasLeft(error)) return
    if (codeOf(error) === 50_013)
      throw gone(
        `Troupe may not give the role “${nameOf(role)}”`,
        `${roleFix(nameOf(role))} Then run /setup channels, which tries it again.`,
      )
    throw error
  }
}

/**
 * A name that is free to choose must lead nobody to more than a name: not to a moderator's role, nor to one of Troupe's own. What is not
 * given for it is not taken either, for whoever has that role has it for something else.
 */
function refusePowerful({ name, permissions }: APIRole, roles: APIRole[], workspace: string): void {
  if (Object.values(roleNames).includes(name))
    throw gone(`The role “${name}” is Troupe's own, and is neither given nor taken for a tier or badge`, 'Give it another name.')
  const everyone = BigInt(roles.find((one) => one.id === workspace)?.permissions ?? 0)
  if ((BigInt(permissions) & ~everyone) !== 0n)
    throw gone(
      `The role “${name}” permits more than everyone may do, and is neither given nor taken for a tier or badge`,
      `Take the permissions from “${name}” under Server settings, Roles, or give the tier or badge another name.`,
    )
}

const roleFix = (name: string): string =>
  `Under Server settings, Roles, give Troupe's role "Manage Roles" and drag it above “${name}”.`

const permissionsFor = (role: string): bigint => (role in seesManagerMenus ? MANAGERS_BIT : 0n)

const makeRole = (caller: Caller, workspace: string, role: string, bits: bigint): Promise<APIRole> =>
  caller.as('post', Routes.guildRoles(workspace), {
    body: { name: nameOf(role), permissions: String(bits), mentionable: false },
    reason: 'A role that Troupe grants and removes',
  })

/** Makes or adopts the channels; every permission that is missing is named with the channel it is missing in. */
export async function prepare(caller: Caller, workspace: string, wanted: WantedChannel[]): Promise<Prepared> {
  const missing: string[] = []
  const space = await look(caller, workspace)
  const own = permissionsOf(space)
  if (!has(own, Bits.ManageRoles))
    missing.push('Troupe can\'t grant roles. Give its role "Manage Roles" under Server settings, Roles.')
  else await makeRoles(caller, space, missing)
  for (const [bit, name] of silencing)
    if (!has(own, bit))
      missing.push(`Troupe lacks "${name}" and can't keep others from it in its channels. Give it to Troupe's role.`)
  const open: string[] = []
  const channels: Prepared['channels'] = []
  for (const one of wanted) {
    const known = standing(space, one)
    const channel = known ?? (await makeChannel(caller, space, one, missing))
    if (!channel) continue
    const bits = permissionsIn(space, channel as Owned)
    for (const [bit, name] of [...needed, ...pinning, ...(one.audience === 'start-here' ? neededForThreads : [])])
      if (!has(bits, bit))
        missing.push(`Troupe lacks "${name}" in #${one.name}. Give it to Troupe's role in the channel's permissions.`)
    if (one.role !== 'anyone' && openToAll(space, channel as Owned)) {
      missing.push(
        `#${one.name} can be read by everyone. Take "View Channel" from @everyone there and give it to the roles that may; posts wait until then.`,
      )
      open.push(one.audience)
    } else if (has(bits, Bits.ViewChannel) && has(bits, Bits.SendMessages))
      channels.push({ audience: one.audience, externalId: channel.id, name: one.name })
  }
  return { channels, missing, open }
}

/**
 * The channel of that name. Discord allows several; one that suits who may read it comes first. A server may have made an announcement
 * channel of it, below which there are no private threads.
 */
function standing(space: Space, { audience, name, role }: WantedChannel): APIChannel | undefined {
  const types = [ChannelType.GuildText, ...(audience === 'start-here' ? [] : [ChannelType.GuildAnnouncement])]
  const named = space.channels.filter((channel) => types.includes(channel.type) && (channel as Owned).name === name)
  return named.find((channel) => role === 'anyone' || !openToAll(space, channel as Owned)) ?? named[0]
}

async function look(caller: Caller, workspace: string): Promise<Space> {
  const { user_id } = await caller.as<{ id: string }>('get', Routes.user('@me')).then(({ id }) => ({ user_id: id }))
  const [me, roles, channels] = await Promise.all([
    caller.as<APIGuildMember>('get', Routes.guildMember(workspace, user_id)),
    caller.as<APIRole[]>('get', Routes.guildRoles(workspace)),
    caller.as<APIChannel[]>('get', Routes.guildChannels(workspace)),
  ])
  return { guild: workspace, me: { ...me, user: { ...me.user, id: user_id } }, roles, channels }
}

async function makeRoles(caller: Caller, space: Space, missing: string[]): Promise<void> {
  const mine = Math.max(0, ...space.me.roles.map((id) => space.roles.find((role) => role.id === id)?.position ?? 0))
  const own = ownBits(space)
  if (!has(own, MANAGERS_BIT))
    missing.push(
      'Troupe lacks "View Server Insights" and can\'t pass it on to managers, who see their commands by it. Give it to Troupe\'s role and to theirs.',
    )
  for (const role of Object.keys(roleNames)) {
    const known = space.roles.find((one) => one.name === nameOf(role))
    if (!known) {
      const made = await unlessRefused(
        makeRole(caller, space.guild, role, permissionsFor(role) & own),
        `the role “${nameOf(role)}”`,
        missing,
      )
      if (made) space.roles.push(made)
    } else if (known.position >= mine) missing.push(`Troupe's role stands below “${known.name}”. ${roleFix(known.name)}`)
  }
}

/** What Discord does not let Troupe make is named, and keeps nothing else from being made. */
async function unlessRefused<T>(making: Promise<T>, what: string, missing: string[]): Promise<T | undefined> {
  try {
    return await making
  } catch (error) {
    const delivery = deliveryOf(error)
    if (delivery?.kind !== 'gone') throw error
    missing.push(`Troupe could not make ${what} (Discord says: ${(error as Error).message}). ${delivery.fix}`)
    return undefined
  }
}

async function makeChannel(caller: Caller, space: Space, one: WantedChannel, missing: string[]): Promise<APIChannel | undefined> {
  const own = permissionsOf(space)
  if (!has(own, Bits.ManageChannels)) {
    missing.push(
      `#${one.name} does not exist and Troupe may not make it. Make it yourself, or give Troupe's role "Manage Channels".`,
    )
    return undefined
  }
  const closing = has(own, Bits.ManageRoles) && has(own, Bits.ViewChannel)
  if (one.role !== 'anyone' && !closing) {
    missing.push(
      `#${one.name} does not exist and Troupe can't make it private. Make it yourself, or give Troupe's role "Manage Roles" and "View Channel".`,
    )
    return undefined
  }
  const making = caller.as<APIChannel>('post', Routes.guildChannels(space.guild), {
    body: {
      name: one.name,
      type: ChannelType.GuildText,
      topic: one.about,
      ...(has(own, Bits.ManageRoles) ? { permission_overwrites: overwritesFor(space, one.role) } : {}),
    },
    reason: 'A channel of the creator program',
  })
  return unlessRefused(making, `#${one.name}`, missing)
}

/**
 * Who may read follows the lowest role; nobody but Troupe writes where posts are to be found again. Discord refuses the whole channel
 * for one bit that the bot lacks itself, so those are left out.
 */
function overwritesFor(space: Space, role: WantedChannel['role']) {
  const may = ownBits(space)
  const silent = String((Bits.SendMessages | Bits.CreatePublicThreads | Bits.CreatePrivateThreads) & may)
  const readers = { anyone: [], creator: ['creator', 'manager', 'admin'], manager: ['manager', 'admin'] }[role]
  const idOf = (name: string) => space.roles.find((one) => one.name === nameOf(name))?.id
  const managers = role === 'manager'
  const everyone = {
    id: space.guild,
    type: OverwriteType.Role,
    ...(role === 'anyone' ? { deny: silent } : { deny: String(Bits.ViewChannel) }),
  }
  const own = [...needed, ...neededForThreads, ...pinning].reduce((sum, [bit]) => sum | bit, 0n)
  return [
    everyone,
    { id: space.me.user.id, type: OverwriteType.Member, allow: String(own & may) },
    ...readers.flatMap((name) => {
      const id = idOf(name)
      return id === undefined
        ? []
        : [{ id, type: OverwriteType.Role, allow: String(Bits.ViewChannel), ...(managers ? {} : { deny: silent }) }]
    }),
  ]
}

export const has = (bits: bigint, bit: bigint): boolean => (bits & Bits.Administrator) !== 0n || (bits & bit) === bit

/** topics/permissions: everyone's bits and those of all own roles. */
export function permissionsOf(space: Space): bigint {
  const ids = new Set([space.guild, ...space.me.roles])
  return space.roles.filter((role) => ids.has(role.id)).reduce((bits, role) => bits | BigInt(role.permissions), 0n)
}

/** What Troupe may pass on or take away: an administrator all, others what they have. */
function ownBits(space: Space): bigint {
  const bits = permissionsOf(space)
  return (bits & Bits.Administrator) === 0n ? bits : ~0n
}

/** topics/permissions, overwrites: everyone's, then all roles' together, then the member's own. */
export function permissionsIn(space: Space, channel: Owned): bigint {
  const base = permissionsOf(space)
  const list = channel.permission_overwrites ?? []
  const apply = (bits: bigint, some: typeof list) => {
    const deny = some.reduce((sum, one) => sum | BigInt(one.deny ?? 0), 0n)
    const allow = some.reduce((sum, one) => sum | BigInt(one.allow ?? 0), 0n)
    return (bits & ~deny) | allow
  }
  const everyone = apply(
    base,
    list.filter((one) => one.id === space.guild),
  )
  const roles = apply(
    everyone,
    list.filter((one) => one.id !== space.guild && space.me.roles.includes(one.id)),
  )
  return apply(
    roles,
    list.filter((one) => one.id === space.me.user.id),
  )
}

/** Whether everyone in the server may read a channel. */
export function openToAll(space: Space, channel: Owned): boolean {
  const everyone = BigInt(space.roles.find((role) => role.id === space.guild)?.permissions ?? 0)
  const over = channel.permission_overwrites?.find((one) => one.id === space.guild)
  const bits = (everyone & ~BigInt(over?.deny ?? 0)) | BigInt(over?.allow ?? 0)
  return (bits & Bits.ViewChannel) !== 0n
}
