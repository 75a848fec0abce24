/** Finds people, channels and roles by id or by name. */

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('./state.mjs').Json} Json */

const missing = (what, name) => new Error(`There is no ${what} "${name}" on the local Discord.`)

export const find = {
  /** @param {State} state @param {string} name @returns {Json} */
  user(state, name) {
    if (name === 'bot') return state.users.get(state.appId)
    const user = state.users.get(name) ?? [...state.users.values()].find((u) => u.global_name === name || u.username === name)
    if (!user) throw missing('user', name)
    return user
  },
  /** @param {State} state @param {string} name @returns {Json} */
  channel(state, name) {
    const [plain = '', server] = name.replace(/^#/, '').split('/').reverse()
    const here = (c) => server === undefined || state.guilds.get(c.guild_id)?.name === server
    const channel = state.channels.get(name) ?? [...state.channels.values()].find((c) => c.name === plain && here(c))
    if (!channel) throw missing('channel', name)
    return channel
  },
  /** @param {Json} guild @param {string} name @returns {Json} */
  role(guild, name) {
    const role = guild.roles.get(name) ?? [...guild.roles.values()].find((r) => r.name === name)
    if (!role) throw missing('role', name)
    return role
  },
}
