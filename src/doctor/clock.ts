/** Whether this machine's clock agrees with others: signatures, one-time codes and schedules live by it. */
import { type Check, failed, good, warned } from './check.ts'

const CLOSE_MS = 2_000
/** Slack's signatures are refused after five minutes; well before that something is wrong. */
const FAR_MS = 60_000

/** `theirs` may be off by `blur` ms by the way it was told. */
export function clockCheck(name: string, theirs: Date, ours: Date, blur = 0): Check {
  const off = ours.getTime() - theirs.getTime()
  const size = Math.abs(off)
  if (size <= CLOSE_MS + blur) return good(name, 'agrees with this machine')
  const words = `this machine is ${spanOf(size)} ${off > 0 ? 'ahead' : 'behind'}`
  const fix = 'Switch on time synchronisation on this machine (timedatectl set-ntp true).'
  return size > FAR_MS ? failed(name, words, fix) : warned(name, words, fix)
}

/** The Date header of an answer names whole seconds, so its middle is taken. Nothing without such a header. */
export function headerClock(name: string, headers: Headers, ours: Date): Check[] {
  const told = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(told) ? [] : [clockCheck(name, new Date(told + 500), ours, 500)]
}

const spanOf = (ms: number): string =>
  ms < 120_000 ? `${Math.round(ms / 1_000)} seconds` : `${Math.round(ms / 60_000).toLocaleString('en')} minutes`
