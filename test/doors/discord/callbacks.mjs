/** What a bot answers to interactions: the first callback within three seconds, then its original and follow-ups for a quarter of an hour. */
import { checkMessage, checkModal, FLAG, stripped } from './limits.mjs'
import { noteFiles, noteMentions } from './message-routes.mjs'
import { changeMessage, dropMessage, keptMessage, postMessage, readMessage } from './messages.mjs'
import { refusal, unknown } from './state.mjs'
import { check, refuseIfAny } from './validate.mjs'

export const ACK_MS = 3000
const TOKEN_MS = 15 * 60_000
/** Interaction types. */
const COMMAND = 2
const PRESS = 3
const TYPED = 4
const FORM = 5
/** Callback types allowed for each. */
const ALLOWED = { [COMMAND]: [4, 5, 9], [PRESS]: [4, 5, 6, 7, 9], [TYPED]: [8], [FORM]: [4, 5, 6, 7] }
const SCHEMA = {
  4: 'IncomingWebhookInteractionRequest',
  5: 'IncomingWebhookInteractionRequest',
  7: 'IncomingWebhookUpdateForInteractionCallbackRequestPartial',
  9: 'ModalInteractionCallbackRequestData',
}

/** @typedef {import('./rest.mjs').Visit} Visit */
/** @typedef {import('./rest.mjs').Route} Route */
/** @typedef {import('./state.mjs').Json} Json */

/** @param {Visit} visit */
function callback(visit) {
  const { state, params, body, note, at } = visit
  const record = state.interactions.get(params.interaction)
  if (!record || record.token !== params.token || at - record.at > ACK_MS) {
    if (record && at - record.at > ACK_MS) note('late callback', `${at - record.at} ms after the interaction`)
    throw unknown('interaction', 10062)
  }
  if (record.ack) {
    note('second callback', `type ${body.type} after type ${record.ack.type}`)
    throw refusal(400, 40060, 'Interaction has already been acknowledged.')
  }
  const type = Number(body.type)
  const formOfCommand = record.type === FORM && !record.messageId && (type === 6 || type === 7)
  if (!ALLOWED[record.type].includes(type) || formOfCommand)
    refuseIfAny([{ path: ['type'], code: 'INTERACTION_TYPE_INVALID', message: `A callback of type ${type} is not allowed here` }])
  const data = stripped(body.data)
  if (SCHEMA[type] && body.data) check(SCHEMA[type], data, note)
  answer(visit, record, type, data)
  record.ack = { type, at: state.now() }
  state.ring()
  if (visit.query.with_response !== 'true') return undefined
  const original = record.originalId && state.messages.get(record.originalId)
  const shown = original && (type === 4 || type === 5 || type === 7 || type === 6)
  return {
    interaction: {
      id: record.id,
      type: record.type,
      channel_id: record.channelId,
      ...(shown && {
        response_message_id: original.json.id,
        response_message_ephemeral: Boolean(original.ephemeralFor),
        response_message_loading: (original.json.flags & FLAG.LOADING) !== 0,
      }),
    },
    resource: { type, ...(shown && type !== 6 && type !== 5 && { message: readMessage(state, original) }) },
  }
}

/** Does what a callback of this type does. @param {Visit} visit @param {Json} record @param {number} type @param {Json} data */
function answer({ state, files, note }, record, type, data) {
  const tidy = (flags) => {
    noteMentions(data, note)
    noteFiles(data, files, flags | Number(data.flags ?? 0), note)
  }
  if (type === 4) {
    checkMessage(data, files)
    tidy(0)
    record.originalId = reply(state, record, data, files).json.id
  } else if (type === 5) {
    record.originalId = reply(state, record, data, [], FLAG.LOADING).json.id
  } else if (type === 6) {
    record.originalId = record.messageId
  } else if (type === 7) {
    const kept = keptMessage(state, undefined, record.messageId)
    checkMessage(data, files, kept.json)
    tidy(kept.json.flags)
    changeMessage(state, kept, data, files)
    record.originalId = record.messageId
  } else if (type === 8) {
    record.choices = checkedChoices(record, data.choices)
  } else {
    checkModal(data)
    record.modal = data
  }
}

