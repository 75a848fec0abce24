/** The REST side: reads and records every request, authorizes it, applies limits and faults, and answers from the routes. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { answerOf, limited } from './faults.mjs'
import { refusal } from './state.mjs'

const REQUEST_LIMIT = 25 * 1024 * 1024

/** @typedef {import('./state.mjs').State} State */
/** @typedef {import('./state.mjs').Json} Json */
/**
 * What a route is given; it returns the body, or undefined for 204.
 * @typedef {{ state: State, params: Record<string, string>, query: Record<string, string>, body: Json, files: any[], note: (rule: string, detail: string) => void, at: number }} Visit
 */
/** @typedef {[method: string, path: string, answer: (visit: Visit) => unknown, how?: { open?: boolean }]} Route */

/** @param {State} state @param {Route[]} routes @param {ReturnType<typeof import('./faults.mjs').openFaults>} faults */
export function openRest(state, routes, faults) {
  const table = routes.map(([method, path, answer, how]) => ({
    method,
    path,
    answer,
    open: how?.open ?? false,
    pattern: new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
  }))
  const pace = makePace(state)
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://local')
    if (url.pathname.startsWith('/cdn/')) return serveFile(state, url, response)
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const path = decodeURIComponent(url.pathname.replace(/^\/api(\/v10)?/, ''))
    const entry = {
      method: request.method,
      path,
      query: Object.fromEntries(url.searchParams),
      body: undefined,
      files: [],
      headers: request.headers,
      at: Date.now(),
      status: 0,
    }
    state.requests.push(entry)
    const note = (rule, detail) => state.violate(rule, detail, entry)
    if (!url.pathname.startsWith('/api/v10/')) note('unversioned address', url.pathname)
    const content = await read(Buffer.concat(chunks), request.headers).catch((error) => ({ body: undefined, files: [], error }))
    Object.assign(entry, {
      body: content.body,
      files: content.files.map((f) => ({ field: f.field, name: f.name, size: f.bytes.length })),
    })
    const found = table.find((r) => r.method === entry.method && r.pattern.test(path))
    const fault = faults.next(`${entry.method} ${path}`)
    if (fault?.kind === 'reset') return request.socket.resetAndDestroy()
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'slow' && !fault.after) await pause(fault.ms)
    const answer = (fault && answerOf(fault)) ?? (await work(entry, found, content, note))
    if (fault?.kind === 'lost-reply') return request.socket.resetAndDestroy()
    if (fault?.kind === 'slow' && fault.after) await pause(fault.ms)
    entry.status = answer.status
    send(response, answer)
  })
  server.keepAliveTimeout = 30_000

  async function work(entry, found, content, note) {
    try {
      if (!found) {
        note('unknown route', `${entry.method} ${entry.path}`)
        throw refusal(404, 0, '404: Not Found')
      }
      if (!/^DiscordBot \(.+, ?.+\)/.test(String(entry.headers['user-agent'] ?? '')))
        note('user agent', String(entry.headers['user-agent']))
      if (!found.open && entry.headers.authorization !== `Bot ${state.token}`) throw refusal(401, 0, '401: Unauthorized')
      if (content.error) throw content.error
      const { body, files } = content
      const params = { ...found.pattern.exec(entry.path)?.groups }
      const over = found.open ? undefined : pace(entry, found.path, params)
      if (over) {
        note(over.headers['x-ratelimit-global'] ? 'over the global rate' : 'over the route rate', `${entry.method} ${entry.path}`)
        return over
      }
      const result = await found.answer({ state, params, query: entry.query, body: body ?? {}, files, note, at: state.now() })
      const headers = bucket(found, params)
      return result === undefined ? { status: 204, headers } : { status: 200, body: result, headers }
    } catch (error) {
      if (error.status) return { status: error.status, body: error.body }
      state.violate('the local Discord failed', String(error.stack), entry)
      return { status: 500, body: { message: '500: Internal Server Error', code: 0 } }
    }
  }
  return server
}

/** @returns {Promise<{ body: any, files: { field: string, name: string, bytes: Uint8Array, mime: string }[] }>} */
async function read(bytes, headers) {
  const type = String(headers['content-type'] ?? '')
  if (bytes.length > REQUEST_LIMIT) throw refusal(413, 40005, 'Request entity too large')
  if (bytes.length === 0) return { body: undefined, files: [] }
  if (!type.startsWith('multipart/form-data')) {
    try {
      return { body: JSON.parse(bytes.toString('utf8')), files: [] }
    } catch {
      throw refusal(400, 50109, 'The request body contains invalid JSON.')
    }
  }
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData()
  const files = []
  for (const [field, value] of form) {
    if (typeof value === 'string') continue
    if (!/^files\[\d+\]$/.test(field)) continue
    files.push({
      field,
      name: value.name,
      bytes: new Uint8Array(await value.arrayBuffer()),
      mime: value.type || 'application/octet-stream',
    })
  }
  const payload = form.get('payload_json')
  return { body: typeof payload === 'string' ? JSON.parse(payload) : {}, files }
}

/** Counts requests in the last second of the whole bot, and posts per channel when the test asked for it. */
function makePace(state) {
  const second = []
  const posts = new Map()
  const perSecond = state.setup.perSecond ?? 50
  return (entry, path, params) => {
    const now = Date.now()
    while (second[0] <= now - 1000) second.shift()
    if (perSecond > 0 && second.length >= perSecond) return limited(Math.max(1, second[0] + 1000 - now), 'global')
    second.push(now)
    const own = state.setup.posts
    if (!own || entry.method !== 'POST' || path !== '/channels/:channel/messages') return undefined
    const times = (posts.get(params.channel) ?? []).filter((at) => at > now - own.perMs)
    posts.set(params.channel, times)
    if (times.length >= own.count) return limited(times[0] + own.perMs - now, 'user')
    times.push(now)
    return undefined
  }
}

/** The headers of a bucket that is far from empty. */
function bucket(found, params) {
  const id = createHash('md5').update(`${found.method} ${found.path}`).digest('hex')
  return {
    'x-ratelimit-bucket': params.token ? `${id}w` : id,
    'x-ratelimit-limit': '1000',
    'x-ratelimit-remaining': '999',
    'x-ratelimit-reset': String(Date.now() / 1000 + 1),
    'x-ratelimit-reset-after': '1.000',
  }
}

function send(response, { status, body, html, headers = {} }) {
  if (status === 204) return response.writeHead(204, headers).end()
  const type = html === undefined ? 'application/json' : 'text/html'
  response.writeHead(status, { 'content-type': type, ...headers }).end(html ?? JSON.stringify(body))
}

/** Files under their signed addresses, until these run out. */
function serveFile(state, url, response) {
  const path = url.pathname.slice('/cdn'.length)
  const file = state.files.get(path)
  const ex = url.searchParams.get('ex')
  const fresh = ex !== null && Number.parseInt(ex, 16) * 1000 > state.now()
  if (!file || !fresh)
    return response.writeHead(404, { 'content-type': 'text/plain' }).end('This content is no longer available.')
  response.writeHead(200, { 'content-type': file.mime, 'content-length': file.bytes.length }).end(file.bytes)
}
