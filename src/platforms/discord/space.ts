/** A server's rooms: channels made or adopted, with the roles that may read them. */
import {
  type APIChannel,
  type APIGuildMember,
  type APIRole,
  PermissionFlagsBits as Bits,
  ChannelType,
  OverwriteType,
  Routes,
} from 'discord.js'
import { deliveryOf, type House, type Prepared, type WantedChannel } from '../platform.ts'
import { MANAGERS_BIT } from './commands.ts'
import type { Caller } from './rest.ts'
import { knownRole, makeRole, permissionsFor, roleFix, roleNames } from './roles.ts'

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

/** Makes or adopts the channels; every permission that is missing is named with the channel it is missing in. */
export async function prepare(house: House, caller: Caller, workspace: string, wanted: WantedChannel[]): Promise<Prepared> {
  const missing: string[] = []
  const space = await look(caller, workspace)
  const { own, anew } = await ownRoles(house, caller, space, missing)
  for (const [bit, name] of silencing)
    if (!has(permissionsOf(space), bit))
      missing.push(`Troupe lacks "${name}" and can't keep others from it in its channels. Give it to Troupe's role.`)
  const open: string[] = []
  const channels: Prepared['channels'] = []
  for (const one of wanted) {
    const known = standing(space, one, wanted, await house.channel('discord', workspace, one.audience))
    const channel: Owned | undefined = known ?? (await makeChannel(caller, space, own, one, missing))
    if (!channel) continue
    const called = channel.name ?? one.name
    const bits = permissionsIn(space, channel)
    for (const [bit, name] of [...needed, ...pinning, ...(one.audience === 'start-here' ? neededForThreads : [])])
      if (!has(bits, bit))
        missing.push(`Troupe lacks "${name}" in #${called}. Give it to Troupe's role in the channel's permissions.`)
    if (one.role !== 'anyone' && openToAll(space, channel)) {
      missing.push(
        `#${called} can be read by everyone. Take "View Channel" from @everyone there and give it to the roles that may; posts wait until then.`,
      )
      open.push(one.audience)
      continue
    }
    const shut = shutOut(space, channel, own, one)
    if (shut.length > 0)
      missing.push(`#${called} can't be read by ${shut.join(' and ')}. Give "View Channel" there to whoever should read it.`)
    if (has(bits, Bits.ViewChannel) && has(bits, Bits.SendMessages))
      channels.push({ audience: one.audience, externalId: channel.id, name: called })
  }
  return { channels, missing, open, anew }
}

/**
 * The channel of that name. Discord allows several; one that suits who may read it comes first. Where there is none, the one that is
 * known has another name by now. A server may have made an announcement channel of it, below which there are no private threads.
 */
function standing(
  space: Space,
  { audience, name, role }: WantedChannel,
  wanted: WantedChannel[],
  id: string | undefined,
): Owned | undefined {
  const types = [ChannelType.GuildText, ...(audience === 'start-here' ? [] : [ChannelType.GuildAnnouncement])]
  const suited: Owned[] = space.channels.filter(({ type }) => types.includes(type))
  const named = suited.filter((channel) => channel.name === name)
  const otherwise = suited.find((channel) => channel.id === id && !wanted.some((one) => one.name === channel.name))
  return named.find((channel) => role === 'anyone' || !openToAll(space, channel)) ?? named[0] ?? otherwise
}

/** The names of roles that a channel is for and that can't read it. Every admin is a manager as well. */
const shutOut = (space: Space, channel: Owned, own: OwnRoles, { role }: WantedChannel): string[] =>
  readers[role]
    .filter((name) => name !== 'admin')
    .flatMap((name) => own[name] ?? [])
    .filter(({ id }) => !has(bitsIn(space, channel, { id: '', roles: [id] }), Bits.ViewChannel))
    .map(({ name }) => `“${name}”`)

async function look(caller: Caller, workspace: string): Promise<Space> {
  const { user_id } = await caller.as<{ id: string }>('get', Routes.user('@me')).then(({ id }) => ({ user_id: id }))
  const [me, roles, channels] = await Promise.all([
    caller.as<APIGuildMember>('get', Routes.guildMember(workspace, user_id)),
    caller.as<APIRole[]>('get', Routes.guildRoles(workspace)),
    caller.as<APIChannel[]>('get', Routes.guildChannels(workspace)),
  ])
  return { guild: workspace, me: { ...me, user: { ...me.user, id: user_id } }, roles, channels }
}

/** Troupe's own roles by what it calls them. */
type OwnRoles = Record<string, APIRole>

