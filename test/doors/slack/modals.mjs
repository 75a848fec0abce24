/** Submitting, closing and searching in views, and what the ack does to them. */
import { clientErrors, valueFor, valuesOf } from './inputs.mjs'
import { interaction, newTrigger, viewNow } from './payloads.mjs'
import { viewFor } from './person.mjs'
import { observe } from './seen.mjs'
import { userOf } from './state.mjs'
import { refusedOptions } from './validate.mjs'
import { bare, checkView, fillView, pushView } from './views.mjs'
import { elementsOf } from './words.mjs'

/** @typedef {import('./state.mjs').State} State */
/** @typedef {ReturnType<typeof import('./delivery.mjs').deliverer>} Deliverer */

/** @param {State} state @param {string} user @param {any} view */
function close(state, user, view) {
  state.stacks.set(
    user,
    (state.stacks.get(user) ?? []).filter((v) => v.id !== view.id),
  )
  state.effect({ kind: 'view', user })
}

/** Puts what a person typed into the view's state. @param {State} state @param {any} view @param {any} user @param {Record<string, any>} given */
function fill(state, view, user, given) {
  const inputs = elementsOf(view.blocks).filter(({ block }) => block.type === 'input')
  for (const [name, value] of Object.entries(given)) {
    const found =
      inputs.find(({ element }) => element.action_id === name) ??
      inputs.find(({ block }) => block.block_id === name) ??
      inputs.find(({ block }) => block.label.text === name)
    if (!found)
      throw new Error(
        `The form has no field ${name}; it has: ${inputs.map(({ block, element }) => `${element.action_id} (${block.label.text})`).join(', ')}`,
      )
    const { block, element } = found
    view.state.values[block.block_id] = {
      ...view.state.values[block.block_id],
      [element.action_id]: valueFor(state, element, value, user),
    }
  }
}

/** Does what the ack of a submission says. @param {State} state @param {any} user @param {any} view @param {any} body */
function follow(state, user, view, body) {
  const team = state.teams.get(user.team)
  const action = body?.response_action
  if (body === undefined || (typeof body === 'object' && Object.keys(body).length === 0)) {
    close(state, user.id, view)
    return { action: 'close' }
  }
  if (action === 'clear') {
    state.stacks.set(user.id, [])
    state.effect({ kind: 'view', user: user.id })
    return { action }
  }
  if (action === 'errors') {
    const inputs = new Set(
      view.blocks.filter((/** @type {any} */ b) => b.type === 'input').map((/** @type {any} */ b) => b.block_id),
    )
    const strange = Object.keys(body.errors ?? {}).filter((id) => !inputs.has(id))
    if (strange.length > 0 || Object.keys(body.errors ?? {}).length === 0)
      state.breach('errors_body', `errors must name input blocks: ${strange.join(', ') || 'none given'}`)
    return { action, errors: body.errors ?? {} }
  }
  try {
    if (action !== 'update' && action !== 'push')
      throw Object.assign(new Error(`unknown response_action ${action}`), { slack: 'invalid' })
    checkView(body.view, 'modal', state, team, `response_action ${action}`)
    if (action === 'update') fillView(state, view, body.view)
    else pushView(state, user.id, team, body.view)
    state.effect({ kind: 'view', user: user.id })
    return { action }
  } catch (error) {
    if (!(/** @type {any} */ (error).slack)) throw error
    state.breach('ack_body', /** @type {Error} */ (error).message)
    return { action: 'none', error: 'We had some trouble connecting. Try again?' }
  }
}

