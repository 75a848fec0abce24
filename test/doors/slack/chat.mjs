/** chat.*: posting, editing, deleting; who may post where, and what a message may hold. */
import { fail } from './refuse.mjs'
import { addEphemeral, addMessage, dmOf } from './state.mjs'
import { refusedBlocks } from './validate.mjs'

/** @typedef {import('./api.mjs').Caller} Caller */

/** Measured by others: up to here it stays one message, beyond it is cut into messages of 4,000. */
const oneMessage = 4040
const cut = 4000
const most = 40_000

/** The channel an app may post to, as its token sees it. @param {string} id @param {Caller} caller @param {string} method */
export function reach(id, { state, team }, method) {
  const user = state.users.get(id)
  if (user && user.team === team.id) {
    if (user.bot) fail('cannot_dm_bot')
    if (user.disabled) fail('user_disabled')
    return dmOf(state, id)
  }
  const channel = state.channels.get(id)
  const other = channel ? channel.team : user?.team
  if (other && other !== team.id)
    state.breach('wrong_team', `${method} on ${id} of ${other} with the token of ${team.id}`, method)
  if (!channel || channel.team !== team.id) return fail('channel_not_found')
  if (channel.kind === 'private' && !channel.members.has(team.botUser)) return fail('channel_not_found')
  if (channel.kind === 'im' && channel.user && state.users.get(channel.user)?.disabled) return fail('user_disabled')
  return channel
}

/** Blocks in the right shape, or Slack's refusal. @param {Record<string, any>} args @param {Caller} caller @param {string} method */
export function checkContent(args, { state, team }, method) {
  if (args.blocks !== undefined) {
    const hasFile = (/** @type {string} */ id) =>
      [...state.files.values()].some((f) => (f.id === id || f.url_private === id) && f.team === team.id && f.done)
    const refused = refusedBlocks(args.blocks, 'message', hasFile)
    if (refused) {
      state.breach('blocks', refused.messages.join('; ') || refused.error, method)
      fail(refused.error, { errors: refused.messages, response_metadata: { messages: refused.messages } })
    }
  }
  if (args.markdown_text !== undefined) {
    if (args.text !== undefined || args.blocks !== undefined) fail('markdown_text_conflict')
    if (args.markdown_text.length > 12_000) fail('msg_too_long')
  }
  const empty = !args.text && !args.blocks?.length && !args.attachments?.length && !args.markdown_text
  if (empty) fail('no_text')
  if (args.blocks?.length && !args.text)
    state.breach('blocks', 'blocks without text: notifications and screen readers read nothing', method)
}

/** @param {any} metadata @param {Caller} caller @param {string} method */
function checkMetadata(metadata, { state }, method) {
  if (metadata === undefined) return
  const { event_type: type, event_payload: payload } = metadata ?? {}
  if (
    typeof type === 'string' &&
    /^[A-Za-z0-9_.-]{1,255}$/.test(type) &&
    payload &&
    typeof payload === 'object' &&
    !Array.isArray(payload)
  )
    return
  state.breach('metadata', 'needs event_type and an object event_payload', method)
  fail('invalid_metadata_format')
}

/** What the app's own messages carry. @param {any} team @param {string} appId */
export const asApp = (team, appId) => ({
  user: team.botUser,
  bot_id: team.botId,
  app_id: appId,
  bot_profile: { id: team.botId, app_id: appId, name: 'troupe', team_id: team.id },
})

/** @param {any} channel @param {Caller} caller */
const canRead = (channel, { team, state }) =>
  channel.members.has(team.botUser) || (channel.kind === 'public' && state.scopes.has('chat:write.public'))

/** @param {any} message */
const event = (message, /** @type {any} */ channel) => ({
  ...message,
  channel: channel.id,
  channel_type: { public: 'channel', private: 'group', im: 'im' }[/** @type {'public'} */ (channel.kind)],
  event_ts: message.ts,
})