/** Up to 25 suggestions of the option's own type. */
function checkedChoices(record, choices) {
  const problems = []
  const say = (path, code, message) => problems.push({ path: ['data', 'choices', ...path], code, message })
  if (!Array.isArray(choices)) say([], 'BASE_TYPE_REQUIRED', 'This field is required')
  else if (choices.length > 25) say([], 'BASE_TYPE_MAX_LENGTH', 'Must be 25 or fewer in length.')
  for (const [i, choice] of (choices ?? []).entries()) {
    const length = [...String(choice?.name ?? '')].length
    if (length < 1 || length > 100) say([i, 'name'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.')
    const text = record.optionType === 3
    if (text ? typeof choice.value !== 'string' || [...choice.value].length > 100 : typeof choice.value !== 'number')
      say([i, 'value'], 'BASE_TYPE_BAD_TYPE', 'The value does not fit the option.')
  }
  refuseIfAny(problems)
  return choices.map(({ name, value }) => ({ name, value }))
}

/** A new message of the interaction, seen by its person alone when ephemeral. */
function reply(state, record, body, files, flags = 0) {
  const ephemeral = (Number(body.flags ?? 0) & FLAG.EPHEMERAL) !== 0
  return postMessage(state, state.channels.get(record.channelId), {
    author: state.users.get(state.appId),
    body,
    files,
    flags,
    ephemeralFor: ephemeral ? record.user.id : undefined,
    interaction: record,
  })
}

/** The interaction of a webhook's path, while its token lives. @param {Visit} visit @returns {Json} */
function living({ state, params, at, note }) {
  const record = state.tokens.get(params.token)
  if (params.app !== state.appId || !record) throw refusal(401, 50027, 'Invalid Webhook Token')
  if (at - record.at > TOKEN_MS) {
    note('token too old', `${at - record.at} ms after the interaction`)
    throw refusal(401, 50027, 'Invalid Webhook Token')
  }
  if (!record.ack || record.ack.type === 8) throw unknown('Webhook', 10015)
  return record
}

/** @param {Visit} visit */
function followUp(visit) {
  const { state, files, note, query } = visit
  const record = living(visit)
  const body = stripped(visit.body)
  check('IncomingWebhookInteractionRequest', body, note)
  const original = record.originalId && state.messages.get(record.originalId)
  const first = record.ack.type === 5 && original && original.json.flags & FLAG.LOADING
  checkMessage(body, files)
  noteMentions(body, note)
  noteFiles(body, files, Number(body.flags ?? 0), note)
  if (first) {
    changeMessage(state, original, body, files)
    record.completed = true
    state.ring()
    return readMessage(state, original)
  }
  const kept = reply(state, record, body, files)
  record.followups.push(kept.json.id)
  record.completed = true
  state.ring()
  if (query.wait === 'false') note('wait=false', 'an interaction webhook always waits')
  return readMessage(state, kept)
}

/** `@original` or one of the follow-ups. @param {Visit} visit @param {Json} record */
function target({ state, params }, record) {
  const id = params.message === '@original' ? record.originalId : params.message
  if (!id || (id !== record.originalId && !record.followups.includes(id))) throw unknown('Message', 10008)
  return keptMessage(state, undefined, id)
}

/** @param {Visit} visit */
function edit(visit) {
  const { state, files, note } = visit
  const record = living(visit)
  const kept = target(visit, record)
  const body = stripped(visit.body)
  check('IncomingWebhookUpdateRequestPartial', body, note)
  checkMessage(body, files, kept.json)
  noteMentions(body, note)
  noteFiles(body, files, kept.json.flags | Number(body.flags ?? 0), note)
  changeMessage(state, kept, body, files)
  if (kept.json.id === record.originalId) record.completed = record.updated = true
  state.ring()
  return readMessage(state, kept)
}

/** @param {Visit} visit */
function remove(visit) {
  const record = living(visit)
  dropMessage(visit.state, target(visit, record))
  record.completed = true
  visit.state.ring()
}

/** @type {Route[]} */
export const callbackRoutes = [
  ['POST', '/interactions/:interaction/:token/callback', callback, { open: true }],
  ['POST', '/webhooks/:app/:token', followUp, { open: true }],
  ['GET', '/webhooks/:app/:token/messages/:message', (v) => readMessage(v.state, target(v, living(v))), { open: true }],
  ['PATCH', '/webhooks/:app/:token/messages/:message', edit, { open: true }],
  ['DELETE', '/webhooks/:app/:token/messages/:message', remove, { open: true }],
]
