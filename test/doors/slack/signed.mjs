/** Deliveries over HTTP: encoded and signed the way Slack does it. */
import { createHmac } from 'node:crypto'

/** @typedef {import('./state.mjs').State} State */

/** @param {string} type @param {any} payload */
function encoded(type, payload) {
  if (type === 'events_api') return { body: JSON.stringify(payload), mime: 'application/json' }
  const fields = type === 'slash_commands' ? payload : { payload: JSON.stringify(payload) }
  return { body: new URLSearchParams(fields).toString(), mime: 'application/x-www-form-urlencoded' }
}

/** @param {string} secret @param {string} body @param {number} at seconds */
const signature = (secret, body, at) => `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`

/**
 * Posts one delivery; resolves with the status and what was answered.
 * @param {State} state @param {string} url @param {string} type @param {any} payload @param {number} retry @param {'unsigned'|'wrong-secret'|'stale'} [forged]
 */
export async function post(state, url, type, payload, retry, forged) {
  const { body, mime } = encoded(type, payload)
  const at = Math.floor(Date.now() / 1000) - (forged === 'stale' ? 6 * 60 : 0)
  const secret = forged === 'wrong-secret' ? 'not-the-secret' : state.signingSecret
  /** @type {Record<string, string>} */
  const signed =
    forged === 'unsigned' ? {} : { 'x-slack-request-timestamp': String(at), 'x-slack-signature': signature(secret, body, at) }
  /** @type {Record<string, string>} */
  const again = retry > 0 ? { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_timeout' } : {}
  const answer = await fetch(url, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { 'content-type': mime, 'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)', ...signed, ...again },
  })
  const text = await answer.text()
  return {
    status: answer.status,
    noRetry: answer.headers.get('x-slack-no-retry') === '1',
    body: readBody(answer.headers.get('content-type') ?? '', text),
  }
}

/** @param {string} mime @param {string} text */
function readBody(mime, text) {
  if (text === '') return undefined
  if (!mime.includes('json') && !text.startsWith('{')) return { text }
  try {
    return JSON.parse(text)
  } catch {
    return { text }
  }
}

/** Slack's handshake before it accepts a request url. @param {State} state @param {string} url */
export async function verifyUrl(state, url) {
  const challenge = Math.random().toString(36).slice(2)
  const { status, body } = await post(
    state,
    url,
    'events_api',
    { token: state.verificationToken, type: 'url_verification', challenge },
    0,
  )
  const echoed = body?.challenge ?? body?.text
  if (status !== 200 || echoed !== challenge)
    throw new Error(`Your URL didn't respond with the value of the challenge parameter (${status}).`)
}
