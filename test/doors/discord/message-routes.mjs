/** Routes of messages, reactions, pins and threads. */
import { addThread, channelJson, INTENT, threadMember } from './guild.mjs'
import { checkMessage, everyMedia, FLAG, stripped } from './limits.mjs'
import {
  changeMessage,
  dropMessage,
  keptMessage,
  postMessage,
  readMessage,
  sameNonce,
  setReaction,
  systemMessage,
} from './messages.mjs'
import { botMay, isThread } from './permissions.mjs'
import { channelOf } from './routes.mjs'
import { refusal, unknown } from './state.mjs'
import { check } from './validate.mjs'

const PINS = 250
const ACTIVE_THREADS = 1000

/** @typedef {import('./rest.mjs').Visit} Visit */
/** @typedef {import('./rest.mjs').Route} Route */

/** Notes what a careful bot always sends with a message. */
export function noteMentions(body, note) {
  const words = body.content || body.components?.length || body.embeds?.length
  if (words && !body.allowed_mentions) note('no allowed_mentions', 'the body has words and no allowed_mentions')
}

/** Notes an uploaded file that a message of components does not show. */
export function noteFiles(body, files, flags, note) {
  if (!(flags & FLAG.V2)) return
  const shown = everyMedia(body.components).map(({ media }) => media?.url)
  for (const file of files)
    if (!shown.includes(`attachment://${file.name.replace(/\s+/g, '_')}`))
      note('file not shown', `${file.name} is attached, but no component shows it`)
}

/** @param {Visit} visit */
function create(visit) {
  const { state, body, files, note } = visit
  const channel = channelOf(visit)
  check('MessageCreateRequest', body, note)
  if (!channel.guild_id) mayWrite(state, channel)
  else
    botMay(
      state,
      channel,
      isThread(channel) ? 'SEND_MESSAGES_IN_THREADS' : 'SEND_MESSAGES',
      ...(files.length ? ['ATTACH_FILES'] : []),
    )
  if (channel.type === 4) throw refusal(400, 50008, 'Cannot send messages in a non-text channel')
  if (isThread(channel) && channel.thread_metadata.locked) botMay(state, channel, 'MANAGE_THREADS')
  checkMessage(body, files)
  if (Number(body.flags ?? 0) & ~(FLAG.SUPPRESS_EMBEDS | FLAG.SILENT | FLAG.V2))
    note('flags', `a post cannot set flags ${body.flags}`)
  if (body.nonce === undefined || body.nonce === null || body.enforce_nonce !== true)
    note('no nonce', 'a post without nonce and enforce_nonce may be made twice')
  noteMentions(body, note)
  noteFiles(body, files, Number(body.flags ?? 0), note)
  const reply = body.message_reference
  if (reply && reply.fail_if_not_exists !== false) keptMessage(state, channel.id, String(reply.message_id))
  const before = sameNonce(state, channel, body)
  return readMessage(state, before ?? postMessage(state, channel, { author: state.users.get(state.appId), body, files }))
}

/** DMs can be closed, and need a common server. */
function mayWrite(state, dm) {
  const user = state.users.get(dm.recipients[0].id)
  const together = [...state.guilds.values()].some((g) => g.members.has(user.id))
  if (!together) throw refusal(403, 50278, 'Cannot send messages to this user due to having no mutual guilds')
  if (user.dmsClosed) throw refusal(403, 50007, 'Cannot send messages to this user')
}

/** @param {Visit} visit */
function change(visit) {
  const { state, files, note, params } = visit
  const body = stripped(visit.body)
  const channel = channelOf(visit)
  check('MessageEditRequestPartial', body, note)
  if (channel.guild_id) botMay(state, channel)
  const kept = visible(state, channel, params.message)
  if (kept.json.author.id !== state.appId) throw refusal(403, 50005, 'Cannot edit a message authored by another user')
  if (isThread(channel) && channel.thread_metadata.archived) throw refusal(400, 50083, 'Thread is archived')
  checkMessage(body, files, kept.json)
  noteMentions(body, note)
  noteFiles(body, files, kept.json.flags | Number(body.flags ?? 0), note)
  changeMessage(state, kept, body, files)
  return readMessage(state, kept)
}

/** Ephemeral messages are reached through their interaction only. */
function visible(state, channel, id) {
  const kept = keptMessage(state, channel.id, id)
  if (kept.ephemeralFor) throw unknown('Message', 10008)
  return kept
}

