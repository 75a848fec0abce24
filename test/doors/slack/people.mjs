/** Who is who: auth, users, bots, teams, user groups, installing, and the manifest check. */
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { paged } from './conversations.mjs'
import { fail } from './refuse.mjs'
import { newId } from './state.mjs'

/** @typedef {import('./api.mjs').Caller} Caller */

/** @param {any} user @param {import('./state.mjs').State} state */
export const described = (user, state) => ({
  id: user.id,
  team_id: user.team,
  name: user.name.toLowerCase().replace(/[^a-z0-9]+/g, '.'),
  deleted: user.disabled,
  real_name: user.name,
  tz: 'Europe/Berlin',
  profile: {
    real_name: user.name,
    display_name: user.name,
    team: user.team,
    ...(state.scopes.has('users:read.email') && !user.bot ? { email: user.email } : {}),
  },
  is_admin: user.admin,
  is_owner: false,
  is_restricted: user.guest,
  is_ultra_restricted: false,
  is_bot: user.bot,
  is_app_user: false,
})

/** @param {string} id @param {Caller} caller @param {string} method */
function userIn(id, { state, team }, method) {
  const user = state.users.get(id)
  if (user && user.team !== team.id) state.breach('wrong_team', `${method} on ${id} of ${user.team}`, method)
  return user?.team === team.id ? user : fail('user_not_found')
}

/** @param {any} group @param {boolean|undefined} withUsers */
const grouped = (group, withUsers) => ({
  id: group.id,
  team_id: group.team,
  is_usergroup: true,
  name: group.name,
  handle: group.handle,
  description: group.description,
  date_delete: group.enabled ? 0 : 1,
  user_count: group.users.length,
  ...(withUsers ? { users: group.users } : {}),
})

/** @param {Caller} caller */
const paidOnly = ({ state }) => state.paid || fail('paid_teams_only')

/** @param {string} id @param {Caller} caller */
function groupIn(id, caller) {
  paidOnly(caller)
  const group = caller.state.groups.get(id)
  return group?.team === caller.team.id ? group : fail('no_such_subteam')
}

/** @type {import('ajv').ValidateFunction | undefined} */
let manifestShape
/** What is wrong with a manifest by Slack's own schema. @param {unknown} manifest @returns {{ message: string, pointer: string }[]} */
export function manifestErrors(manifest) {
  if (!manifestShape) {
    const schema = createRequire(import.meta.url)('../../specs/slack-manifest.schema.json')
    manifestShape = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema)
  }
  return manifestShape(manifest)
    ? []
    : (manifestShape.errors ?? []).map((e) => ({ message: e.message ?? 'invalid', pointer: e.instancePath }))
}

