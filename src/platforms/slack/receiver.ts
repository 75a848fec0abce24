/** Slack's calls over HTTP, behind the house's own server: signed, acknowledged, and handed to Bolt. */
import { type ReceiverEvent, verifySlackRequest } from '@slack/bolt'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { House } from '../platform.ts'
import type { Ear } from './app.ts'

const ACK_MS = 2_900
const AHEAD_S = 300
const BODY_BYTES = 1024 * 1024

/** POST /slack/events: what Slack tells over HTTP. */
export async function eventRoutes(server: FastifyInstance, house: House, app: Ear, signingSecret: string): Promise<void> {
  const take = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const raw = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : ''
    if (!genuine(request, raw, signingSecret, house.clock()))
      return reply.code(401).send({ error: 'The signature is not right.' })
    const body = read(raw, request.headers['content-type'])
    if (!body) return reply.code(400).send({ error: 'The body is not what Slack sends.' })
    if (body.type === 'url_verification') return reply.send({ challenge: body.challenge })
    if (body.ssl_check !== undefined) return reply.send()
    return acknowledged(house, app, request, reply, body)
  }
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES }, (_request, body, done) => done(null, body))
    // All of Slack's calls come from few addresses.
    scope.post('/slack/events', { config: { rateLimit: false } }, take)
  })
}

/** The library refuses what is more than five minutes old; what comes from as far in the future is no less wrong. */
function genuine(request: FastifyRequest, body: string, signingSecret: string, now: Date): boolean {
  const signature = request.headers['x-slack-signature']
  const at = Number(request.headers['x-slack-request-timestamp'])
  if (typeof signature !== 'string' || !Number.isSafeInteger(at) || at > now.getTime() / 1000 + AHEAD_S) return false
  try {
    verifySlackRequest({
      signingSecret,
      body,
      headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': at },
      nowMilliseconds: now.getTime(),
    })
    return true
  } catch {
    return false
  }
}

/** An object, or undefined for anything else. */
function read(raw: string, type = ''): Record<string, unknown> | undefined {
  try {
    const form = type.includes('application/json') ? undefined : new URLSearchParams(raw)
    const payload = form ? form.get('payload') : raw
    const body: unknown = payload === null ? Object.fromEntries(form ?? []) : JSON.parse(payload)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** The answer is sent by the listener's acknowledgement, or by the clock when there is none. */
function acknowledged(
  house: House,
  app: Ear,
  request: FastifyRequest,
  reply: FastifyReply,
  body: Record<string, unknown>,
): Promise<FastifyReply> {
  return new Promise((resolve) => {
    let done = false
    const answer = (code: number, said?: unknown): void => {
      if (done) return
      done = true
      clearTimeout(late)
      resolve(said === undefined || said === '' ? reply.code(code).send() : reply.code(code).send(said))
    }
    const late = setTimeout(() => answer(404), ACK_MS)
    const retry = Number(request.headers['x-slack-retry-num'])
    const event: ReceiverEvent = {
      body,
      ack: async (said) => answer(200, said),
      ...(Number.isInteger(retry) ? { retryNum: retry } : {}),
    }
    app.processEvent(event).then(
      // Nobody listens to this kind.
      () => answer(404),
      (err: unknown) => {
        house.log.error({ err }, 'what Slack sent could not be worked on')
        answer(500)
      },
    )
  })
}