/** @param {State} state @param {Deliverer} delivery */
export const modalVerbs = (state, delivery) => ({
  submitView: async (
    /** @type {string} */ userId,
    /** @type {string} */ id,
    /** @type {Record<string, any>} */ given,
    /** @type {any} */ how,
  ) => {
    const user = userOf(state, userId)
    const view = viewFor(state, userId, id)
    if (state.stacks.get(userId)?.at(-1) !== view) throw new Error(`${id} is not the modal on top.`)
    if (!view.submit) throw new Error('This modal has no submit button.')
    fill(state, view, user, given ?? {})
    const errors = clientErrors(view.blocks, valuesOf(view.blocks, view.state.values))
    if (Object.keys(errors).length > 0) {
      const { seen } = await observe(state, userId, { patience: 0 }, async () => undefined)
      return { ...seen, action: 'errors', errors, byClient: true }
    }
    /** @type {any} */
    let outcome = { action: 'none' }
    const patience = how?.patience ?? 300
    const { seen } = await observe(state, userId, { patience }, async () => {
      const payload = {
        ...interaction(state, user, 'view_submission'),
        trigger_id: newTrigger(state, user, view),
        view: viewNow(view),
        response_urls: [],
      }
      const ack = await delivery.deliver('interactive', `view_submission ${view.callback_id}`, payload)
      if (ack.ok) outcome = follow(state, user, view, ack.body)
      return ack
    })
    return { ...seen, ...outcome }
  },

  closeView: async (/** @type {string} */ userId, /** @type {string} */ id, /** @type {any} */ how) => {
    const user = userOf(state, userId)
    const view = viewFor(state, userId, id)
    const all = how?.all || view.clear_on_close
    const gone = all ? (state.stacks.get(userId) ?? []).toReversed() : [view]
    const { seen } = await observe(state, userId, { patience: 0 }, async () => {
      /** @type {any} */
      let ack
      for (const one of gone) {
        close(state, userId, one)
        if (one.notify_on_close)
          ack = await delivery.deliver('interactive', `view_closed ${one.callback_id}`, {
            ...interaction(state, user, 'view_closed'),
            view: bare(one),
            is_cleared: Boolean(all),
          })
      }
      return ack
    })
    return seen
  },

  suggest: async (
    /** @type {string} */ userId,
    /** @type {string} */ where,
    /** @type {string} */ actionId,
    /** @type {string} */ typed,
  ) => {
    const user = userOf(state, userId)
    const [channelId = '', ts] = where.split(':')
    const channel = ts ? state.channels.get(channelId) : undefined
    const message = channel?.messages.find((m) => m.ts === ts) ?? (state.ephemerals.get(userId) ?? []).find((m) => m.ts === ts)
    const view = ts ? undefined : viewFor(state, userId, where)
    const found = elementsOf((view ?? message)?.blocks ?? []).find(
      ({ element, block }) => element.action_id === actionId || block.block_id === actionId,
    )
    if (!found?.element.type.includes('external_select')) throw new Error(`${actionId} is no external select in ${where}.`)
    const { block, element } = found
    if (typed.length < (element.min_query_length ?? 3))
      return { ack: { ok: true, late: false, ms: 0 }, error: `type ${element.min_query_length ?? 3} characters`, options: [] }
    const about = view
      ? { container: { type: 'view', view_id: view.id }, view: viewNow(view) }
      : {
          container: { type: 'message', message_ts: ts, channel_id: channelId, is_ephemeral: Boolean(message.onlyFor) },
          channel: { id: channelId, name: channel?.name },
          message,
        }
    const ack = await delivery.deliver('interactive', `block_suggestion ${actionId}`, {
      ...interaction(state, user, 'block_suggestion'),
      action_id: element.action_id,
      block_id: block.block_id,
      value: typed,
      ...about,
    })
    if (!ack.ok) return { ack, error: 'No result', options: [] }
    const wrong = refusedOptions(ack.body)
    for (const one of wrong) state.breach('options', one)
    if (wrong.length > 0) return { ack, error: 'No result', options: [] }
    const options = ack.body.options ?? ack.body.option_groups.flatMap((/** @type {any} */ g) => g.options)
    state.suggested.set(element.action_id, options)
    return { ack, options: options.map((/** @type {any} */ o) => ({ label: o.text.text, value: o.value })) }
  },
})
