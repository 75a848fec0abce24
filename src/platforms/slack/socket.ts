/** Socket Mode: one connection at a time, made anew whenever it is lost, with clear words for why it is not there. */
import { SocketModeReceiver, type webApi } from '@slack/bolt'
import { deliveryOf, type House } from '../platform.ts'
import type { Ear } from './app.ts'
import { endsInstall, meaning, saidOf } from './errors.ts'

export type SocketLine = {
  /** Returns when the connection stands, or when it is clear that this takes longer. */
  start: () => Promise<void>
  stop: () => Promise<void>
  health: () => { ok: boolean; words: string }
}

type Line = { appToken: string; apiBase: string; pingMs?: number | undefined; logger: webApi.Logger }

/** Before each try. A connection that Slack ends after hours is made anew at once. */
const AGAIN_MS = [0, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000]
const REFUSED_MS = 60_000
const PING_MS = 5_000

/**
 * Reconnecting is done here, for the library waits five seconds after every loss and ends the process with an unhandled rejection
 * when the token is refused or Slack can't be reached at that moment.
 */
export function openSocket(house: House, app: Ear, { appToken, apiBase, pingMs = PING_MS, logger }: Line): SocketLine {
  let current: SocketModeReceiver | undefined
  let timer: NodeJS.Timeout | undefined
  let wanted = false
  let connected = false
  let tries = 0
  let why: string | undefined

  const receiver = (): SocketModeReceiver => {
    const clientOptions = {
      slackApiUrl: apiBase,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: 2 * PING_MS,
    }
    const fresh = new SocketModeReceiver({
      appToken,
      logger,
      autoReconnectEnabled: false,
      clientPingTimeout: pingMs,
      installerOptions: { clientOptions },
    } as never)
    fresh.init(app as never)
    fresh.client.on('disconnected', () => lost(fresh, undefined))
    return fresh
  }

  async function connect(): Promise<void> {
    const fresh = receiver()
    current = fresh
    try {
      // A socket that opens and never says hello would be waited for without an end.
      await inTime(fresh.start(), 2 * pingMs)
      if (current !== fresh) return
      connected = true
      tries = 0
      why = undefined
    } catch (error) {
      lost(fresh, meaning(error ?? new Error('the connection closed before it stood')))
    }
  }

  function lost(which: SocketModeReceiver, error: unknown): void {
    if (which !== current) return
    current = undefined
    connected = false
    which.stop().catch(() => {})
    if (!wanted) return
    const wait = waitAfter(error)
    timer = setTimeout(() => void connect(), wait)
  }

  function waitAfter(error: unknown): number {
    const usual = AGAIN_MS[Math.min(tries++, AGAIN_MS.length - 1)]!
    if (error === undefined) return usual
    const said = saidOf(error)
    if (endsInstall(said)) {
      why = `Slack refuses the app-level token (${said}); make a new one with connections:write under “Basic Information” of the app and set SLACK_APP_TOKEN.`
      house.log.error({ err: error }, why)
      return REFUSED_MS
    }
    why = `Slack can't be connected to (${(error as Error).message}); it is tried again.`
    house.log.warn({ err: error }, why)
    const delivery = deliveryOf(error)
    return said === 'ratelimited' && delivery?.kind === 'later' ? Math.max(usual, delivery.afterMs) : usual
  }

  return {
    async start() {
      wanted = true
      await connect()
    },
    async stop() {
      wanted = false
      clearTimeout(timer)
      const last = current
      current = undefined
      connected = false
      await last?.stop().catch(() => {})
    },
    health: () =>
      connected
        ? { ok: true, words: 'listening' }
        : { ok: !wanted, words: why ?? (wanted ? 'connecting' : 'not listening here') },
  }
}

function inTime(work: Promise<unknown>, ms: number): Promise<unknown> {
  let timer: NodeJS.Timeout
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Slack did not greet within ${ms / 1_000} s`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
