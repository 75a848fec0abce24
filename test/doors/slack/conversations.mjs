/** conversations.*: channels, direct messages, their members and history. */

import { reach } from './chat.mjs'
import { fail } from './refuse.mjs'
import { dmOf, openChannel } from './state.mjs'

/** @typedef {import('./api.mjs').Caller} Caller */

/** @param {any} channel @param {any} team */
const described = (channel, team) => ({
  id: channel.id,
  ...(channel.kind === 'im' ? { user: channel.user } : { name: channel.name, name_normalized: channel.name }),
  is_channel: channel.kind === 'public',
  is_group: channel.kind === 'private',
  is_im: channel.kind === 'im',
  is_mpim: false,
  is_private: channel.kind !== 'public',
  is_archived: channel.archived,
  is_member: channel.members.has(team.botUser),
  is_general: channel.id === team.general,
  context_team_id: team.id,
  topic: { value: channel.topic, creator: team.botUser, last_set: 0 },
  purpose: { value: channel.purpose, creator: team.botUser, last_set: 0 },
  num_members: channel.members.size,
})

/** One page of a list with Slack's opaque cursor. @template T @param {T[]} all @param {Record<string, any>} args @param {number} usual @returns {{ page: T[], response_metadata: { next_cursor: string } }} */
export function paged(all, args, usual = 100) {
  const from = args.cursor ? Number(Buffer.from(args.cursor, 'base64').toString().replace('next:', '')) : 0
  if (!Number.isInteger(from)) fail('invalid_cursor')
  const limit = Math.min(args.limit || usual, 1000)
  const next = from + limit < all.length ? Buffer.from(`next:${from + limit}`).toString('base64') : ''
  return { page: all.slice(from, from + limit), response_metadata: { next_cursor: next } }
}

/** A channel the app is in, for what only members may do. @param {Record<string, any>} args @param {Caller} caller @param {string} method */
function joined(args, caller, method) {
  const channel = reach(args.channel, caller, method)
  if (!channel.members.has(caller.team.botUser)) fail('not_in_channel')
  return channel
}

/** @param {any} message @param {boolean|undefined} all */
const historic = ({ metadata, ...message }, all) => (all && metadata ? { ...message, metadata } : message)

/** @param {any[]} messages @param {Record<string, any>} args */
function between(messages, { oldest, latest, inclusive }) {
  return messages.filter(({ ts }) => {
    const low = oldest === undefined || ts > oldest || (inclusive && ts === oldest)
    return low && (latest === undefined || ts < latest || (inclusive && ts === latest))
  })
}

