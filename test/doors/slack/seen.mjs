/** Waits until what a person did has had its effect, and gathers what they then see. */

import { initialOf } from './inputs.mjs'
import { posted, userOf } from './state.mjs'
import { buttonsOf, elementsOf, wordsOf } from './words.mjs'

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('./delivery.mjs').Ack} Ack */

const usualPatience = 1500
/** After the first effect nothing must move for this long. */
const quiet = 80
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Resolves when no request is answered and no delivery waits, for some time. @param {State} state */
export async function settled(state, still = quiet, most = 10_000) {
  const end = Date.now() + most
  let since = Date.now()
  let known = state.effects.length
  while (Date.now() < end) {
    if (state.busy > 0 || state.effects.length > known) {
      since = Date.now()
      known = state.effects.length
    } else if (Date.now() - since >= still) return
    await pause(10)
  }
}

/** Can this person notice the effect? @param {State} state @param {any} effect @param {string} user */
const notices = (state, effect, user) =>
  effect.kind === 'message' ? state.channels.get(effect.channel)?.members.has(user) : effect.user === user

/**
 * Does something as a person and waits for what follows.
 * @param {State} state @param {string} userId @param {{ patience?: number } | undefined} how @param {() => Promise<Ack | undefined>} act
 */
export async function observe(state, userId, how, act) {
  const user = userOf(state, userId)
  const from = state.effects.length
  const fresh = () => state.effects.slice(from).filter((e) => notices(state, e, user.id))
  const ack = (await act()) ?? { ok: true, late: false, ms: 0 }
  const patience = how?.patience ?? usualPatience
  if (patience > 0 && ack.ok) {
    const end = Date.now() + patience
    while (fresh().length === 0 && Date.now() < end) await pause(5)
    if (fresh().length > 0) await settled(state)
  }
  return { seen: seenBy(state, user.id, ack, fresh()), effects: fresh() }
}

/** @param {State} state @param {string} user @param {Ack} ack @param {any[]} effects */
function seenBy(state, user, ack, effects) {
  const stamps = (/** @type {string} */ kind) => new Set(effects.filter((e) => e.kind === kind).map((e) => e.ts))
  const own = stamps('ephemeral')
  const ephemeral = (state.ephemerals.get(user) ?? []).filter((m) => own.has(m.ts)).map((m) => posted(m, m.channel))
  const said = stamps('message')
  const messages = [...state.channels.values()]
    .filter((c) => c.members.has(user))
    .flatMap((c) => c.messages.filter((m) => said.has(m.ts)).map((m) => posted(m, c.id)))
  const top = state.stacks.get(user)?.at(-1)
  const { unreachable: _unreachable, noRetry: _noRetry, ...rest } = ack
  return {
    ack: rest,
    ...(ack.ok ? {} : { error: errorOf(ack) }),
    ephemeral,
    ...(top ? { view: shown(top) } : {}),
    messages,
    words: [...ephemeral, ...messages].map((m) => m.words).join('\n'),
  }
}

/** The word Slack shows the person. @param {Ack} ack */
const errorOf = (ack) => (ack.late ? 'operation_timeout' : ack.unreachable ? 'dispatch_failed' : 'http_service_error')

/** @param {any} view */
export const shown = (view) => ({
  id: view.id,
  type: view.type,
  callbackId: view.callback_id,
  title: view.type === 'modal' ? view.title.text : '',
  blocks: view.blocks,
  words: wordsOf(view.blocks),
  buttons: buttonsOf(view.blocks),
  privateMetadata: view.private_metadata,
  hash: view.hash,
  fields: elementsOf(view.blocks)
    .filter(({ block }) => block.type === 'input')
    .map(({ block, element }) => {
      const { type, ...initial } = initialOf(element)
      return {
        blockId: block.block_id,
        actionId: element.action_id,
        type,
        label: block.label.text,
        optional: block.optional === true,
        initial: Object.values(initial)[0] ?? null,
      }
    }),
})
