/** Makes, changes and removes messages, and tells the gateway of it. */
import { INTENT } from './guild.mjs'
import { everyComponent, everyMedia, FLAG } from './limits.mjs'
import { BIT, inChannel, isThread } from './permissions.mjs'
import { keepFile, refusal, resigned, unknown } from './state.mjs'

const NONCE_MS = 5 * 60_000

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('./state.mjs').Json} Json */
/** A message and what only the server knows of it. */
/** @typedef {{ json: Json, ephemeralFor?: string, edits: number, pinged: string[], nonce?: string, at: number, reactions: Map<string, Set<string>>, interactionId?: string }} Kept */

/** How message events of a channel are sent. */
export function messageEvent(state, channel, kept) {
  const dm = !channel.guild_id
  const own = kept?.json.author.id === state.appId
  const named = kept?.json.mentions.some((u) => u.id === state.appId)
  return { guildId: channel.guild_id, intent: dm ? INTENT.dms : INTENT.messages, blank: !dm && !own && !named }
}

/** @param {Json} json */
export const blanked = (json) => ({ ...json, content: '', embeds: [], components: [], attachments: [], poll: undefined })

/**
 * Posts a message that has been checked.
 * @param {State} state @param {Json} channel
 * @param {{ author: Json, body: Json, files?: any[], flags?: number, ephemeralFor?: string, interaction?: Json, type?: number }} of
 * @returns {Kept}
 */
