/** views.*: modals open from a fresh trigger, stack three high, and are guarded by their hash; Home tabs are per person. */
import { createHash } from 'node:crypto'
import { fail } from './refuse.mjs'
import { newId } from './state.mjs'
import { refusedView } from './validate.mjs'
import { elementsOf } from './words.mjs'

/** @typedef {import('./api.mjs').Caller} Caller */

/** A trigger lives three seconds and works once. */
const triggerLife = 3000
const stackHeight = 3

/** Uses a trigger up. @param {Record<string, any>} args @param {Caller} caller @param {string} method */
function exchange(args, { state, team }, method) {
  const trigger = state.triggers.get(args.trigger_id ?? args.interactivity_pointer ?? '')
  /** @type {(error: string) => never} */
  const refuse = (error) => {
    state.breach('trigger', error, method)
    return fail(error)
  }
  if (!trigger || trigger.team !== team.id) return refuse('invalid_trigger_id')
  if (trigger.used) return refuse('exchanged_trigger_id')
  if (state.now() - trigger.at > triggerLife) return refuse('expired_trigger_id')
  trigger.used = true
  return trigger
}

/** @param {any} given @param {'modal'|'home'} surface @param {any} state @param {any} team @param {string} method */
export function checkView(given, surface, state, team, method) {
  const hasFile = (/** @type {string} */ id) =>
    [...state.files.values()].some((f) => (f.id === id || f.url_private === id) && f.team === team.id && f.done)
  const refused = refusedView(given, surface, hasFile)
  if (!refused) return
  state.breach('view', refused.messages.join('; ') || refused.error, method)
  fail(refused.error, { response_metadata: { messages: refused.messages } })
}

/** @param {any} state @param {any} team @param {any} given @param {any} more */
export function newView(state, team, given, more = {}) {
  const id = newId('V')
  const view = {
    id,
    team_id: team.id,
    app_id: state.appId,
    app_installed_team_id: team.id,
    bot_id: team.botId,
    root_view_id: id,
    previous_view_id: null,
    ...more,
  }
  return fillView(state, view, given)
}

/** Puts new content into a view; values typed under the same block and action ids stay. @param {any} state @param {any} view @param {any} given */
export function fillView(state, view, given) {
  const defaults = {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    clear_on_close: false,
    notify_on_close: false,
    title: { type: 'plain_text', text: 'View title' },
    submit: null,
    close: null,
  }
  const blocks = given.blocks.map((/** @type {any} */ block, /** @type {number} */ n) => ({
    ...block,
    block_id: block.block_id ?? `v${n}${state.ts().slice(-4)}`,
  }))
  for (const { element } of elementsOf(blocks)) element.action_id ??= `a${state.ts().slice(-5)}`
  const values = Object.fromEntries(
    elementsOf(blocks).flatMap(({ block, element }) => {
      const kept = view.state?.values[block.block_id]?.[element.action_id]
      return kept ? [[block.block_id, { [element.action_id]: kept }]] : []
    }),
  )
  Object.assign(view, defaults, given, { blocks, state: { values } })
  view.hash = `${Math.floor(state.now() / 1000)}.${createHash('sha256')
    .update(state.ts() + JSON.stringify(blocks))
    .digest('hex')
    .slice(0, 8)}`
  return view
}

/** @param {any} state @param {string} user @param {any} team @param {any} given */
export function pushView(state, user, team, given) {
  const stack = state.stacks.get(user) ?? []
  if (stack.length >= stackHeight) fail('push_limit_reached')
  const top = stack.at(-1)
  const view = newView(state, team, given, { user, ...(top ? { root_view_id: top.root_view_id, previous_view_id: top.id } : {}) })
  state.stacks.set(user, [...stack, view])
  state.effect({ kind: 'view', user })
  return view
}

/** @param {any} view */
export const bare = ({ user: _user, ...view }) => view

/** @param {any} state @param {string} id */
export const findView = (state, id) =>
  [...state.stacks.values()].flat().find((v) => v.id === id) ?? [...state.homes.values()].find((v) => v.id === id)

/** @type {Record<string, (args: Record<string, any>, caller: Caller) => any>} */
export const views = {
  'views.open': (args, caller) => {
    const { state, team } = caller
    checkView(args.view, 'modal', state, team, 'views.open')
    const trigger = exchange(args, caller, 'views.open')
    state.stacks.set(trigger.user, [])
    return { view: bare(pushView(state, trigger.user, team, args.view)) }
  },

  'views.push': (args, caller) => {
    const { state, team } = caller
    checkView(args.view, 'modal', state, team, 'views.push')
    const trigger = exchange(args, caller, 'views.push')
    if (!trigger.view || !state.stacks.get(trigger.user)?.length) fail('not_found')
    return { view: bare(pushView(state, trigger.user, team, args.view)) }
  },

  'views.update': (args, { state, team }) => {
    const all = [...state.stacks.values()].flat().concat([...state.homes.values()])
    const view = all.find(
      (v) => v.team_id === team.id && (args.view_id ? v.id === args.view_id : v.external_id === args.external_id),
    )
    if (!view) return fail('not_found')
    checkView(args.view, view.type, state, team, 'views.update')
    if (args.hash && args.hash !== view.hash) fail('hash_conflict')
    fillView(state, view, args.view)
    state.effect({ kind: 'view', user: view.user })
    return { view: bare(view) }
  },

  'views.publish': (args, { state, team }) => {
    const user = state.users.get(args.user_id)
    if (user && user.team !== team.id) state.breach('wrong_team', `views.publish for ${user.id} of ${user.team}`, 'views.publish')
    if (!user || user.team !== team.id) return fail('user_not_found')
    checkView(args.view, 'home', state, team, 'views.publish')
    const shown = state.homes.get(user.id)
    if (args.hash && args.hash !== shown?.hash) fail('hash_conflict')
    const view = shown ? fillView(state, shown, args.view) : newView(state, team, args.view, { user: user.id })
    state.homes.set(user.id, view)
    state.effect({ kind: 'home', user: user.id })
    return { view: bare(view) }
  },
}
