/** The bodies Slack sends for what people do. */

import { valuesOf } from './inputs.mjs'
import { newResponseUrl } from './responses.mjs'
import { newId } from './state.mjs'
import { bare } from './views.mjs'

/** @typedef {import('./state.mjs').State} State */

/** A fresh trigger; with a view it may also push onto that view's stack. @param {State} state @param {any} user @param {any} [view] */
export function newTrigger(state, user, view) {
  const id = `${newId('9')}.${Date.now()}.${Math.random().toString(16).slice(2)}`
  state.triggers.set(id, { user: user.id, team: user.team, at: state.now(), used: false, view: view?.id })
  return id
}

/** What every interaction carries. @param {State} state @param {any} user @param {string} type */
export const interaction = (state, user, type) => ({
  type,
  user: {
    id: user.id,
    username: user.name.toLowerCase().replaceAll(' ', '.'),
    name: user.name.toLowerCase().replaceAll(' ', '.'),
    team_id: user.team,
  },
  api_app_id: state.appId,
  token: state.verificationToken,
  team: { id: user.team, domain: state.teams.get(user.team)?.domain ?? '' },
  enterprise: null,
  is_enterprise_install: false,
})

const nameOf = (/** @type {any} */ channel) =>
  ({ im: 'directmessage', private: 'privategroup', public: channel.name })[/** @type {'im'} */ (channel.kind)]

/** @param {State} state @param {any} user @param {any} channel @param {string} command @param {string} text */
export const slashPayload = (state, user, channel, command, text) => ({
  token: state.verificationToken,
  team_id: user.team,
  team_domain: state.teams.get(user.team)?.domain ?? '',
  channel_id: channel.id,
  channel_name: nameOf(channel),
  user_id: user.id,
  user_name: user.name.toLowerCase().replaceAll(' ', '.'),
  command,
  text,
  api_app_id: state.appId,
  is_enterprise_install: 'false',
  response_url: newResponseUrl(state, { team: user.team, user: user.id, channel: channel.id }),
  trigger_id: newTrigger(state, user),
})

/** block_actions on a message; a message only one person sees is not sent along, as at Slack. @param {State} state @param {any} user @param {any} channel @param {any} message @param {any} action */
export const messageAction = (state, user, channel, message, action) => ({
  ...interaction(state, user, 'block_actions'),
  container: {
    type: 'message',
    message_ts: message.ts,
    channel_id: channel.id,
    is_ephemeral: Boolean(message.onlyFor),
    ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
  },
  trigger_id: newTrigger(state, user),
  channel: { id: channel.id, name: nameOf(channel) },
  ...(message.onlyFor ? {} : { message: visible(message) }),
  state: { values: valuesOf(message.blocks ?? [], message.values ?? {}) },
  response_url: newResponseUrl(state, { team: user.team, user: user.id, channel: channel.id, ts: message.ts }),
  actions: [action],
})

/** @param {any} message */
export const visible = ({ metadata: _metadata, values: _values, onlyFor: _onlyFor, ...message }) => message

/** @param {any} view */
export const viewNow = (view) => bare({ ...view, state: { values: valuesOf(view.blocks, view.state.values) } })

/** @param {State} state @param {any} user @param {any} view @param {any} action */
export const viewAction = (state, user, view, action) => ({
  ...interaction(state, user, 'block_actions'),
  container: { type: 'view', view_id: view.id },
  trigger_id: newTrigger(state, user, view),
  view: viewNow(view),
  actions: [action],
})

/** @param {State} state @param {any} element @param {any} block @param {any} value */
export const actionOf = (state, element, block, value) => ({
  action_id: element.action_id,
  block_id: block.block_id,
  action_ts: state.ts(),
  ...(element.type === 'button'
    ? {
        type: 'button',
        text: element.text,
        ...(element.value === undefined ? {} : { value: element.value }),
        ...(element.url ? { url: element.url } : {}),
        ...(element.style ? { style: element.style } : {}),
      }
    : value),
})
