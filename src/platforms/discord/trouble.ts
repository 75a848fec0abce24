/** What Discord's refusals and faults mean: to be tried later, never again, or to be looked at. */
import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js'
import { gone, later, lost, shut } from '../platform.ts'

const LATER_MS = 15_000
/** No limit is believed for longer. */
export const LONGEST_S = 900

/** A fault of the platform or of the way to it; anything Discord said in its own words is none. */
export const isFault = (error: unknown): boolean => !(error instanceof DiscordAPIError) && !(error instanceof RateLimitError)

export const lostToken = (error: unknown): boolean =>
  (error instanceof DiscordAPIError && error.status === 401) ||
  (error instanceof Error && error.message.startsWith('Expected token to be set'))

/** How long nothing at all should be asked: a limit of the whole bot that is too long to be waited for. */
export const longestRest = (error: unknown): number =>
  error instanceof RateLimitError && (error.global || error.limit === Number.POSITIVE_INFINITY) ? restOf(error) : 0

const restOf = ({ retryAfter, timeToReset }: RateLimitError): number =>
  Math.min(Math.max(retryAfter, timeToReset), LONGEST_S * 1_000)

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
  160006: 'The server has 1,000 open threads, which is the most there may be. Archive some.',
}

/** The channel is unknown, or it is a private thread that Troupe is not in: it was invited anew, and is in none from before. */
const losing = new Set([10_003, 50_001])

/** Troupe is not in the server, or no thread can be open there besides those that are: nobody's place can be written in. */
const closing = new Set([10_004, 160_006])

/** Refusals that pass by themselves: overloaded, and limits that are told as errors. */
const passing = new Set([20_016, 20_022, 20_028, 20_029, 31_001, 40_062, 130_000])
/** "You are opening direct messages too fast": of the bot, and not of whom it was for. It looks like spam, so it is let rest. */
const tooManyDirect = 40_003
const DIRECT_REST_MS = 300_000

/** For what nobody has met yet: who reads it knows more than we do, and asking ten times more would not help. */
const unknownFix =
  'Discord will not take it as it is. If the reason says what is wrong, mend that and press Try again in /parked; else tell whoever runs Troupe, with this text.'

/** What an error says to whoever delivers: `later`, `gone`, or itself. */
export function meaning(error: unknown): unknown {
  if (error instanceof DiscordAPIError) {
    const code = Number(error.code)
    if (passing.has(code)) return later(`Discord answered ${error.message}`, LATER_MS)
    if (code === tooManyDirect) return later(`Discord answered ${error.message}`, DIRECT_REST_MS)
    const words = endings[code] === undefined ? `${error.message} (code ${error.code})` : error.message
    const end = losing.has(code) ? lost : closing.has(code) ? shut : gone
    return Object.assign(end(words, endings[code] ?? unknownFix), { code: error.code })
  }
  if (error instanceof HTTPError) return later(`Discord answered ${error.status}`, LATER_MS)
  if (error instanceof RateLimitError) return later('Discord asks to wait', restOf(error))
  return later(`Discord can't be reached: ${error instanceof Error ? error.message : error}`, LATER_MS)
}

/** The code of Discord's own refusal, also behind `gone`. */
export const codeOf = (error: unknown): number | undefined => {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'number' ? code : undefined
}
