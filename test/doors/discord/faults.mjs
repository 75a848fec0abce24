/** Faults that a test orders for the REST side, and the answers of a rate limit. */

/** @typedef {import('./state.mjs').Json} Json */

/** @param {import('./state.mjs').State} state */
export function openFaults(state) {
  /** @type {Json[]} */
  let ordered = []
  /** @param {Json} fault */
  const add = (fault) => {
    ordered.push({ ...fault, left: fault.times ?? 1, seen: 0, pattern: fault.route && new RegExp(fault.route) })
  }
  for (const fault of state.setup.faults ?? []) add(fault)
  return {
    /** The fault that meets this request, if any. @param {string} line e.g. `POST /channels/1/messages` */
    next(line) {
      const fault = ordered.find((f) => f.left > 0 && (!f.pattern || f.pattern.test(line)) && ++f.seen % (f.every ?? 1) === 0)
      if (fault) fault.left--
      return fault
    },
    verbs: {
      fault: add,
      clearFaults: () => {
        ordered = []
      },
    },
  }
}

/** The answer that a fault gives in place of the work, or undefined when the work is done all the same. @param {Json} fault */
export function answerOf(fault) {
  if (fault.kind === '401-once') return { status: 401, body: { message: '401: Unauthorized', code: 0 } }
  if (fault.kind === '502' || fault.kind === '503')
    return { status: Number(fault.kind), html: `<html><head><title>${fault.kind}</title></head><body>cloudflare</body></html>` }
  if (fault.kind === '429') return limited(fault.retryAfterMs ?? 300, fault.scope ?? 'user', fault.headers)
  if (fault.kind === 'global-429') return limited(fault.retryAfterMs ?? 300, 'global', fault.headers)
  if (fault.kind === 'refuse')
    return { status: fault.status, body: { message: fault.message ?? 'Refused by the test', code: fault.code } }
  return undefined
}

/** @param {number} ms @param {'user' | 'shared' | 'global'} scope @param {boolean | Record<string, string>} [headers] */
export function limited(ms, scope, headers = true) {
  const seconds = ms / 1000
  if (!headers) return { status: 429, html: '<html><body>error code: 1015</body></html>' }
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global: scope === 'global' },
    headers: {
      'retry-after': String(Math.ceil(seconds)),
      'x-ratelimit-scope': scope,
      ...(scope === 'global'
        ? { 'x-ratelimit-global': 'true' }
        : { 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': seconds.toFixed(3) }),
      ...(typeof headers === 'object' ? headers : {}),
    },
  }
}