/** @type {Record<string, (args: Record<string, any>, caller: Caller) => any>} */
export const conversations = {
  'conversations.open': (args, { state, team }) => {
    if (args.channel) return { channel: { id: state.channels.get(args.channel)?.id ?? fail('channel_not_found') } }
    const ids = String(args.users ?? '')
      .split(',')
      .filter(Boolean)
    if (ids.length === 0) fail('users_list_not_supplied')
    if (ids.length > 1) fail('method_not_supported_for_channel_type')
    const user = state.users.get(ids[0] ?? '')
    if (user && user.team !== team.id)
      state.breach('wrong_team', `conversations.open with ${user.id} of ${user.team}`, 'conversations.open')
    if (!user || user.team !== team.id) return fail('user_not_found')
    if (user.bot) fail('cannot_dm_bot')
    if (user.disabled) fail('user_disabled')
    const known = [...state.channels.values()].some((c) => c.kind === 'im' && c.user === user.id)
    const channel = dmOf(state, user.id)
    return { no_op: known, already_open: known, channel: args.return_im ? described(channel, team) : { id: channel.id } }
  },

  'conversations.create': (args, { state, team }) => {
    const { name } = args
    if (name.length > 80) fail('invalid_name_maxlength')
    if (!/^[\p{Ll}\p{Lo}\p{N}_-]+$/u.test(name)) fail('invalid_name_specials')
    if ([...state.channels.values()].some((c) => c.team === team.id && c.name === name && c.kind !== 'im')) fail('name_taken')
    return { channel: described(openChannel(state, team.id, name, args.is_private ? 'private' : 'public', [team.botUser]), team) }
  },

  'conversations.list': (args, { state, team }) => {
    const types = String(args.types ?? 'public_channel').split(',')
    const wanted = (/** @type {any} */ c) =>
      types.includes({ public: 'public_channel', private: 'private_channel', im: 'im' }[/** @type {'im'} */ (c.kind)])
    const seen = [...state.channels.values()].filter(
      (c) =>
        c.team === team.id &&
        wanted(c) &&
        !(args.exclude_archived && c.archived) &&
        (c.kind === 'public' || c.members.has(team.botUser)),
    )
    const { page, ...rest } = paged(seen, args)
    return { channels: page.map((c) => described(c, team)), ...rest }
  },

  'conversations.info': (args, caller) => ({
    channel: described(reach(args.channel, caller, 'conversations.info'), caller.team),
  }),

  'conversations.members': (args, caller) => {
    const { page, ...rest } = paged([...reach(args.channel, caller, 'conversations.members').members], args)
    return { members: page, ...rest }
  },

  'conversations.join': (args, caller) => {
    const channel = reach(args.channel, caller, 'conversations.join')
    if (channel.kind !== 'public') fail('method_not_supported_for_channel_type')
    if (channel.archived) fail('is_archived')
    channel.members.add(caller.team.botUser)
    return { channel: described(channel, caller.team) }
  },

  'conversations.invite': (args, caller) => {
    const channel = joined(args, caller, 'conversations.invite')
    if (channel.archived) fail('is_archived')
    for (const id of String(args.users).split(',')) {
      const user = caller.state.users.get(id)
      if (!user || user.team !== caller.team.id || user.disabled) return fail('user_not_found')
      if (id === caller.team.botUser) fail('cant_invite_self')
      if (channel.members.has(id)) fail('already_in_channel')
      if (user.guest) fail('user_is_restricted')
      channel.members.add(id)
    }
    return { channel: described(channel, caller.team) }
  },

  'conversations.kick': (args, caller) => {
    const channel = joined(args, caller, 'conversations.kick')
    if (args.user === caller.team.botUser) fail('cant_kick_self')
    if (channel.id === caller.team.general) fail('cant_kick_from_general')
    if (!channel.members.delete(args.user)) fail('not_in_channel')
    return {}
  },

  'conversations.history': (args, caller) => {
    const channel = joined(args, caller, 'conversations.history')
    const top = channel.messages.filter((/** @type {any} */ m) => !m.thread_ts || m.thread_ts === m.ts).toReversed()
    const { page, ...rest } = paged(between(top, args), args)
    return {
      messages: page.map((m) => historic(m, args.include_all_metadata)),
      has_more: rest.response_metadata.next_cursor !== '',
      pin_count: channel.pins.length,
      ...rest,
    }
  },

  'conversations.replies': (args, caller) => {
    const channel = joined(args, caller, 'conversations.replies')
    const all = channel.messages.filter((/** @type {any} */ m) => m.ts === args.ts || m.thread_ts === args.ts)
    if (all.length === 0) fail('thread_not_found')
    const { page, ...rest } = paged(between(all, args), args)
    return {
      messages: page.map((m) => historic(m, args.include_all_metadata)),
      has_more: rest.response_metadata.next_cursor !== '',
      ...rest,
    }
  },

  'conversations.setTopic': (args, caller) => named(args, caller, 'topic'),
  'conversations.setPurpose': (args, caller) => named(args, caller, 'purpose'),

  'conversations.archive': (args, caller) => {
    const channel = joined(args, caller, 'conversations.archive')
    if (channel.id === caller.team.general) fail('cant_archive_general')
    if (channel.archived) fail('already_archived')
    channel.archived = true
    return {}
  },
}

/** @param {Record<string, any>} args @param {Caller} caller @param {'topic'|'purpose'} what */
function named(args, caller, what) {
  const channel = joined(args, caller, `conversations.set${what === 'topic' ? 'Topic' : 'Purpose'}`)
  if (channel.archived) fail('is_archived')
  if (channel.kind === 'im') fail('method_not_supported_for_channel_type')
  if (args[what].length > 250) fail('too_long')
  channel[what] = args[what]
  return { channel: described(channel, caller.team) }
}
