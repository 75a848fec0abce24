/** Discord's REST as this door uses it: paced over all processes, patient with faults, and never left without its token. */
import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { DefaultRestOptions, REST, type RequestData, type RouteLike } from 'discord.js'
import { type House, later, type Taken } from '../platform.ts'
import { codeOf, isFault, LONGEST_S, longestRest, lostToken, meaning } from './trouble.ts'

export type DiscordOptions = {
  token: string
  /** Without the version: https://discord.com/api */
  apiBase: string
  /** The one reaction that counts as kudos: a character, or name:id. */
  kudosEmoji: string
  /** Only tests shorten these. */
  timeoutMs?: number
  readyMs?: number
  guildMs?: number
  distrustMs?: number
  againMs?: number[]
  identifyAtOnce?: boolean
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

export type Caller = {
  /** A call as the bot. Throws `later` or `gone` where that is what it means, else Discord's own error. */
  as: <T>(method: Method, route: string, data?: RequestData) => Promise<T>
  /**
   * The first answer to an interaction: not paced, and tried until `leftMs` have passed. False when it was given elsewhere, or came
   * too late.
   */
  acknowledge: (route: string, body: object, leftMs: number) => Promise<boolean>
  /** A call with an interaction's token: not paced, for Discord counts it apart, and tried again for about a minute. */
  reply: <T>(method: Method, route: string, data?: RequestData) => Promise<T>
  /** False while Discord refuses the token. */
  trusted: () => boolean
  /** The token was taken elsewhere: it is good again. */
  trust: () => void
  /** Ends all waiting for another try. */
  close: () => void
}

/** topics/rate-limits: 50 requests in a second for the whole bot, the gateway's own among them; and never ten at one moment. */
const pace = { everyMs: 15, burst: 3, perSecond: 50 }
const TIMEOUT_MS = 15_000
const ACKNOWLEDGE_MS = 1_000
const AGAIN_MS = 300
const replyAgainMs = [300, 1_200, 5_000, 15_000, 40_000]
const DISTRUST_MS = 60_000
/** After so many faults in a row nothing is asked for a while, so that whatever waits does not add to the trouble. */
const quietMs = [1_000, 2_000, 5_000, 15_000, 30_000]
/** A limit that lets go within this is waited for; for a longer one the post is put off. */
const PATIENCE_MS = 4_000

export const TOKEN_REFUSED = 'Discord refuses the bot token; make a new one in the developer portal and set DISCORD_TOKEN'

export function openCaller(house: Pick<House, 'log' | 'pace'>, options: DiscordOptions): Caller {
  const { token } = options
  const posting = openRest(options, turnsOf(house, options)).setToken(token)
  // Apart, so that a limit on posts never holds an answer up.
  const answering = openRest(options, async () => () => {})
  const closing = new AbortController()
  // As many answers as are under way may wait on it at once; Node would take more than ten for a leak.
  setMaxListeners(0, closing.signal)
  const distrustMs = options.distrustMs ?? DISTRUST_MS
  let trusted = true
  let distrustedUntil = 0
  let faults = 0
  let quietUntil = 0

  async function as<T>(method: Method, route: string, data: RequestData = {}, attempt = 0): Promise<T> {
    const now = performance.now()
    if (!trusted && now < distrustedUntil) throw later(TOKEN_REFUSED, distrustedUntil - now)
    if (now < quietUntil) throw later('Discord had trouble a moment ago', quietUntil - now)
    try {
      const answer = await send<T>(posting, method, route, data)
      trusted = true
      faults = 0
      return answer
    } catch (error) {
      if (lostToken(error)) {
        await tokenLost(attempt)
        return as(method, route, data, attempt + 1)
      }
      // What was made although its answer was lost would be made twice; a message with a nonce is not.
      if (isFault(error) && attempt < 1 && (method !== 'post' || hasNonce(data))) {
        await pause(AGAIN_MS, closing.signal)
        return as(method, route, data, attempt + 1)
      }
      if (isFault(error)) quietUntil = performance.now() + quietMs[Math.min(faults++, quietMs.length - 1)]!
      quietUntil = Math.max(quietUntil, performance.now() + longestRest(error))
      throw meaning(error)
    }
  }

  /** After one 401 the library forgets the token for good. One may be a fault of theirs; two in a row are a token that ended. */
  async function tokenLost(attempt: number): Promise<void> {
    posting.setToken(token)
    if (attempt < 1) return pause(AGAIN_MS, closing.signal)
    if (trusted) house.log.error(TOKEN_REFUSED)
    trusted = false
    distrustedUntil = performance.now() + distrustMs
    throw later(TOKEN_REFUSED, distrustMs)
  }

  async function acknowledge(route: string, body: object, leftMs: number): Promise<boolean> {
    const until = performance.now() + leftMs
    for (let attempt = 0; ; attempt++) {
      const left = Math.max(1, Math.min(ACKNOWLEDGE_MS, until - performance.now()))
      try {
        await send(answering, 'post', route, { body, auth: false, signal: AbortSignal.timeout(left) })
        return true
      } catch (error) {
        const code = codeOf(error)
        // An earlier try of ours had reached Discord although its answer was lost.
        if (code === alreadyAcknowledged && attempt > 0) return true
        if (code === alreadyAcknowledged || code === unknownInteraction) {
          house.log.warn({ code }, 'an interaction was answered before, or came too late')
          return false
        }
        if (!isFault(error) || closing.signal.aborted || until - performance.now() < 100) throw error
        await pause(100, closing.signal)
      }
    }
  }

  async function reply<T>(method: Method, route: string, data: RequestData = {}, attempt = 0): Promise<T> {
    try {
      return await send<T>(answering, method, route, { ...data, auth: false })
    } catch (error) {
      const wait = replyAgainMs[attempt]
      if (!isFault(error) || wait === undefined || closing.signal.aborted) throw error
      await pause(wait, closing.signal)
      return reply(method, route, data, attempt + 1)
    }
  }

  return {
    as: (method, route, data) => as(method, route, data),
    acknowledge,
    reply: (method, route, data) => reply(method, route, data),
    trusted: () => trusted,
    trust() {
      trusted = true
    },
    close: () => closing.abort(),
  }
}

const alreadyAcknowledged = 40_060
const unknownInteraction = 10_062

/** A turn for one request with the token of the bot. */
export function turnsOf(house: Pick<House, 'pace'>, { token }: DiscordOptions): () => Promise<Taken> {
  const key = `discord:${createHash('sha256').update(token).digest('base64url').slice(0, 12)}`
  return () => house.pace(key, pace)
}

/** `turn` is awaited before every request, also before those that the library makes by itself after a limit. */
function openRest(options: DiscordOptions, turn: () => Promise<Taken>): REST {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  return new REST({
    version: '10',
    api: options.apiBase,
    // The library counts the waiting for a turn as well; the request itself has its own limit below.
    timeout: 900_000,
    // The library tries again without any pause, which only adds to a platform's trouble.
    retries: 0,
    rejectOnRateLimit: ({ retryAfter, timeToReset }) => Math.max(retryAfter, timeToReset) > PATIENCE_MS,
    async makeRequest(url, init) {
      const answered = await turn()
      const limits = [AbortSignal.timeout(timeoutMs), ...(init.signal ? [init.signal as AbortSignal] : [])]
      const answer = await DefaultRestOptions.makeRequest(url, { ...init, signal: AbortSignal.any(limits) })
      answered()
      if (answer.status === 429) makeSane(answer.headers)
      return answer
    },
  })
}

/**
 * A limit without a number of seconds, as from what stands in front of Discord, makes the library ask again at once and without
 * end; and one of a day is asked about once more before.
 */
function makeSane(headers: Headers): void {
  const told = [headers.get('retry-after'), headers.get('x-ratelimit-reset-after')].map(Number)
  const seconds = Math.min(told.find((one) => Number.isFinite(one) && one > 0) ?? 15, LONGEST_S)
  for (const name of ['retry-after', 'x-ratelimit-reset-after']) {
    const own = Number(headers.get(name))
    if (!(own > 0 && own <= LONGEST_S)) headers.set(name, String(seconds))
  }
}

const send = <T>(rest: REST, method: Method, route: string, data: RequestData): Promise<T> =>
  rest[method](route as RouteLike, data) as Promise<T>

const hasNonce = ({ body }: RequestData): boolean => (body as { enforce_nonce?: boolean } | undefined)?.enforce_nonce === true

/** A pause that ends early when the door closes. */
function pause(ms: number, ended: AbortSignal): Promise<void> {
  if (ended.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      ended.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    ended.addEventListener('abort', end)
  })
}