/** @param {Visit} visit */
function remove(visit) {
  const channel = channelOf(visit)
  if (channel.guild_id) botMay(visit.state, channel)
  const kept = visible(visit.state, channel, visit.params.message)
  if (kept.json.author.id !== visit.state.appId) botMay(visit.state, channel, 'MANAGE_MESSAGES')
  dropMessage(visit.state, kept)
}

/** @param {Visit} visit */
function list(visit) {
  const { state, query } = visit
  const channel = channelOf(visit)
  if (channel.guild_id) botMay(state, channel, 'READ_MESSAGE_HISTORY')
  const limit = Number(query.limit ?? 50)
  if (!(limit >= 1 && limit <= 100))
    throw refusal(400, 50035, 'Invalid Form Body', {
      limit: { _errors: [{ code: 'NUMBER_TYPE_MAX', message: 'int value should be less than or equal to 100.' }] },
    })
  const all = [...state.messages.values()].filter((m) => m.json.channel_id === channel.id && !m.ephemeralFor)
  const before = query.before && BigInt(query.before)
  const after = query.after && BigInt(query.after)
  const some = all.filter((m) => (!before || BigInt(m.json.id) < before) && (!after || BigInt(m.json.id) > after))
  return (after ? some.slice(0, limit) : some.slice(-limit)).reverse().map((m) => readMessage(state, m))
}

/** @param {Visit} visit */
function read(visit) {
  const channel = channelOf(visit)
  if (channel.guild_id) botMay(visit.state, channel, 'READ_MESSAGE_HISTORY')
  return readMessage(visit.state, visible(visit.state, channel, visit.params.message))
}

/** @param {Visit} visit @param {boolean} on */
function pin(visit, on) {
  const { state } = visit
  const channel = channelOf(visit)
  const kept = visible(state, channel, visit.params.message)
  if (channel.guild_id) botMay(state, channel, 'PIN_MESSAGES')
  if (kept.json.pinned === on) return
  if (on && channel.pins.size >= PINS) throw refusal(400, 30003, `Maximum number of pinned messages reached (${PINS})`)
  kept.json.pinned = on
  if (on) channel.pins.set(kept.json.id, state.iso())
  else channel.pins.delete(kept.json.id)
  channel.last_pin_timestamp = on ? state.iso() : (channel.last_pin_timestamp ?? null)
  const intent = channel.guild_id ? INTENT.guilds : INTENT.dms
  state.emit(
    'CHANNEL_PINS_UPDATE',
    { guild_id: channel.guild_id, channel_id: channel.id, last_pin_timestamp: channel.last_pin_timestamp },
    { guildId: channel.guild_id, intent },
  )
  if (on)
    systemMessage(state, channel, state.users.get(state.appId), 6, {
      message_reference: { type: 0, message_id: kept.json.id, channel_id: channel.id, guild_id: channel.guild_id },
    })
}

/** Newest first. */
const pinned = (state, channel) =>
  [...channel.pins]
    .reverse()
    .map(([id, at]) => ({ pinned_at: at, message: readMessage(state, keptMessage(state, channel.id, id)) }))

/** @param {Visit} visit */
function listPins(visit) {
  const channel = channelOf(visit)
  if (channel.guild_id) botMay(visit.state, channel, 'READ_MESSAGE_HISTORY')
  return pinned(visit.state, channel)
}

/** @param {Visit} visit */
function startThread(visit) {
  const { state, body, params, note } = visit
  const parent = channelOf(visit)
  const kept = params.message ? visible(state, parent, params.message) : undefined
  check(kept ? 'CreateTextThreadWithMessageRequest' : 'CreateTextThreadWithoutMessageRequest', body, note)
  if (parent.type !== 0 && parent.type !== 5) throw refusal(400, 50024, 'Cannot execute action on this channel type')
  const type = kept ? 11 : (body.type ?? 12)
  botMay(state, parent, type === 12 ? 'CREATE_PRIVATE_THREADS' : 'CREATE_PUBLIC_THREADS')
  const guild = state.guilds.get(parent.guild_id)
  const active = [...guild.channels].filter((id) => state.channels.get(id).thread_metadata?.archived === false)
  if (active.length >= ACTIVE_THREADS) throw refusal(400, 160006, 'Maximum number of active threads reached')
  if (kept && state.channels.has(kept.json.id)) throw refusal(400, 160004, 'A thread has already been created for this message')
  const thread = addThread(state, parent, { ...body, type, ownerId: state.appId, id: kept?.json.id })
  return { ...channelJson(thread), member: threadMember(state, thread, state.appId) }
}

