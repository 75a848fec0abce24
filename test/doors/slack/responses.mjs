/** response_url: five uses in thirty minutes, and the message an ack may carry in its body. */
import { randomBytes } from 'node:crypto'
import { asApp, edit, remove } from './chat.mjs'
import { addEphemeral, addMessage } from './state.mjs'
import { refusedBlocks } from './validate.mjs'

/** @typedef {import('./state.mjs').State} State */

const uses = 5
const life = 30 * 60_000

/** @param {State} state @param {{ team: string, user: string, channel: string, ts?: string }} about */
export function newResponseUrl(state, about) {
  const key = randomBytes(12).toString('hex')
  state.responses.set(key, { ...about, used: 0, at: state.now() })
  return `${state.origin}/response/${about.team}/${key}`
}

/** @param {State} state @param {string} path @param {import('node:http').IncomingMessage} request @param {Buffer} raw */
export function answerResponse(state, path, request, raw) {
  const about = state.responses.get(path.split('/').at(-1) ?? '')
  const body = JSON.parse(raw.toString() || '{}')
  const record = { method: 'response_url', token: '', team: about?.team, args: body, at: state.now(), answer: 'ok' }
  state.requests.push(record)
  /** @type {(error: string, status?: number) => { status: number, body: string }} */
  const refuse = (error, status = 404) => {
    record.answer = error
    state.breach('response_url', error, 'response_url')
    return { status, body: JSON.stringify({ ok: false, error }) }
  }
  if (request.method !== 'POST') return refuse('invalid_method', 405)
  if (!about) return refuse('invalid_url')
  if (state.now() - about.at > life) return refuse('expired_url')
  if (about.used >= uses) return refuse('used_url')
  about.used += 1
  const wrong = say(state, about, body)
  return wrong ? refuse(wrong, 400) : { status: 200, body: 'ok' }
}

/** Shows what an ack body or a response_url post says; gives Slack's error when it may not. @param {State} state @param {any} about @param {any} body */
export function say(state, about, body) {
  const channel = state.channels.get(about.channel)
  const team = state.teams.get(about.team)
  if (!channel || !team) return 'channel_not_found'
  const own = (state.ephemerals.get(about.user) ?? []).find((m) => m.ts === about.ts)
  const open = channel.messages.find((m) => m.ts === about.ts)
  if (body.delete_original) {
    if (own)
      state.ephemerals.set(
        about.user,
        (state.ephemerals.get(about.user) ?? []).filter((m) => m !== own),
      )
    else if (open) remove(channel, open)
    return undefined
  }
  if (body.blocks !== undefined) {
    const hasFile = (/** @type {string} */ id) => state.files.get(id)?.done && state.files.get(id)?.team === team.id
    const refused = refusedBlocks(body.blocks, 'message', hasFile)
    if (refused) {
      state.breach('blocks', refused.messages.join('; ') || refused.error, 'response_url')
      return refused.error
    }
  }
  if (!body.text && !body.blocks?.length && !body.attachments?.length) return 'no_text'
  const content = {
    ...asApp(team, state.appId),
    text: body.text ?? '',
    blocks: body.blocks,
    ...(body.thread_ts ? { thread_ts: body.thread_ts } : {}),
  }
  if (body.replace_original && own) {
    Object.assign(own, content, { edited: { ts: state.ts() } })
    for (const [n, block] of (own.blocks ?? []).entries()) block.block_id ??= `b${n}${state.ts().slice(-4)}`
    state.effect({ kind: 'ephemeral', user: about.user, ts: own.ts })
  } else if (body.replace_original && open) edit(state, channel, open, { ...body, text: body.text ?? '' })
  else if (body.response_type === 'in_channel') addMessage(state, channel, content)
  else addEphemeral(state, about.user, channel, content)
  return undefined
}
