/** What people do outside modals: commands, presses, messages, reactions, joining. */
import { addReaction, newFile, shownFile } from './files.mjs'
import { valueFor } from './inputs.mjs'
import { actionOf, interaction, messageAction, newTrigger, slashPayload, viewAction, visible } from './payloads.mjs'
import { newResponseUrl, say } from './responses.mjs'
import { observe, shown } from './seen.mjs'
import { addMessage, channelOf, dmOf, userOf } from './state.mjs'
import { findView } from './views.mjs'
import { elementsOf } from './words.mjs'

/** @typedef {import('./state.mjs').State} State */
/** @typedef {ReturnType<typeof import('./delivery.mjs').deliverer>} Deliverer */

/** The element a person means: by action id, by label, or by the action id without what follows '#'. @param {any[]} blocks @param {string} name */
function elementNamed(blocks, name) {
  const all = elementsOf(blocks)
  const found =
    all.find(({ element }) => element.action_id === name) ??
    all.find(({ element }) => element.type === 'button' && element.text.text === name) ??
    all.find(({ element }) => element.action_id?.startsWith(`${name}#`))
  if (found) return found
  throw new Error(
    `There is nothing called ${name} to press; there is: ${all.map(({ element }) => element.text?.text ?? element.action_id).join(', ')}`,
  )
}

/** A message this person sees. @param {State} state @param {string} user @param {string} channelId @param {string} ts */
function messageFor(state, user, channelId, ts) {
  const channel = channelId === 'dm' ? dmOf(state, user) : channelOf(state, channelId)
  const message = (state.ephemerals.get(user) ?? []).find((m) => m.ts === ts) ?? channel.messages.find((m) => m.ts === ts)
  if (!message || !channel.members.has(user)) throw new Error(`${user} sees no message ${ts} in ${channelId}.`)
  return { channel, message }
}

/** A view this person has open. @param {State} state @param {string} user @param {string} id */
export function viewFor(state, user, id) {
  const view = findView(state, id)
  if (view?.user === user) return view
  throw new Error(`${user} has no view ${id} open.`)
}

