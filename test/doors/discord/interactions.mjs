/** Sends interactions to the bot, keeps them, and waits for what comes back. */
import { randomBytes } from 'node:crypto'
import { ACK_MS } from './callbacks.mjs'
import { channelJson } from './guild.mjs'
import { readMessage } from './messages.mjs'
import { inChannel } from './permissions.mjs'
import { seenAnswer } from './seen.mjs'
import { FILE_LIMIT } from './state.mjs'

const WAIT_MS = 10_000

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('./state.mjs').Json} Json */

/**
 * Sends an interaction to the bot and keeps it.
 * @param {State} state
 * @param {{ type: number, user: Json, channel: Json, data: Json, message?: import('./messages.mjs').Kept, more?: Json }} of
 */
export function interact(state, { type, user, channel, data, message, more }) {
  const guild = state.guilds.get(channel.guild_id)
  const id = state.id()
  const record = {
    id,
    token: randomBytes(80).toString('base64url'),
    type,
    user,
    channelId: channel.id,
    messageId: message?.json.id,
    owners: { 0: guild?.id ?? '0' },
    at: state.now(),
    ack: null,
    originalId: undefined,
    followups: [],
    completed: false,
    ...more,
  }
  const member = guild?.members.get(user.id)
  const payload = {
    version: 1,
    id,
    application_id: state.appId,
    type,
    token: record.token,
    data,
    channel_id: channel.id,
    channel: { ...channelJson(channel), permissions: String(inChannel(state, channel, user.id)) },
    locale: 'en-US',
    app_permissions: String(inChannel(state, channel, state.appId)),
    entitlements: [],
    entitlement_sku_ids: [],
    authorizing_integration_owners: record.owners,
    context: guild ? 0 : 1,
    attachment_size_limit: FILE_LIMIT,
    ...(guild
      ? {
          guild_id: guild.id,
          guild: { id: guild.id, locale: 'en-US', features: ['COMMUNITY'] },
          guild_locale: 'en-US',
          member: { ...member, permissions: String(inChannel(state, channel, user.id)) },
        }
      : { user }),
    ...(message && { message: { ...structuredClone(message.json), reactions: readMessage(state, message).reactions } }),
  }
  record.payload = payload
  state.interactions.set(id, record)
  state.tokens.set(record.token, record)
  deliver(state, record)
  return record
}

/** @param {State} state @param {Json} record */
export function deliver(state, record) {
  state.emit('INTERACTION_CREATE', record.payload, { guildId: record.payload.guild_id })
}

/** Resolves with the answer, once it is whole; a deferred one that stays deferred is given after `waitMs`. */
export function answered(state, record, waitMs = WAIT_MS) {
  return new Promise((resolve, reject) => {
    const end = (act) => {
      clearTimeout(timer)
      clearInterval(beat)
      state.bells.delete(look)
      act()
    }
    const look = () => {
      const { ack } = record
      if (!ack && state.now() - record.at > ACK_MS) return end(() => reject(new Error('The application did not respond')))
      if (!ack) return
      if ((ack.type === 5 || ack.type === 6) && !record.completed && !waited) return
      end(() => resolve(seenAnswer(state, record)))
    }
    // The wait is for the answer; an acknowledgement has its three seconds whatever the wait.
    let waited = false
    const timer = setTimeout(
      () => {
        waited = true
        look()
      },
      Math.max(waitMs, 0),
    )
    const beat = setInterval(look, 250)
    state.bells.add(look)
    look()
  })
}
