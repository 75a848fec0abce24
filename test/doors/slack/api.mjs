/** The HTTP side: Web API calls with their faults, tokens and scopes; uploads, downloads, response urls, installing. */
import { missingScope, readArguments, tooSoon, typedArguments } from './arguments.mjs'
import { chat } from './chat.mjs'
import { conversations } from './conversations.mjs'
import { files, receiveUpload, serveFile } from './files.mjs'
import { people } from './people.mjs'
import { answerResponse } from './responses.mjs'
import { views } from './views.mjs'

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {{ state: State, team: any, token: string, openSocket: () => string, occur: (team: string, event: any) => void }} Caller */

/** @type {Record<string, (args: Record<string, any>, caller: Caller) => any>} */
const methods = { ...chat, ...conversations, ...views, ...people, ...files }
/** @type {Map<string, number[]>} */
const past = new Map()

/** @param {Request} request @returns {Promise<Buffer>} */
async function bodyOf(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}

/** @param {State} state @param {() => string} openSocket @param {(team: string, event: any) => void} occur */
export const httpListener =
  (state, openSocket, occur) => async (/** @type {Request} */ request, /** @type {Response} */ response) => {
    state.busy += 1
    response.once('close', () => {
      state.busy -= 1
      state.effect({ kind: 'request' })
    })
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)
    const body = await bodyOf(request)
    if (path.startsWith('/api/')) return callMethod(state, path.slice('/api/'.length), request, body, response, openSocket, occur)
    if (path.startsWith('/upload/')) return withFault(state, 'upload', response, () => receiveUpload(state, path, request, body))
    if (path.startsWith('/response/'))
      return withFault(state, 'response_url', response, () => answerResponse(state, path, request, body))
    if (path.startsWith('/files-pri/')) return serveFile(state, path, request, response)
    if (path === '/oauth/v2/authorize') return authorize(state, request, response)
    response.writeHead(404).end()
  }

/** Takes the next planned fault for this name. @param {State} state @param {string} name */
function faultFor(state, name) {
  const inApi = name !== 'upload' && name !== 'response_url'
  const fault = state.faults.find((f) => (f.method === undefined ? inApi : f.method === name))
  if (!fault) return undefined
  fault.times -= 1
  if (fault.times <= 0) state.faults.splice(state.faults.indexOf(fault), 1)
  return fault
}

/** @param {State} state @param {string} name @param {Response} response @param {() => { status: number, body: string }} answer */
async function withFault(state, name, response, answer) {
  const fault = faultFor(state, name)
  if (fault?.kind === '429') return response.writeHead(429, { 'retry-after': String(fault.retryAfter ?? 1) }).end()
  if (fault?.kind === '503') return response.writeHead(503).end()
  if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1000))
  const { status, body } = fault?.kind === 'error' ? { status: 404, body: fault.error ?? 'error' } : answer()
  if (fault?.kind === 'lost-reply') return response.destroy()
  response.writeHead(status, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/html' }).end(body)
}

/** @param {State} state @param {string} method @param {Request} request @param {Buffer} body @param {Response} response @param {() => string} openSocket @param {(team: string, event: any) => void} occur */
async function callMethod(state, method, request, body, response, openSocket, occur) {
  const { given, json } = readArguments(request, body)
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? given.token ?? ''
  const record = {
    method,
    token,
    args: /** @type {Record<string, any>} */ ({ ...given }),
    at: state.now(),
    answer: 'lost',
    team: undefined,
  }
  state.requests.push(record)
  const send = (/** @type {number} */ status, /** @type {any} */ answer, headers = {}) => {
    record.answer = answer.ok ? 'ok' : (answer.error ?? String(status))
    // With a bot's token Slack says in every answer what the token may do.
    const scopes = record.team === undefined ? {} : { 'x-oauth-scopes': [...state.scopes].join(',') }
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...scopes, ...headers })
      .end(JSON.stringify(answer))
  }
  const limited = (/** @type {number} */ seconds) =>
    send(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(seconds) })

  const fault = faultFor(state, method)
  if (fault?.kind === '429') return limited(fault.retryAfter ?? 1)
  if (fault?.kind === '503') return send(503, { ok: false, error: 'service_unavailable' })
  if (fault?.kind === 'error') return send(200, { ok: false, error: fault.error ?? 'internal_error' })
  if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1000))

  const answer = runMethod(state, method, given, json, token, record, openSocket, occur)
  if (answer.retryAfter) return limited(answer.retryAfter)
  if (fault?.kind === 'lost-reply') {
    record.answer = 'lost'
    return response.destroy()
  }
  send(200, answer)
}