/** @param {State} state @param {Deliverer} delivery */
export const personVerbs = (state, delivery) => {
  /** Sends an interaction whose ack may carry nothing. @param {string} name @param {any} payload */
  const interact = async (name, payload) => {
    const ack = await delivery.deliver('interactive', name, payload)
    if (ack.ok && ack.body !== undefined) state.breach('ack_body', `${name} was acked with a body, which Slack ignores`)
    return ack
  }
  /** @param {string} user @param {any} how @param {() => Promise<any>} act */
  const seen = async (user, how, act) => (await observe(state, user, how, act)).seen

  /** Presses or chooses. @param {string} user @param {{ blocks: any[], keep: (block: any, element: any, value: any) => void, payload: (action: any) => any }} on @param {string} name @param {any} given @param {any} how */
  const act = (user, on, name, given, how) => {
    const { block, element } = elementNamed(on.blocks, name)
    const value = given === undefined ? undefined : valueFor(state, element, given, userOf(state, user))
    if (given === undefined && element.type !== 'button') throw new Error(`${name} is a ${element.type}: choose, not press.`)
    if (value && element.type !== 'overflow') on.keep(block, element, value)
    return seen(user, how, () =>
      interact(`block_actions ${element.action_id}`, on.payload(actionOf(state, element, block, value))),
    )
  }

  /** @param {string} userId @param {string} channelId @param {string} ts */
  const onMessage = (userId, channelId, ts) => {
    const { channel, message } = messageFor(state, userId, channelId, ts)
    return {
      blocks: message.blocks ?? [],
      keep: (/** @type {any} */ block, /** @type {any} */ element, /** @type {any} */ value) => {
        message.values = {
          ...message.values,
          [block.block_id]: { ...message.values?.[block.block_id], [element.action_id]: value },
        }
      },
      payload: (/** @type {any} */ action) => messageAction(state, userOf(state, userId), channel, message, action),
    }
  }

  /** @param {string} userId @param {string} id */
  const onView = (userId, id) => {
    const view = viewFor(state, userId, id)
    return {
      blocks: view.blocks,
      keep: (/** @type {any} */ block, /** @type {any} */ element, /** @type {any} */ value) => {
        view.state.values[block.block_id] = { ...view.state.values[block.block_id], [element.action_id]: value }
      },
      payload: (/** @type {any} */ action) => viewAction(state, userOf(state, userId), view, action),
    }
  }

  return {
    slash: (/** @type {string} */ userId, /** @type {string} */ line, /** @type {any} */ where) => {
      const user = userOf(state, userId)
      const channel = placeOf(state, user, where?.channel)
      const [, command = '', text = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(line) ?? []
      const listed = state.options.manifest?.features?.slash_commands
      const own = listed?.find((/** @type {any} */ c) => c.command === command)
      if (!command || (listed && !own)) throw new Error(`${command || line} is not a valid command.`)
      return seen(userId, where, async () => {
        const payload = slashPayload(state, user, channel, command, escaped(state, user, text.trim(), own?.should_escape))
        const ack = await delivery.deliver('slash_commands', command, payload)
        if (ack.ok && ack.body && (ack.body.text || ack.body.blocks)) {
          const wrong = say(state, { team: user.team, user: userId, channel: channel.id }, ack.body)
          if (wrong) state.breach('ack_body', wrong)
        }
        return ack
      })
    },

    press: (
      /** @type {string} */ user,
      /** @type {string} */ channel,
      /** @type {string} */ ts,
      /** @type {string} */ name,
      /** @type {any} */ how,
    ) => act(user, onMessage(user, channel, ts), name, undefined, how),
    choose: (
      /** @type {string} */ user,
      /** @type {string} */ channel,
      /** @type {string} */ ts,
      /** @type {string} */ name,
      /** @type {any} */ value,
      /** @type {any} */ how,
    ) => act(user, onMessage(user, channel, ts), name, value, how),
    pressView: (/** @type {string} */ user, /** @type {string} */ id, /** @type {string} */ name, /** @type {any} */ how) =>
      act(user, onView(user, id), name, undefined, how),
    chooseView: (
      /** @type {string} */ user,
      /** @type {string} */ id,
      /** @type {string} */ name,
      /** @type {any} */ value,
      /** @type {any} */ how,
    ) => act(user, onView(user, id), name, value, how),

    openHome: async (/** @type {string} */ userId, /** @type {any} */ how) => {
      const user = userOf(state, userId)
      const home = state.homes.get(userId)
      const event = {
        type: 'app_home_opened',
        user: userId,
        channel: dmOf(state, userId).id,
        tab: how?.tab ?? 'home',
        event_ts: state.ts(),
        ...(home ? { view: visible(home) } : {}),
      }
      const result = await seen(userId, how, () => delivery.tell(user.team, event))
      const after = state.homes.get(userId)
      return { ...result, ...(after ? { home: shown(after) } : {}) }
    },

    messageShortcut: (
      /** @type {string} */ userId,
      /** @type {string} */ callback,
      /** @type {string} */ channelId,
      /** @type {string} */ ts,
      /** @type {any} */ how,
    ) => {
      const user = userOf(state, userId)
      known(state, callback, 'message')
      const { channel, message } = messageFor(state, userId, channelId, ts)
      const about = {
        callback_id: callback,
        trigger_id: newTrigger(state, user),
        action_ts: state.ts(),
        message_ts: ts,
        channel: { id: channel.id, name: channel.name },
        message: visible(message),
      }
      const url = newResponseUrl(state, { team: user.team, user: userId, channel: channel.id, ts })
      return seen(userId, how, () =>
        interact(`message_action ${callback}`, { ...interaction(state, user, 'message_action'), ...about, response_url: url }),
      )
    },

    globalShortcut: (/** @type {string} */ userId, /** @type {string} */ callback, /** @type {any} */ how) => {
      const user = userOf(state, userId)
      known(state, callback, 'global')
      const about = { callback_id: callback, trigger_id: newTrigger(state, user), action_ts: state.ts() }
      return seen(userId, how, () => interact(`shortcut ${callback}`, { ...interaction(state, user, 'shortcut'), ...about }))
    },

    say: async (
      /** @type {string} */ userId,
      /** @type {string} */ channelId,
      /** @type {string} */ text,
      /** @type {any[] | undefined} */ given,
      /** @type {any} */ how,
    ) => {
      const user = userOf(state, userId)
      const channel = placeOf(state, user, channelId)
      const files = (given ?? []).map((f) =>
        newFile(state, user.team, userId, {
          name: f.name,
          mimetype: f.mime,
          bytes: Buffer.from(f.bytes),
          done: true,
          channels: [channel.id],
        }),
      )
      const content = {
        user: userId,
        text,
        client_msg_id: `${state.ts()}-${userId}`,
        ...(how?.thread ? { thread_ts: how.thread } : {}),
      }
      const shared = files.length > 0 ? { subtype: 'file_share', files: files.map(shownFile) } : {}
      const message = addMessage(state, channel, { ...content, ...shared })
      const kind = { public: 'channel', private: 'group', im: 'im' }[channel.kind]
      const event = { ...message, channel: channel.id, channel_type: kind, event_ts: message.ts }
      const bot = state.teams.get(user.team)?.botUser
      const result = await seen(userId, how, async () =>
        bot && channel.members.has(bot) ? delivery.tell(user.team, event) : undefined,
      )
      return { ...result, ts: message.ts, channel: channel.id }
    },

    react: (
      /** @type {string} */ userId,
      /** @type {string} */ channelId,
      /** @type {string} */ ts,
      /** @type {string} */ emoji,
      /** @type {any} */ how,
    ) => {
      const user = userOf(state, userId)
      const { channel, message } = messageFor(state, userId, channelId, ts)
      if (message.onlyFor) throw new Error('A message only one person sees takes no reactions.')
      addReaction(message, emoji, userId)
      const event = {
        type: 'reaction_added',
        user: userId,
        reaction: emoji,
        item: { type: 'message', channel: channel.id, ts },
        item_user: message.user,
        event_ts: state.ts(),
      }
      return seen(userId, how, () => delivery.tell(user.team, event))
    },

    join: (/** @type {string} */ userId, /** @type {string | undefined} */ channelId, /** @type {any} */ how) => {
      const user = userOf(state, userId)
      const about = { user: userId, team: user.team, event_ts: state.ts() }
      if (!channelId)
        return seen(userId, how, () =>
          delivery.tell(user.team, { ...about, type: 'team_join', user: { ...user, team_id: user.team } }),
        )
      const channel = channelOf(state, channelId)
      channel.members.add(userId)
      return seen(userId, how, () =>
        delivery.tell(user.team, {
          ...about,
          type: 'member_joined_channel',
          channel: channel.id,
          channel_type: channel.kind === 'private' ? 'G' : 'C',
        }),
      )
    },

    event: (/** @type {string} */ team, /** @type {any} */ event) => delivery.tell(team, { event_ts: state.ts(), ...event }),
  }
}

/** Where a person acts: 'dm', a channel they are in or may walk into, or the general one. @param {State} state @param {any} user @param {string | undefined} name */
function placeOf(state, user, name) {
  if (name === 'dm') return dmOf(state, user.id)
  const channel = channelOf(state, name ?? state.teams.get(user.team)?.general ?? '')
  if (channel.team !== user.team) throw new Error(`${channel.id} is in another workspace.`)
  if (!channel.members.has(user.id) && (channel.kind !== 'public' || user.guest))
    throw new Error(`${user.name} is not in ${channel.name}.`)
  channel.members.add(user.id)
  return channel
}

/** With should_escape Slack turns @names and #channels into ids. @param {State} state @param {any} user @param {string} text @param {boolean | undefined} on */
function escaped(state, user, text, on) {
  if (!on) return text
  const people = [...state.users.values()].filter((u) => u.team === user.team)
  const places = [...state.channels.values()].filter((c) => c.team === user.team && c.kind === 'public')
  const named = people.reduce((line, u) => line.replaceAll(`@${u.name}`, `<@${u.id}|${u.name}>`), text)
  return places.reduce((line, c) => line.replaceAll(`#${c.name}`, `<#${c.id}|${c.name}>`), named)
}

/** @param {State} state @param {string} callback @param {string} type */
function known(state, callback, type) {
  const listed = state.options.manifest?.features?.shortcuts
  if (state.options.manifest && !listed?.some((/** @type {any} */ s) => s.callback_id === callback && s.type === type))
    throw new Error(`The manifest has no ${type} shortcut ${callback}.`)
}
