/** Slack's calls over HTTP, behind the house's own server: signed, acknowledged, and handed to Bolt. */
import { type App, type Receiver, type ReceiverEvent, verifySlackRequest } from '@slack/bolt'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { House } from '../platform.ts'

const ACK_MS = 2_900
const AHEAD_S = 300
const BODY_BYTES = 1024 * 1024

export type HttpReceiver = Receiver & { routes: (server: FastifyInstance) => Promise<void> }

export function httpReceiver(house: House, signingSecret: string): HttpReceiver {
  let app: App | undefined
  const take = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const raw = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : ''
    if (!genuine(request, raw, signingSecret, house.clock()))
      return reply.code(401).send({ error: 'The signature is not right.' })
    const body = read(raw, request.headers['content-type'])
    if (!body) return reply.code(400).send({ error: 'The body is not what Slack sends.' })
    if (body.type === 'url_verification') return reply.send({ challenge: body.challenge })
    if (!app) return reply.code(503).send()
    return acknowledged(house, app, request, reply, body)
  }
  return {
    init: (bolt) => {
      app = bolt
    },
    start: async () => {},
    stop: async () => {},
    async routes(server) {
      await server.register(async (scope) => {
        scope.removeAllContentTypeParsers()
        scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES }, (_request, body, done) => done(null, body))
        scope.post('/slack/events', { config: { rateLimit: false } }, take)
      })
    },
  }
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

function read(raw: string, type = ''): Record<string, unknown> | undefined {
  try {
    if (type.includes('application/json')) return JSON.parse(raw)
    const form = new URLSearchParams(raw)
    const payload = form.get('payload')
    return payload === null ? Object.fromEntries(form) : JSON.parse(payload)
  } catch {
    return undefined
  }
}

/** The answer is sent by the listener's acknowledgement, or by the clock when there is none. */
function acknowledged(
  house: House,
  app: App,
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
    app.processEvent(event).catch((err: unknown) => {
      house.log.error({ err }, 'what Slack sent could not be worked on')
      answer(500)
    })
  })
}