/** @type {Record<string, (args: Record<string, any>, caller: Caller) => any>} */
export const chat = {
  'chat.postMessage': (args, caller) => {
    const { state, team } = caller
    const channel = reach(args.channel, caller, 'chat.postMessage')
    if (channel.archived) fail('is_archived')
    if (!canRead(channel, caller)) fail('not_in_channel')
    checkContent(args, caller, 'chat.postMessage')
    checkMetadata(args.metadata, caller, 'chat.postMessage')
    if (args.metadata === undefined)
      state.breach('metadata', 'missing: a repeated post could not be recognised', 'chat.postMessage')
    if (args.thread_ts && !channel.messages.some((/** @type {any} */ m) => m.ts === args.thread_ts))
      fail('cannot_reply_to_message')
    const text = String(args.text ?? args.markdown_text ?? '').slice(0, most)
    const parts =
      !args.blocks?.length && text.length > oneMessage ? (text.match(new RegExp(`[\\s\\S]{1,${cut}}`, 'g')) ?? [text]) : [text]
    if (parts.length > 1)
      state.breach('split_text', `${text.length} characters became ${parts.length} messages`, 'chat.postMessage')
    const shared = { ...asApp(team, state.appId), ...(args.thread_ts ? { thread_ts: args.thread_ts } : {}) }
    const messages = parts.map((part) =>
      addMessage(state, channel, {
        ...shared,
        text: part,
        blocks: args.blocks,
        attachments: args.attachments,
        metadata: args.metadata,
      }),
    )
    for (const message of messages) caller.occur(team.id, event(message, channel))
    return { channel: channel.id, ts: messages[0].ts, message: messages[0] }
  },

  'chat.update': (args, caller) => {
    const { state, team } = caller
    const channel = reach(args.channel, caller, 'chat.update')
    const message = channel.messages.find((/** @type {any} */ m) => m.ts === args.ts)
    if (!message) return fail('message_not_found')
    if (channel.archived) fail('is_inactive')
    if (message.bot_id !== team.botId) fail('cant_update_message')
    checkContent(args, caller, 'chat.update')
    checkMetadata(args.metadata, caller, 'chat.update')
    const before = { ...message }
    edit(state, channel, message, args)
    caller.occur(team.id, {
      type: 'message',
      subtype: 'message_changed',
      message,
      previous_message: before,
      channel: channel.id,
      hidden: true,
      ts: state.ts(),
      event_ts: message.edited.ts,
      channel_type: event(message, channel).channel_type,
    })
    return { channel: channel.id, ts: message.ts, text: message.text, message }
  },

  'chat.delete': (args, caller) => {
    const channel = reach(args.channel, caller, 'chat.delete')
    const message = channel.messages.find((/** @type {any} */ m) => m.ts === args.ts)
    if (!message) return fail('message_not_found')
    if (message.bot_id !== caller.team.botId) fail('cant_delete_message')
    remove(channel, message)
    return { channel: channel.id, ts: message.ts }
  },

  'chat.postEphemeral': (args, caller) => {
    const { state, team } = caller
    const channel = reach(args.channel, caller, 'chat.postEphemeral')
    if (channel.archived) fail('is_archived')
    if (!channel.members.has(team.botUser)) fail('not_in_channel')
    if (!channel.members.has(args.user)) fail('user_not_in_channel')
    checkContent(args, caller, 'chat.postEphemeral')
    const shown = addEphemeral(state, args.user, channel, {
      ...asApp(team, state.appId),
      text: args.text ?? args.markdown_text,
      blocks: args.blocks,
      thread_ts: args.thread_ts,
    })
    return { message_ts: shown.ts }
  },

  'chat.getPermalink': (args, caller) => {
    const channel = reach(args.channel, caller, 'chat.getPermalink')
    if (!channel.messages.some((/** @type {any} */ m) => m.ts === args.message_ts)) fail('message_not_found')
    return {
      channel: channel.id,
      permalink: `https://${caller.team.domain}.slack.com/archives/${channel.id}/p${args.message_ts.replace('.', '')}`,
    }
  },
}

/** Replaces what a message shows; what is not given stays, except that text without blocks drops them. @param {any} state @param {any} channel @param {any} message @param {any} args */
export function edit(state, channel, message, args) {
  if (args.text !== undefined || args.markdown_text !== undefined) message.text = args.text ?? args.markdown_text
  if (args.blocks !== undefined || args.text !== undefined) message.blocks = args.blocks
  for (const [at, block] of (message.blocks ?? []).entries()) block.block_id ??= `b${at}${state.ts().slice(-4)}`
  if (args.metadata !== undefined) message.metadata = args.metadata
  message.edited = { user: message.user, ts: state.ts() }
  state.effect({ kind: 'message', channel: channel.id, ts: message.ts })
}

/** @param {any} channel @param {any} message */
export function remove(channel, message) {
  channel.messages = channel.messages.filter((/** @type {any} */ m) => m !== message)
  channel.pins = channel.pins.filter((/** @type {string} */ ts) => ts !== message.ts)
}