export function postMessage(state, channel, of) {
  const { body, author } = of
  const flags =
    (Number(body.flags ?? 0) & (FLAG.SUPPRESS_EMBEDS | FLAG.SILENT | FLAG.V2)) |
    (of.flags ?? 0) |
    (of.ephemeralFor ? FLAG.EPHEMERAL : 0)
  const reply = body.message_reference?.message_id
  const json = {
    id: state.id(),
    type: of.type ?? (of.interaction ? (of.interaction.type === 2 ? 20 : 19) : reply ? 19 : 0),
    channel_id: channel.id,
    author,
    content: body.content ?? '',
    timestamp: state.iso(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: attach(state, channel, body.attachments, of.files ?? []),
    embeds: (body.embeds ?? []).map((e) => ({ type: 'rich', ...e })),
    components: [],
    pinned: false,
    flags,
    ...(author.id === state.appId && { application_id: state.appId }),
    ...(body.nonce !== undefined && { nonce: body.nonce }),
    ...(of.interaction && { webhook_id: state.appId, interaction_metadata: metadata(of.interaction) }),
    ...(reply && { message_reference: { type: 0, message_id: reply, channel_id: channel.id, guild_id: channel.guild_id } }),
  }
  const kept = {
    json,
    ephemeralFor: of.ephemeralFor,
    edits: 0,
    pinged: [],
    nonce: body.nonce,
    at: state.now(),
    reactions: new Map(),
    interactionId: of.interaction?.id,
  }
  json.components = drawn(body.components ?? [], json.attachments)
  address(state, channel, kept, body)
  state.messages.set(json.id, kept)
  if (body.enforce_nonce && body.nonce !== undefined) state.nonces.set(`${channel.id} ${body.nonce}`, kept)
  channel.last_message_id = json.id
  if (isThread(channel)) {
    channel.message_count++
    channel.total_message_sent++
    if (channel.thread_metadata.archived) channel.thread_metadata.archived = false
  }
  if (!of.ephemeralFor) state.emit('MESSAGE_CREATE', withMember(state, channel, json), messageEvent(state, channel, kept))
  return kept
}

/** The same message again when the same nonce was enforced a moment ago. @returns {Kept | undefined} */
export function sameNonce(state, channel, body) {
  const kept = body.enforce_nonce ? state.nonces.get(`${channel.id} ${body.nonce}`) : undefined
  return kept && state.messages.has(kept.json.id) && state.now() - kept.at < NONCE_MS ? kept : undefined
}

/** Changes what the body names. @param {State} state @param {Kept} kept @param {Json} body @param {any[]} files */
export function changeMessage(state, kept, body, files = []) {
  const channel = state.channels.get(kept.json.channel_id)
  const { json } = kept
  const loading = (json.flags & FLAG.LOADING) !== 0
  if (body.content !== undefined) json.content = body.content ?? ''
  if (body.embeds !== undefined) json.embeds = (body.embeds ?? []).map((e) => ({ type: 'rich', ...e }))
  if (body.flags !== undefined && body.flags !== null)
    json.flags = (json.flags & ~FLAG.SUPPRESS_EMBEDS) | (Number(body.flags) & (FLAG.SUPPRESS_EMBEDS | FLAG.V2))
  if (body.attachments !== undefined || files.length > 0) {
    const listed = body.attachments?.map((a) => String(a.id))
    const stay = json.attachments.filter((a) => !listed || listed.includes(a.id))
    json.attachments = [...stay, ...attach(state, channel, body.attachments, files)]
  }
  if (body.components !== undefined) json.components = drawn(body.components ?? [], json.attachments)
  json.flags &= ~FLAG.LOADING
  if (loading) address(state, channel, kept, body)
  else {
    kept.edits++
    json.edited_timestamp = state.iso()
  }
  if (!kept.ephemeralFor) state.emit('MESSAGE_UPDATE', withMember(state, channel, json), messageEvent(state, channel, kept))
}

/** @param {State} state @param {Kept} kept */
export function dropMessage(state, kept) {
  const channel = state.channels.get(kept.json.channel_id)
  state.messages.delete(kept.json.id)
  channel.pins?.delete(kept.json.id)
  if (kept.ephemeralFor) return
  const gone = { id: kept.json.id, channel_id: channel.id, guild_id: channel.guild_id }
  state.emit('MESSAGE_DELETE', gone, { ...messageEvent(state, channel, kept), blank: false })
}

/** @returns {Kept} */
export function keptMessage(state, channelId, id) {
  const kept = state.messages.get(id)
  if (!kept || (channelId && kept.json.channel_id !== channelId)) throw unknown('Message', 10008)
  return kept
}

/** A message read again: fresh file addresses, reactions; blanked when the application may not read contents. @param {Kept} kept */
export function readMessage(state, kept) {
  const fresh = structuredClone(kept.json)
  for (const a of fresh.attachments) a.url = a.proxy_url = resigned(state, a.url)
  fresh.reactions = [...kept.reactions].map(([name, users]) => ({
    emoji: { id: null, name },
    count: users.size,
    count_details: { burst: 0, normal: users.size },
    me: users.has(state.appId),
    me_burst: false,
    burst_colors: [],
  }))
  if (fresh.reactions.length === 0) delete fresh.reactions
  const channel = state.channels.get(fresh.channel_id)
  const hidden = channel && messageEvent(state, channel, kept).blank && !state.privileged.has('content')
  return hidden ? blanked(fresh) : fresh
}

function withMember(state, channel, json) {
  if (!channel.guild_id) return { ...json, channel_type: channel.type }
  const member = state.guilds.get(channel.guild_id).members.get(json.author.id)
  const { user: _user, ...rest } = member ?? {}
  return { ...json, guild_id: channel.guild_id, channel_type: channel.type, ...(member && { member: rest }) }
}

/** Files of the request as attachments, described by the entries whose id is their number. */
function attach(state, channel, described, files) {
  return files.map((file) => {
    const entry = (described ?? []).find((a) => String(a.id) === file.field.match(/\d+/)?.[0])
    const name = entry?.filename ?? file.name
    return keepFile(state, channel.id, { ...file, name }, entry?.description ? { description: entry.description } : {})
  })
}

/** Components as Discord gives them back: numbered, with their media resolved. */
function drawn(components, attachments) {
  const copy = structuredClone(components)
  let next = 1
  const taken = new Set(everyComponent(copy).map(({ component }) => component.id))
  for (const { component } of everyComponent(copy)) {
    if (component.id) continue
    while (taken.has(next)) next++
    component.id = next++
  }
  for (const { media } of everyMedia(copy)) {
    const file = attachments.find((a) => `attachment://${a.filename}` === media.url)
    Object.assign(media, {
      ...(file && { url: file.url, attachment_id: file.id, width: file.width, height: file.height }),
      proxy_url: file?.url ?? media.url,
      content_type: file?.content_type ?? null,
      loading_state: 2,
    })
  }
  return copy
}

/** Who is named and, unless the allowed mentions hush it, notified. @param {Kept} kept */
function address(state, channel, kept, body) {
  const guild = state.guilds.get(channel.guild_id)
  const { json } = kept
  const words = [
    json.content,
    ...everyComponent(json.components).map(({ component }) => (component.type === 10 ? component.content : '')),
  ].join('\n')
  const allowed = body.allowed_mentions ?? { parse: ['users', 'roles', 'everyone'] }
  const may = (kind, id) => allowed.parse?.includes(kind) || allowed[kind]?.map(String).includes(id)
  const named = (pattern) => [...new Set([...words.matchAll(pattern)].map((m) => m[1]))]
  const users = named(/<@!?(\d+)>/g).filter((id) => state.users.has(id) && may('users', id))
  const loud = !guild || (inChannel(state, channel, json.author.id) & BIT.MENTION_EVERYONE) !== 0n
  const roles = guild ? named(/<@&(\d+)>/g).filter((id) => guild.roles.has(id) && may('roles', id)) : []
  const rung = roles.filter((id) => loud || guild.roles.get(id).mentionable)
  json.mentions = users.map((id) => state.users.get(id))
  json.mention_roles = roles
  json.mention_everyone =
    Boolean(guild) && loud && /@(everyone|here)\b/.test(words) && Boolean(allowed.parse?.includes('everyone'))
  const everyone = guild ? [...guild.members.values()] : []
  const byRole = everyone.filter((m) => json.mention_everyone || m.roles.some((id) => rung.includes(id))).map((m) => m.user.id)
  kept.pinged = [...new Set([...users, ...byRole])].filter((id) => id !== json.author.id)
}

function metadata(interaction) {
  return {
    id: interaction.id,
    type: interaction.type,
    user: interaction.user,
    authorizing_integration_owners: interaction.owners,
    ...(interaction.type === 2 && { name: interaction.name, command_type: interaction.commandType }),
    ...(interaction.messageId && { interacted_message_id: interaction.messageId }),
  }
}

/** A line that Discord writes itself (6 a pin, 1 a person added to a thread). */
export function systemMessage(state, channel, author, type, more = {}) {
  const kept = postMessage(state, channel, { author, body: {}, type })
  Object.assign(kept.json, more)
  return kept
}

/** Adds or takes a reaction and tells of it. @param {Kept} kept */
export function setReaction(state, kept, userId, emoji, on) {
  const users = kept.reactions.get(emoji) ?? new Set()
  if (users.has(userId) === on) return
  if (on && !kept.reactions.has(emoji) && kept.reactions.size >= 20)
    throw refusal(403, 30010, 'Maximum number of reactions reached (20)')
  if (on) users.add(userId)
  else users.delete(userId)
  if (users.size) kept.reactions.set(emoji, users)
  else kept.reactions.delete(emoji)
  const channel = state.channels.get(kept.json.channel_id)
  const member = state.guilds.get(channel.guild_id)?.members.get(userId)
  const data = {
    user_id: userId,
    channel_id: channel.id,
    message_id: kept.json.id,
    message_author_id: kept.json.author.id,
    emoji: { id: null, name: emoji },
    burst: false,
    type: 0,
    ...(channel.guild_id && { guild_id: channel.guild_id }),
    ...(on && member && { member }),
  }
  const intent = channel.guild_id ? INTENT.reactions : INTENT.dmReactions
  state.emit(`MESSAGE_REACTION_${on ? 'ADD' : 'REMOVE'}`, data, { guildId: channel.guild_id, intent })
}
