/** What a Web API call brings: its token, arguments as Slack's method reference lists them, and the scope it needs. */

/** @typedef {import('./state.mjs').State} State */

/** Reads a request body the three ways Slack does; GET arguments come in the query. @param {import('node:http').IncomingMessage} request @param {Buffer} body */
export function readArguments(request, body) {
  const query = Object.fromEntries(new URL(request.url ?? '', 'http://x').searchParams)
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('application/json')) return { json: true, given: { ...query, ...JSON.parse(body.toString() || '{}') } }
  return { json: false, given: { ...query, ...Object.fromEntries(new URLSearchParams(body.toString())) } }
}

/** Arguments the reference does not list but the server takes everywhere. */
const everywhere = ['team_id', 'token']
const asJson = new Set(['blocks', 'view', 'attachments', 'metadata', 'files', 'unfurled_attachments'])

/**
 * Gives the arguments with their right types, or what is wrong with them.
 * @param {State} state @param {string} method @param {Record<string, any>} given @param {boolean} json
 * @returns {{ args: Record<string, any>, wrong: string[], missing: string[] }}
 */
export function typedArguments(state, method, given, json) {
  const spec = state.methods[method]
  const known = spec.args?.properties ?? {}
  const wrong = []
  /** @type {Record<string, any>} */
  const args = {}
  for (const [name, raw] of Object.entries(given)) {
    if (name === 'token') continue
    if (!known[name] && !everywhere.includes(name)) {
      wrong.push(`unknown argument ${name}`)
      continue
    }
    const { value, problem } = typed(name, known[name] ?? {}, raw, json)
    if (problem) wrong.push(`${name} ${problem}`)
    else args[name] = value
  }
  const missing = (spec.args?.required ?? []).filter(
    (/** @type {string} */ name) => name !== 'token' && (args[name] === undefined || args[name] === ''),
  )
  return { args, wrong, missing }
}

/** @param {string} name @param {any} spec @param {any} raw @param {boolean} json @returns {{ value?: any, problem?: string }} */
function typed(name, spec, raw, json) {
  if (typeof raw !== 'string') {
    if (!json) return { value: raw }
    if (spec.type === 'string' && !asJson.has(name) && typeof raw !== 'string') return { problem: 'must be a string' }
    return { value: raw }
  }
  if (asJson.has(name) || spec.schema === 'view') {
    try {
      return { value: JSON.parse(raw) }
    } catch {
      return { problem: 'is not JSON' }
    }
  }
  if (spec.type === 'boolean')
    return /^(true|false|1|0)$/.test(raw) ? { value: raw === 'true' || raw === '1' } : { problem: 'must be a boolean' }
  if (spec.type === 'integer' || spec.type === 'number')
    return /^-?\d+$/.test(raw) ? { value: Number(raw) } : { problem: 'must be a number' }
  if (spec.type === 'array') return { value: raw.startsWith('[') ? JSON.parse(raw) : raw.split(',').filter(Boolean) }
  if (spec.subtype === 'timestamp' && !/^\d+(\.\d+)?$/.test(raw)) return { problem: 'must be a timestamp' }
  return { value: raw }
}

/** Scopes of conversations.* depend on the channel's kind. @type {Record<string, string>} */
const family = { public: 'channels:', private: 'groups:', im: 'im:', mpim: 'mpim:' }

/**
 * The scope a call lacks, if any.
 * @param {State} state @param {string} method @param {Record<string, any>} args
 */
export function missingScope(state, method, args) {
  const asked = state.methods[method].scope?.bot ?? []
  /** @type {(list: string[]) => string | undefined} */
  const lacks = (list) => (list.length === 0 || list.some((s) => state.scopes.has(s)) ? undefined : list.join(','))
  if (method.startsWith('conversations.')) {
    for (const kind of kindsOf(state, method, args)) {
      const lacking = lacks(asked.filter((/** @type {string} */ s) => s.startsWith(family[kind] ?? '')))
      if (lacking) return lacking
    }
    return undefined
  }
  if (
    method.startsWith('chat.post') &&
    (args.username || args.icon_url || args.icon_emoji) &&
    !state.scopes.has('chat:write.customize')
  ) {
    return 'chat:write.customize'
  }
  return lacks(asked)
}

/** @param {State} state @param {string} method @param {Record<string, any>} args @returns {string[]} */
function kindsOf(state, method, args) {
  if (method === 'conversations.list') {
    const types = String(args.types ?? 'public_channel').split(',')
    return types.map((t) => ({ public_channel: 'public', private_channel: 'private' })[t] ?? t)
  }
  if (method === 'conversations.create') return [args.is_private ? 'private' : 'public']
  if (method === 'conversations.open') return [String(args.users ?? '').includes(',') ? 'mpim' : 'im']
  const channel = state.channels.get(args.channel)
  return channel ? [channel.kind] : []
}

/** Requests a minute per tier; docs.slack.dev/apis/web-api/rate-limits. @type {Record<string, number>} */
const tiers = { t1: 1, t2: 20, t3: 50, t4: 100, t5: 600 }

/**
 * Whole seconds to wait when this call comes too soon: per method and workspace, and one message a second per channel with a short burst.
 * @param {State} state @param {string} method @param {string} team @param {Record<string, any>} args @param {Map<string, number[]>} past
 */
export function tooSoon(state, method, team, args, past) {
  const checks = [{ key: `${method} ${team}`, per: 60_000, most: tiers[state.methods[method].rate_limits] ?? 100 }]
  if (method === 'chat.postMessage') checks.push({ key: `post ${args.channel}`, per: 1000, most: 3 })
  const now = state.now()
  for (const { key, per, most } of checks) {
    const recent = (past.get(key) ?? []).filter((at) => at > now - per)
    past.set(key, [...recent, now])
    if (recent.length >= most) {
      past.set(key, recent)
      return Math.max(1, Math.ceil((recent[0] + per - now) / 1000))
    }
  }
  return 0
}
