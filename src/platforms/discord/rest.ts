/** Discord's REST as this door uses it: paced over all processes, patient with faults, and never left without its token. */

import { createHash } from 'node:crypto'
import {
  DefaultRestOptions,
  DiscordAPIError,
  HTTPError,
  RateLimitError,
  REST,
  type RequestData,
  type RouteLike,
} from 'discord.js'
import { gone, type House, later } from '../platform.ts'

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
  identifyAtOnce?: boolean
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

export type Caller = {
  rest: REST
  /** A call as the bot. Throws `later` or `gone` where that is what it means, else Discord's own error. */
  as: <T>(method: Method, route: string, data?: RequestData) => Promise<T>
  /** A call with an interaction's token: not paced, for Discord counts it apart, and tried again within its time. */
  reply: <T>(method: Method, route: string, data?: RequestData) => Promise<T>
  /** False while Discord refuses the token. */
  trusted: () => boolean
}

/** topics/rate-limits: 50 requests in a second for the whole bot. Ours allows 46 in any second: 8 at once and 38 more. */
const pace = { everyMs: 1_000 / 38, burst: 8 }
const backOffMs = [300, 1_200]
const DISTRUST_MS = 60_000

export function openCaller(house: House, options: DiscordOptions): Caller {
  const key = `discord:${createHash('sha256').update(options.token).digest('base64url').slice(0, 12)}`
  const rest = new REST({
    version: '10',
    api: options.apiBase,
    timeout: options.timeoutMs ?? 15_000,
    // The library tries again without any pause, which only adds to a platform's trouble.
    retries: 0,
    async makeRequest(url, init) {
      if (new Headers(init.headers as Record<string, string>).has('authorization')) await house.pace(key, pace)
      return DefaultRestOptions.makeRequest(url, init)
    },
  }).setToken(options.token)
  let distrustedUntil = 0
  let trusted = true

  const once = <T>(method: Method, route: string, data: RequestData = {}): Promise<T> =>
    rest[method](route as RouteLike, data) as Promise<T>

  async function as<T>(method: Method, route: string, data?: RequestData, attempt = 0): Promise<T> {
    if (!trusted && performance.now() < distrustedUntil) throw later('Discord refuses the bot token', DISTRUST_MS)
    try {
      const answer = await once<T>(method, route, data)
      trusted = true
      return answer
    } catch (error) {
      if (!lostToken(error)) {
        if (isFault(error) && attempt < 1) {
          await pause(backOffMs[attempt]!)
          return as(method, route, data, attempt + 1)
        }
        throw meaning(error)
      }
      // After one 401 the library forgets the token for good. One may be a fault of theirs; two in a row are a token that ended.
      rest.setToken(options.token)
      if (attempt < 1) {
        await pause(backOffMs[0]!)
        return as(method, route, data, attempt + 1)
      }
      trusted = false
      distrustedUntil = performance.now() + DISTRUST_MS
      house.log.error('Discord refuses the bot token; make a new one in the developer portal and set DISCORD_TOKEN')
      throw later('Discord refuses the bot token', DISTRUST_MS)
    }
  }

  async function reply<T>(method: Method, route: string, data: RequestData = {}, attempt = 0): Promise<T> {
    try {
      return await once<T>(method, route, { ...data, auth: false })
    } catch (error) {
      const wait = backOffMs[attempt]
      if (!isFault(error) || wait === undefined) throw error
      await pause(wait)
      return reply(method, route, data, attempt + 1)
    }
  }

  return {
    rest,
    as: (method, route, data) => as(method, route, data),
    reply: (method, route, data) => reply(method, route, data),
    trusted: () => trusted,
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const lostToken = (error: unknown): boolean =>
  (error instanceof DiscordAPIError && error.status === 401) ||
  (error instanceof Error && error.message.startsWith('Expected token to be set'))

/** A fault of the platform or of the way to it; anything Discord said in its own words is none. */
const isFault = (error: unknown): boolean => !(error instanceof DiscordAPIError) && !(error instanceof RateLimitError)

/** Discord's codes (topics/opcodes-and-status-codes) for which trying again does not help, with what does. */
const endings: Record<number, string> = {
  10003: 'The channel was deleted. Run /setup channels to make it again.',
  10004: 'Troupe is no longer in this server. Invite it again.',
  10007: 'This person has left the server.',
  10013: 'This account no longer exists.',
  50001: 'Troupe may not see the channel. Give its role "View Channel" there, or run /setup channels.',
  50007: 'This person takes no direct messages.',
  50013: 'Troupe lacks a permission there. Run /setup channels, which names it.',
  160005: 'The thread is locked. Unlock it, or delete it so that a new one is made.',
}

function meaning(error: unknown): unknown {
  if (error instanceof DiscordAPIError) {
    const fix = endings[Number(error.code)]
    return fix === undefined ? error : Object.assign(gone(error.message, fix), { code: error.code })
  }
  if (error instanceof HTTPError) return later(`Discord answered ${error.status}`, 15_000)
  if (error instanceof RateLimitError) return later('Discord asks to wait', error.retryAfter)
  return later(`Discord can't be reached: ${error instanceof Error ? error.message : error}`, 15_000)
}

/** The code of Discord's own refusal, also behind `gone`. */
export const codeOf = (error: unknown): number | undefined => {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'number' ? code : undefined
}
