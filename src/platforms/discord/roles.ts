/** A server's roles: granted and removed by what Troupe calls them, whatever the server calls them by now. */
import { type APIRole, Routes } from 'discord.js'
import { gone, type House } from '../platform.ts'
import { MANAGERS_BIT } from './commands.ts'
import type { Caller } from './rest.ts'
import { hasLeft } from './threads.ts'
import { codeOf } from './trouble.ts'

/** What the roles that Troupe looks after are called when they are made. */
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

/** The ids of roles by what Troupe calls them. */
export type RoleIds = Readonly<Record<string, string>>

/** The role as it is known, which may be called otherwise by now, else the one of its name. */
export const knownRole = (roles: APIRole[], ids: RoleIds, role: string): APIRole | undefined =>
  roles.find(({ id }) => id === ids[role]) ?? roles.find(({ name, managed }) => name === nameOf(role) && !managed)

/** Grants or removes a role by what Troupe calls it; the role is made when it is first granted. */
export async function grant(
  house: House,
  caller: Caller,
  workspace: string,
  user: string,
  role: string,
  on: boolean,
): Promise<void> {
  const [all, ids] = await Promise.all([
    caller.as<APIRole[]>('get', Routes.guildRoles(workspace)),
    house.roles('discord', workspace),
  ])
  const known = knownRole(
    all.filter(({ id }) => id !== workspace),
    ids,
    role,
  )
  if (!known && !on) return
  if (known && !(role in roleNames)) refusePowerful(known, all, ids, workspace)
  try {
    const { id } = known ?? (await makeRole(caller, workspace, role, permissionsFor(role)))
    if (ids[role] !== id) await house.keepRole('discord', workspace, role, id)
    await caller.as(on ? 'put' : 'delete', Routes.guildMemberRole(workspace, user, id), {
      reason: 'Troupe: their place in the program',
    })
  } catch (error) {
    // Who left has no roles any more, and that is what was wanted or can't be changed.
    if (hasLeft(error)) return
    const called = known?.name ?? nameOf(role)
    if (codeOf(error) === 50_013)
      throw gone(`Troupe may not give the role “${called}”`, `${roleFix(called)} Then run /setup channels, which tries it again.`)
    throw error
  }
}

/**
 * A name that is free to choose must lead nobody to more than a name: not to a moderator's role, nor to one of Troupe's own. What is not
 * given for it is not taken either, for whoever has that role has it for something else.
 */
function refusePowerful({ id, name, permissions }: APIRole, roles: APIRole[], ids: RoleIds, workspace: string): void {
  if (Object.entries(roleNames).some(([role, own]) => own === name || ids[role] === id))
    throw gone(`The role “${name}” is Troupe's own, and is neither given nor taken for a tier or badge`, 'Give it another name.')
  const everyone = BigInt(roles.find((one) => one.id === workspace)?.permissions ?? 0)
  if ((BigInt(permissions) & ~everyone) !== 0n)
    throw gone(
      `The role “${name}” permits more than everyone may do, and is neither given nor taken for a tier or badge`,
      `Take the permissions from “${name}” under Server settings, Roles, or give the tier or badge another name.`,
    )
}

export const roleFix = (name: string): string =>
  `Under Server settings, Roles, give Troupe's role "Manage Roles" and drag it above “${name}”.`

export const permissionsFor = (role: string): bigint => (role in seesManagerMenus ? MANAGERS_BIT : 0n)

export const makeRole = (caller: Caller, workspace: string, role: string, bits: bigint): Promise<APIRole> =>
  caller.as('post', Routes.guildRoles(workspace), {
    body: { name: nameOf(role), permissions: String(bits), mentionable: false },
    reason: 'A role that Troupe grants and removes',
  })