/** Makes what is missing of Troupe's own roles. `anew`: what was given before may have been given with a role that is gone. */
async function ownRoles(
  house: House,
  caller: Caller,
  space: Space,
  missing: string[],
): Promise<{ own: OwnRoles; anew: boolean }> {
  const { guild, me, roles } = space
  const mine = Math.max(0, ...me.roles.map((id) => roles.find((role) => role.id === id)?.position ?? 0))
  const may = has(permissionsOf(space), Bits.ManageRoles)
  const bits = ownBits(space)
  if (!may) missing.push('Troupe can\'t grant roles. Give its role "Manage Roles" under Server settings, Roles.')
  else if (!has(bits, MANAGERS_BIT))
    missing.push(
      'Troupe lacks "View Server Insights" and can\'t pass it on to managers, who see their commands by it. Give it to Troupe\'s role and to theirs.',
    )
  const ids = await house.roles('discord', guild)
  const own: OwnRoles = {}
  let anew = false
  for (const [role, name] of Object.entries(roleNames)) {
    const known = knownRole(roles, ids, role)
    if (known && may && known.position >= mine) missing.push(`Troupe's role stands below “${known.name}”. ${roleFix(known.name)}`)
    const making = known || !may ? undefined : makeRole(caller, guild, role, permissionsFor(role) & bits)
    const made = making && (await unlessRefused(making, `the role “${name}”`, missing))
    if (made) roles.push(made)
    anew ||= made !== undefined
    const one = known ?? made
    if (one) own[role] = one
    if (one && ids[role] !== one.id) await house.keepRole('discord', guild, role, one.id)
  }
  return { own, anew }
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

async function makeChannel(
  caller: Caller,
  space: Space,
  roles: OwnRoles,
  one: WantedChannel,
  missing: string[],
): Promise<APIChannel | undefined> {
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
      ...(has(own, Bits.ManageRoles) ? { permission_overwrites: overwritesFor(space, roles, one.role) } : {}),
    },
    reason: 'A channel of the creator program',
  })
  return unlessRefused(making, `#${one.name}`, missing)
}

const readers = { anyone: [], creator: ['creator', 'manager', 'admin'], manager: ['manager', 'admin'] } as const

/**
 * Who may read follows the lowest role; nobody but Troupe writes where posts are to be found again. Discord refuses the whole channel
 * for one bit that the bot lacks itself, so those are left out.
 */
function overwritesFor(space: Space, roles: OwnRoles, role: WantedChannel['role']) {
  const may = ownBits(space)
  const silent = String((Bits.SendMessages | Bits.CreatePublicThreads | Bits.CreatePrivateThreads) & may)
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
    ...readers[role].flatMap((name) => {
      const id = roles[name]?.id
      return id === undefined
        ? []
        : [{ id, type: OverwriteType.Role, allow: String(Bits.ViewChannel), ...(managers ? {} : { deny: silent }) }]
    }),
  ]
}

export const has = (bits: bigint, bit: bigint): boolean => (bits & Bits.Administrator) !== 0n || (bits & bit) === bit

/** A member by their roles; an id of their own only where the channel may name them. */
type Member = { id: string; roles: readonly string[] }

const self = ({ me }: Space): Member => ({ id: me.user.id, roles: me.roles })

/** topics/permissions: everyone's bits and those of all roles. */
function bitsOf(space: Space, member: Member): bigint {
  const ids = new Set([space.guild, ...member.roles])
  return space.roles.filter((role) => ids.has(role.id)).reduce((bits, role) => bits | BigInt(role.permissions), 0n)
}

/** topics/permissions, overwrites: everyone's, then all roles' together, then the member's own. */
function bitsIn(space: Space, channel: Owned, member: Member): bigint {
  const list = channel.permission_overwrites ?? []
  const apply = (bits: bigint, some: typeof list) => {
    const deny = some.reduce((sum, one) => sum | BigInt(one.deny ?? 0), 0n)
    const allow = some.reduce((sum, one) => sum | BigInt(one.allow ?? 0), 0n)
    return (bits & ~deny) | allow
  }
  const steps = [
    list.filter((one) => one.id === space.guild),
    list.filter((one) => one.id !== space.guild && member.roles.includes(one.id)),
    list.filter((one) => one.id === member.id),
  ]
  return steps.reduce(apply, bitsOf(space, member))
}

export const permissionsOf = (space: Space): bigint => bitsOf(space, self(space))
export const permissionsIn = (space: Space, channel: Owned): bigint => bitsIn(space, channel, self(space))

/** What Troupe may pass on or take away: an administrator all, others what they have. */
function ownBits(space: Space): bigint {
  const bits = permissionsOf(space)
  return (bits & Bits.Administrator) === 0n ? bits : ~0n
}

/** Whether everyone in the server may read a channel. */
export const openToAll = (space: Space, channel: Owned): boolean =>
  (bitsIn(space, channel, { id: '', roles: [] }) & Bits.ViewChannel) !== 0n