/** @param {Visit} visit @param {boolean} on */
function threadMembership(visit, on) {
  const { state, params } = visit
  const thread = channelOf(visit)
  if (!isThread(thread)) throw refusal(400, 50024, 'Cannot execute action on this channel type')
  const userId = params.user === '@me' ? state.appId : params.user
  const member = state.guilds.get(thread.guild_id).members.get(userId)
  if (!member) throw state.users.has(userId) ? unknown('Member', 10007) : unknown('User', 10013)
  if (thread.thread_metadata.archived) throw refusal(400, 50083, 'Thread is archived')
  botMay(state, thread, ...(on ? ['SEND_MESSAGES_IN_THREADS'] : userId === state.appId ? [] : ['MANAGE_THREADS']))
  if (thread.member_ids.has(userId) === on) return
  if (on) thread.member_ids.add(userId)
  else thread.member_ids.delete(userId)
  const change = on ? { added_members: [{ ...threadMember(state, thread, userId), member }] } : { removed_member_ids: [userId] }
  const data = { id: thread.id, guild_id: thread.guild_id, member_count: thread.member_ids.size, ...change }
  state.emit('THREAD_MEMBERS_UPDATE', data, { guildId: thread.guild_id, intent: INTENT.guilds | INTENT.members })
  if (on && userId !== state.appId) systemMessage(state, thread, state.users.get(state.appId), 1, { mentions: [member.user] })
}

/** @param {Visit} visit @param {boolean} on */
function react(visit, on) {
  const { state, params } = visit
  const channel = channelOf(visit)
  const kept = visible(state, channel, params.message)
  if (channel.guild_id)
    botMay(state, channel, 'READ_MESSAGE_HISTORY', ...(on && !kept.reactions.has(params.emoji) ? ['ADD_REACTIONS'] : []))
  if (/^[\x21-\x39\x3b-\x7e]+$/.test(params.emoji)) throw refusal(400, 10014, 'Unknown Emoji')
  setReaction(state, kept, state.appId, params.emoji, on)
}

/** @param {Visit} visit */
function reactors(visit) {
  const { state, params, query } = visit
  const channel = channelOf(visit)
  if (channel.guild_id) botMay(state, channel, 'READ_MESSAGE_HISTORY')
  const users = [...(visible(state, channel, params.message).reactions.get(params.emoji) ?? [])].sort()
  return users
    .filter((id) => BigInt(id) > BigInt(query.after ?? 0))
    .slice(0, Number(query.limit ?? 25))
    .map((id) => state.users.get(id))
}

/** @type {Route[]} */
export const messageRoutes = [
  ['POST', '/channels/:channel/messages', create],
  ['GET', '/channels/:channel/messages', list],
  ['GET', '/channels/:channel/messages/pins', (v) => ({ items: listPins(v), has_more: false })],
  ['PUT', '/channels/:channel/messages/pins/:message', (v) => pin(v, true)],
  ['DELETE', '/channels/:channel/messages/pins/:message', (v) => pin(v, false)],
  ['GET', '/channels/:channel/pins', (v) => listPins(v).map((p) => p.message)],
  ['PUT', '/channels/:channel/pins/:message', (v) => pin(v, true)],
  ['DELETE', '/channels/:channel/pins/:message', (v) => pin(v, false)],
  ['GET', '/channels/:channel/messages/:message', read],
  ['PATCH', '/channels/:channel/messages/:message', change],
  ['DELETE', '/channels/:channel/messages/:message', remove],
  ['PUT', '/channels/:channel/messages/:message/reactions/:emoji/@me', (v) => react(v, true)],
  ['DELETE', '/channels/:channel/messages/:message/reactions/:emoji/@me', (v) => react(v, false)],
  ['GET', '/channels/:channel/messages/:message/reactions/:emoji', reactors],
  ['POST', '/channels/:channel/threads', startThread],
  ['POST', '/channels/:channel/messages/:message/threads', startThread],
  [
    'GET',
    '/channels/:channel/thread-members',
    (v) => [...(channelOf(v).member_ids ?? [])].map((id) => threadMember(v.state, channelOf(v), id)),
  ],
  ['PUT', '/channels/:channel/thread-members/:user', (v) => threadMembership(v, true)],
  ['DELETE', '/channels/:channel/thread-members/:user', (v) => threadMembership(v, false)],
  ['POST', '/channels/:channel/typing', (v) => void channelOf(v)],
]
