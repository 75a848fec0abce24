/** One Discord server: permissions in it and in its channels, the order of roles, the registered commands. Nothing is changed. */
import type { APIApplicationCommand, APIChannel, APIGuildMember, APIRole } from 'discord.js'
import type { AnyCommand } from '../command.ts'
import { wantedCommands } from '../platforms/discord/commands.ts'
import { difference, type Had } from '../platforms/discord/difference.ts'
import { knownRole, type RoleIds, roleNames } from '../platforms/discord/roles.ts'
import {
  has,
  needed,
  neededForThreads,
  type Owned,
  openToAll,
  permissionsIn,
  permissionsOf,
  pinning,
  type Space,
} from '../platforms/discord/space.ts'
import { channels as wantedChannels } from '../programs/rules.ts'
import { type Check, failed, good, listed, skipped, warned } from './check.ts'
import type { Get } from './discord.ts'
import { permissions } from './discord-permissions.ts'
import type { KnownSpace } from './known.ts'

type Server = {
  guild: { id: string; name: string }
  member: APIGuildMember
  me: string
  application: string
  invitation: string
  get: Get
  commands: ReadonlyMap<string, AnyCommand>
  spaces: KnownSpace[] | undefined
}

/** topics/permissions: Administrator passes every check. */
const ADMINISTRATOR = 1n << 3n

export async function serverChecks(server: Server): Promise<Check[]> {
  const { guild, member, me, get, invitation } = server
  const roles = await get<APIRole[]>(guild.name, `/guilds/${guild.id}/roles`)
  const channels = await get<APIChannel[]>(guild.name, `/guilds/${guild.id}/channels`)
  if (!roles || !channels) return []
  const known = server.spaces?.find((one) => one.platform === 'discord' && one.workspace === guild.id)
  const space: Space = { guild: guild.id, me: { ...member, user: { ...member.user, id: me } }, roles, channels }
  return [
    permissionCheck(guild.name, permissionsOf(space), invitation),
    rolesCheck(guild.name, space, known?.roles ?? {}),
    ...channelChecks(guild, space, server.spaces, known),
    ...(await commandsCheck(server)),
  ]
}

export function permissionCheck(server: string, bits: bigint, invitation: string): Check {
  const name = `${server}: permissions`
  const lacking = permissions.filter(({ bit }) => !has(bits, bit)).map((one) => `"${one.name}"`)
  if (lacking.length > 0)
    return failed(
      name,
      `Troupe lacks ${listed(lacking, 12)}`,
      `Give them to Troupe's role under Server settings, Roles, or invite it again: ${invitation}`,
    )
  if ((bits & ADMINISTRATOR) !== 0n)
    return warned(
      name,
      'Troupe is an administrator, which is more than it needs',
      `Take "Administrator" from Troupe's role; the others are enough.`,
    )
  return good(name, `all ${permissions.length} are there`)
}

/** A role can be given only by one that stands above it. */
function rolesCheck(server: string, { me, roles }: Space, ids: RoleIds): Check {
  const name = `${server}: roles`
  const mine = Math.max(0, ...me.roles.map((id) => roles.find((role) => role.id === id)?.position ?? 0))
  const ours = Object.keys(roleNames).flatMap((role) => knownRole(roles, ids, role) ?? [])
  const above = ours.filter((role) => role.position >= mine).map((role) => `“${role.name}”`)
  if (above.length > 0)
    return failed(
      name,
      `Troupe's role stands below ${listed(above)} and can't give ${above.length === 1 ? 'it' : 'them'}`,
      `Under Server settings, Roles, drag Troupe's role above ${listed(above)}.`,
    )
  if (ours.length === 0) return skipped(name, 'they are made when the server is connected')
  return good(name, `Troupe's role stands above ${listed(ours.map((role) => role.name))}`)
}

/** Those of the program by their ids; in a server of no program there are none yet. */
function channelChecks(
  guild: Server['guild'],
  space: Space,
  spaces: KnownSpace[] | undefined,
  known: KnownSpace | undefined,
): Check[] {
  const name = `${guild.name}: channels`
  if (spaces !== undefined && !known)
    return [
      warned(
        name,
        'the server belongs to no program yet',
        'Its owner types /setup space there, and gives the code printed when Troupe started.',
      ),
    ]
  const found = wantedChannels.map((wanted) => {
    const id = known?.channels.find((one) => one.audience === wanted.purpose)?.id
    const channel = space.channels.find((one) => (id === undefined ? (one as Owned).name === wanted.name : one.id === id)) as
      | Owned
      | undefined
    return { wanted, channel }
  })
  const gone = found.filter((one) => !one.channel).map(({ wanted }) => `#${wanted.name}`)
  const missing =
    gone.length === 0
      ? []
      : [
          failed(
            name,
            `${listed(gone)} ${gone.length === 1 ? 'is' : 'are'} not there`,
            'An admin types /setup channels in the server.',
          ),
        ]
  const lacking = found.flatMap(({ wanted, channel }) => (channel ? channelCheck(guild.name, space, wanted, channel) : []))
  const all = [...missing, ...lacking]
  return all.length > 0 ? all : [good(name, `Troupe may do its work in all ${found.length}`)]
}

function channelCheck(server: string, space: Space, wanted: (typeof wantedChannels)[number], channel: Owned): Check[] {
  const bits = permissionsIn(space, channel)
  const asked = [...needed, ...pinning, ...(wanted.purpose === 'start-here' ? neededForThreads : [])]
  const lacking = asked.filter(([bit]) => !has(bits, bit)).map(([, name]) => `"${name}"`)
  const place = `${server}: #${channel.name ?? wanted.name}`
  const open = wanted.role !== 'anyone' && openToAll(space, channel)
  return [
    ...(open
      ? [
          failed(
            place,
            'everyone can read it, so nothing is posted there',
            'Take "View Channel" from @everyone in that channel and give it to the roles that may; then type /setup channels.',
          ),
        ]
      : []),
    ...(lacking.length === 0
      ? []
      : [failed(place, `Troupe lacks ${listed(lacking)} there`, "Give it to Troupe's role in the permissions of that channel.")]),
  ]
}

async function commandsCheck({ guild, application, commands, get }: Server): Promise<Check[]> {
  const name = `${guild.name}: commands`
  const have = await get<APIApplicationCommand[]>(name, `/applications/${application}/guilds/${guild.id}/commands`)
  if (!have) return []
  const wanted = wantedCommands(commands)
  const { create, update, delete: remove } = difference(have as Had[], wanted)
  const words = [
    ...(create.length > 0
      ? [
          `${create.length} missing (${listed(
            create.map((one) => one.name),
            4,
          )})`,
        ]
      : []),
    ...(update.length > 0 ? [`${update.length} changed`] : []),
    ...(remove.length > 0 ? [`${remove.length} too many`] : []),
  ]
  if (words.length === 0) return [good(name, `all ${wanted.length} are registered`)]
  return [failed(name, listed(words), 'Start Troupe, or run: npm run publish')]
}