/** @type {Record<string, (args: Record<string, any>, caller: Caller) => any>} */
export const people = {
  'auth.test': (_args, { state, team }) => ({
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: 'troupe',
    team_id: team.id,
    user_id: team.botUser,
    bot_id: team.botId,
    app_id: state.appId,
    is_enterprise_install: false,
  }),

  'auth.revoke': (args, { state, token }) => {
    if (!args.test) state.revoked.set(token, 'token_revoked')
    return { revoked: !args.test }
  },

  'apps.connections.open': (_args, { state, openSocket }) => {
    if (state.options.mode !== 'socket') fail('forbidden_team')
    return { url: openSocket() }
  },

  'apps.manifest.validate': ({ manifest }) => {
    let read
    try {
      read = JSON.parse(manifest)
    } catch {
      return fail('invalid_manifest', { errors: [{ message: 'is not JSON', pointer: '/' }] })
    }
    const errors = manifestErrors(read)
    return errors.length > 0 ? fail('invalid_manifest', { errors }) : {}
  },

  'oauth.v2.access': (args, { state }) => {
    if (args.client_id !== undefined && args.client_id !== state.clientId) fail('invalid_client_id')
    if (args.client_secret !== undefined && args.client_secret !== state.clientSecret) fail('bad_client_secret')
    const grant = state.codes.get(args.code ?? '')
    if (!grant || grant.used) return fail('invalid_code')
    if ((args.redirect_uri ?? grant.redirect) !== grant.redirect) fail('bad_redirect_uri')
    grant.used = true
    const team = state.teams.get(grant.team)
    if (!team) return fail('invalid_code')
    team.installed = true
    // Whoever installs the app again after it was removed is given another token.
    if (state.revoked.has(team.token)) team.token = `xoxb-${team.id}-${randomBytes(12).toString('hex')}`
    return {
      access_token: team.token,
      token_type: 'bot',
      scope: [...state.scopes].join(','),
      bot_user_id: team.botUser,
      app_id: state.appId,
      team: { id: team.id, name: team.name },
      enterprise: null,
      is_enterprise_install: false,
      authed_user: { id: grant.user },
    }
  },

  'team.info': (args, { state, team }) => {
    if (args.team && args.team !== team.id) {
      state.breach('wrong_team', `team.info on ${args.team}`, 'team.info')
      return fail('team_not_found')
    }
    return { team: { id: team.id, name: team.name, domain: team.domain, email_domain: '', icon: {} } }
  },

  'bots.info': (args, { state, team }) => {
    if (args.bot && args.bot !== team.botId) fail('bot_not_found')
    return { bot: { id: team.botId, deleted: false, name: 'troupe', app_id: state.appId, user_id: team.botUser, icons: {} } }
  },

  'users.info': (args, caller) => ({ user: described(userIn(args.user, caller, 'users.info'), caller.state) }),

  'users.list': (args, { state, team }) => {
    const { page, ...rest } = paged(
      [...state.users.values()].filter((u) => u.team === team.id),
      args,
      1000,
    )
    return { members: page.map((u) => described(u, state)), ...rest }
  },

  'users.lookupByEmail': (args, { state, team }) => {
    const user = [...state.users.values()].find(
      (u) => u.team === team.id && u.email === args.email.toLowerCase() && !u.disabled && !u.bot,
    )
    return user ? { user: described(user, state) } : fail('users_not_found')
  },

  'usergroups.list': (args, caller) => {
    paidOnly(caller)
    const mine = [...caller.state.groups.values()].filter(
      (g) => g.team === caller.team.id && (g.enabled || args.include_disabled),
    )
    return { usergroups: mine.map((g) => grouped(g, args.include_users)) }
  },

  'usergroups.create': (args, caller) => {
    paidOnly(caller)
    const { state, team } = caller
    const handle = args.handle ?? args.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
    const mine = [...state.groups.values()].filter((g) => g.team === team.id)
    if (!/^[\p{Ll}\p{N}._-]{1,21}$/u.test(handle)) fail('bad_handle')
    if (mine.some((g) => g.name === args.name)) fail('name_already_exists')
    if (mine.some((g) => g.handle === handle)) fail('handle_already_exists')
    const group = {
      id: newId('S'),
      team: team.id,
      name: args.name,
      handle,
      description: args.description ?? '',
      users: [],
      enabled: true,
    }
    state.groups.set(group.id, group)
    return { usergroup: grouped(group, true) }
  },

  'usergroups.update': (args, caller) => {
    const group = groupIn(args.usergroup, caller)
    for (const key of ['name', 'handle', 'description']) if (args[key] !== undefined) group[key] = args[key]
    return { usergroup: grouped(group, true) }
  },

  'usergroups.disable': (args, caller) => {
    const group = groupIn(args.usergroup, caller)
    group.enabled = false
    return { usergroup: grouped(group, true) }
  },

  'usergroups.enable': (args, caller) => {
    const group = groupIn(args.usergroup, caller)
    group.enabled = true
    return { usergroup: grouped(group, true) }
  },

  'usergroups.users.update': (args, caller) => {
    const group = groupIn(args.usergroup, caller)
    const users = Array.isArray(args.users) ? args.users : String(args.users).split(',')
    if (users.length === 0) fail('no_users_provided')
    const strange = users.filter(
      (/** @type {string} */ id) => caller.state.users.get(id)?.team !== caller.team.id || caller.state.users.get(id)?.disabled,
    )
    if (strange.length > 0) fail('invalid_users')
    group.users = [...new Set(users)]
    return { usergroup: grouped(group, true) }
  },

  'usergroups.users.list': (args, caller) => ({ users: groupIn(args.usergroup, caller).users }),
}