/** @param {State} state @param {string} method @param {Record<string, any>} given @param {boolean} json @param {string} token @param {any} record @param {() => string} openSocket @param {(team: string, event: any) => void} occur @returns {any} */
function runMethod(state, method, given, json, token, record, openSocket, occur) {
  if (!state.methods[method] || !methods[method]) {
    state.breach(
      'unknown_method',
      state.methods[method] ? `${method} is not spoken by this local Slack` : `${method} does not exist`,
      method,
    )
    return { ok: false, error: 'unknown_method' }
  }
  const who = holderOf(state, method, token)
  if (who.error) return { ok: false, error: who.error }
  record.team = who.team?.id
  if (json && !state.methods[method].json_input) {
    state.breach('json_body', `${method} takes no JSON body`, method)
    return { ok: false, error: 'invalid_arguments' }
  }
  const { args, wrong, missing } = typedArguments(state, method, given, json)
  record.args = args
  for (const one of wrong) state.breach('argument', one, method)
  if (missing.length > 0) {
    state.breach('argument', `missing ${missing.join(', ')}`, method)
    return {
      ok: false,
      error: missing[0] === 'text' ? 'no_text' : 'invalid_arguments',
      response_metadata: { messages: missing.map((m) => `[ERROR] missing required field: ${m}`) },
    }
  }
  if (wrong.some((one) => !one.startsWith('unknown')))
    return { ok: false, error: 'invalid_arguments', response_metadata: { messages: wrong.map((w) => `[ERROR] ${w}`) } }
  const lacking = who.team && missingScope(state, method, args)
  if (lacking) {
    state.breach('scope', `${method} needs ${lacking}`, method)
    return { ok: false, error: 'missing_scope', needed: lacking, provided: [...state.scopes].join(',') }
  }
  const wait = state.options.rates && who.team ? tooSoon(state, method, who.team.id, args, past) : 0
  if (wait > 0) return { retryAfter: wait }
  try {
    return { ok: true, ...methods[method]?.(args, { state, team: who.team, token, openSocket, occur }) }
  } catch (error) {
    const { slack, more } = /** @type {any} */ (error)
    if (!slack) throw error
    return { ok: false, error: slack, ...more }
  }
}

/** Whose token this is, or Slack's error. @param {State} state @param {string} method @param {string} token @returns {{ team?: any, error?: string }} */
function holderOf(state, method, token) {
  if (method === 'oauth.v2.access') return {}
  if (!token) return { error: 'not_authed' }
  if (state.revoked.has(token)) return { error: state.revoked.get(token) }
  if (method === 'apps.connections.open')
    return token === state.appToken ? {} : { error: token.startsWith('xapp-') ? 'invalid_auth' : 'not_allowed_token_type' }
  if (method.startsWith('apps.manifest.')) return token === state.configToken ? {} : { error: 'not_allowed_token_type' }
  const team = [...state.teams.values()].find((t) => t.token === token && t.installed)
  return team ? { team } : { error: token === state.appToken ? 'not_allowed_token_type' : 'invalid_auth' }
}

/** The page where a person allows the app; this one allows it at once. @param {State} state @param {Request} request @param {Response} response */
function authorize(state, request, response) {
  const asked = new URL(request.url ?? '', 'http://x').searchParams
  if (asked.get('client_id') !== state.clientId) return response.writeHead(400).end('invalid_client_id')
  const user =
    state.users.get(asked.get('user') ?? '') ??
    [...state.users.values()].find((u) => u.admin) ??
    [...state.users.values()].find((u) => !u.bot)
  if (!user) return response.writeHead(400).end('nobody here')
  const code = `code.${state.codes.size + 1}.${Math.floor(Math.random() * 1e9)}`
  const redirect = asked.get('redirect_uri') ?? ''
  state.codes.set(code, { team: asked.get('team') ?? user.team, user: user.id, redirect, scope: asked.get('scope') ?? '' })
  const next = new URL(redirect)
  next.searchParams.set('code', code)
  next.searchParams.set('state', asked.get('state') ?? '')
  response.writeHead(302, { location: next.href }).end()
}
