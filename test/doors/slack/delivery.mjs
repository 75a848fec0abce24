/** Brings payloads to the app over either way, measures its ack, retries events, and knows which events it asked for. */
import { createRequire } from 'node:module'
import { post } from './signed.mjs'
import { newId } from './state.mjs'

/** @typedef {import('./state.mjs').State} State */
/** @typedef {{ ok: boolean, late: boolean, ms: number, status?: number, body?: any, unreachable?: boolean, noRetry?: boolean }} Ack */

/** An app has three seconds; docs.slack.dev. */
const ackWithin = 3000

/** @type {{ name: string, scopes?: string[] }[]} */
const listed = createRequire(import.meta.url)('../../specs/slack-events.json')
const scopesOf = new Map(listed.map((event) => [event.name, (event.scopes ?? []).map((scope) => scope.replace('.', ':'))]))

/** @param {State} state @param {ReturnType<typeof import('./socket.mjs').socketMode>} sockets */
export function deliverer(state, sockets) {
  const reachable = () => (state.options.mode === 'socket' ? sockets.count() > 0 : Boolean(state.options.requestUrl))

  /** @param {any} record @param {number} retry @returns {Promise<Ack>} */
  async function once(record, retry) {
    const began = performance.now()
    let timer
    const tooLate = new Promise((resolve) => {
      timer = setTimeout(() => resolve('late'), ackWithin)
    })
    const attempt = state.options.mode === 'socket' ? overSocket(record, retry) : overHttp(record, retry)
    const answer = await Promise.race([attempt, tooLate])
    clearTimeout(timer)
    const ms = Math.round(performance.now() - began)
    if (answer !== 'late') return { ms, late: false, .../** @type {any} */ (answer) }
    attempt.then((after) => {
      if (after.ok) state.breach('ack', `${record.name} was acked only after ${Math.round(performance.now() - began)} ms`)
    })
    state.breach('ack', `${record.name} was not acked within ${ackWithin} ms`)
    return { ok: false, late: true, ms }
  }

  const overSocket = (/** @type {any} */ record, /** @type {number} */ retry) =>
    sockets.send(record.type, record.payload, retry).then(
      (body) => ({ ok: true, ...(body && Object.keys(body).length > 0 ? { body } : {}) }),
      (error) => ({ ok: false, unreachable: true, body: String(error.message) }),
    )

  const overHttp = (/** @type {any} */ record, /** @type {number} */ retry) =>
    post(state, state.options.requestUrl ?? '', record.type, record.payload, retry).then(
      ({ status, body, noRetry }) => {
        if (status !== 200) state.breach('ack', `${record.name} was answered with ${status}`)
        return { ok: status === 200, status, noRetry, ...(body === undefined ? {} : { body }) }
      },
      () => ({ ok: false, unreachable: true }),
    )

  /** Delivers and keeps what came of it. @param {string} type @param {string} name @param {any} payload @param {number} retry @param {boolean} own caused by the app itself @returns {Promise<Ack>} */
  async function deliver(type, name, payload, retry = 0, own = false) {
    const record = { type, name, id: payload.event_id ?? payload.trigger_id ?? name, retry, own, payload, ack: undefined }
    state.deliveries.push(record)
    state.busy += 1
    const copies = state.doubled && !own ? [once(record, retry), once(record, retry)] : [once(record, retry)]
    if (!own) state.doubled = false
    const [ack] = await Promise.all(copies)
    state.busy -= 1
    Object.assign(record, { ack })
    if (type === 'events_api' && ack?.body !== undefined && ack.ok && !ack.body.text)
      state.breach('ack_body', `an event's ack carries nothing: ${name}`)
    return /** @type {Ack} */ (ack)
  }

  /** @param {string} name @param {any} payload @param {number[]} delays */
  async function retryLater(name, payload, delays) {
    for (const [n, delay] of delays.entries()) {
      await new Promise((resolve) => setTimeout(resolve, delay))
      for (let waited = 0; !reachable() && waited < 10_000; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20))
      const ack = await deliver('events_api', name, payload, n + 1)
      if (ack.ok || ack.noRetry) return
    }
  }

  /** True when the app subscribed to the event and may read it. @param {string} name */
  const wanted = (name) => {
    const needs = scopesOf.get(name) ?? []
    return (!state.events || state.events.has(name)) && (needs.length === 0 || needs.some((scope) => state.scopes.has(scope)))
  }

  /** Tells the app of an event in a workspace; undefined when it did not ask for it. @param {string} team @param {any} event @returns {Promise<Ack | undefined>} */
  async function tell(team, event, own = false) {
    const name =
      event.type === 'message'
        ? `message.${{ channel: 'channels', group: 'groups', im: 'im' }[/** @type {'im'} */ (event.channel_type)] ?? 'channels'}`
        : event.type
    const workspace = state.teams.get(team)
    if (!workspace?.installed || !wanted(name)) return undefined
    const payload = {
      token: state.verificationToken,
      team_id: team,
      api_app_id: state.appId,
      event,
      type: 'event_callback',
      event_id: newId('Ev'),
      event_time: Math.floor(state.now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: team, user_id: workspace.botUser, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
      event_context: `4-${newId('X')}`,
    }
    const ack = await deliver('events_api', name, payload, 0, own)
    if (!ack.ok && !ack.noRetry) retryLater(name, payload, state.options.retries ?? [10, 200, 400])
    return ack
  }

  return {
    deliver,
    tell,
    reachable,
    /** An event that nobody waits for, such as the app's own message coming back. @param {string} team @param {any} event */
    occur: (team, event) => {
      if (reachable()) setImmediate(() => tell(team, event, true))
    },
  }
}
