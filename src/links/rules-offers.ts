/**
 * The law of offers: what shoppers get from one instant to another, a discount, a page, or both. An offer is on the links and codes of
 * everybody, of creators with a tag, or of one creator, from the moment that is said and never backwards. Links lead to its page while
 * it runs and to their own again after that; codes take off what it says and their own percentage again after that. Where several run
 * at once, the one that began last counts; one that has a page for links, or a discount for codes, counts before one that has none.
 * Codes that came with the roster keep the discount that the shop gave them.
 */
import type { CodeTerms } from '../kernel/discount.ts'
import { type Money, typedMoney } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addDays, instantOf, localTime, minutes } from '../kernel/time.ts'

export type Scope = { who: string; target: string; links: boolean; codes: boolean; since: Date }

export type Offered = {
  id: string
  name: string
  percent: number | null
  /** An amount off, in this currency. */
  minor: bigint | null
  currency: string
  words: string | null
  destination: string | null
  minimumMinor: bigint | null
  uses: number | null
  startsAt: Date
  endsAt: Date
  on: readonly Scope[]
}

export type Carrier = 'links' | 'codes'

type Whose = { id: string; tags: readonly string[] }

/** Whether an offer is on this creator's links or codes at an instant. */
function isOn(offer: Offered, creator: Whose, carrier: Carrier, at: Date): boolean {
  return (
    offer.startsAt <= at &&
    at < offer.endsAt &&
    offer.on.some((scope) => scope[carrier] && scope.since <= at && reaches(scope, creator))
  )
}

const reaches = ({ who, target }: Scope, { id, tags }: Whose): boolean =>
  who === 'all' || (who === 'creator' ? target === id : tags.some((tag) => tag.toLowerCase() === target.toLowerCase()))

/** The offer that counts for a creator's links or codes at an instant. */
export function runningOffer(offers: readonly Offered[], creator: Whose, carrier: Carrier, at: Date): Offered | undefined {
  return inFront(
    offers.filter((offer) => isOn(offer, creator, carrier, at)),
    carrier,
  )[0]
}

/** Until when something is, as people say it: the last minute of its last day, and not midnight of the day after. */
export const saidEnd = (endsAt: Date, zone: string): Date => (localTime(endsAt, zone) === '00:00' ? minutes(endsAt, -1) : endsAt)

/** An offer that counts now, until when it counts and when it ends in people's words, and the one that counts after it. */
export type Running = Offered & { until: Date; ends: Date; next: Offered | undefined }

/** The offer that counts now, with what follows it; `offers` are all that run at some instant until its end. */
export function runningNow(
  offers: readonly Offered[],
  creator: Whose,
  carrier: Carrier,
  { now, zone }: { now: Date; zone: string },
): Running | undefined {
  const offer = runningOffer(offers, creator, carrier, now)
  if (!offer) return undefined
  const starts = offers.map(({ startsAt }) => startsAt).filter((at) => at > now && at < offer.endsAt)
  const turns = [...starts.sort((a, b) => a.getTime() - b.getTime()), offer.endsAt]
  const nextAt = (at: Date) => runningOffer(offers, creator, carrier, at)
  const turn = turns.find((at) => nextAt(at)?.id !== offer.id) ?? offer.endsAt
  return { ...offer, until: saidEnd(turn, zone), ends: saidEnd(offer.endsAt, zone), next: nextAt(turn) }
}

/** Offers that run at once, the one that counts in front. */
export function inFront<O extends Offered>(offers: readonly O[], carrier: Carrier): O[] {
  const changes = (offer: Offered) => (carrier === 'links' ? offer.destination !== null : takesOff(offer))
  return offers.toSorted(
    (a, b) => Number(changes(b)) - Number(changes(a)) || b.startsAt.getTime() - a.startsAt.getTime() || (a.id < b.id ? 1 : -1),
  )
}

export const takesOff = ({ percent, minor }: Pick<Offered, 'percent' | 'minor'>): boolean => percent !== null || minor !== null

type CodePolicy = { codeMinimumMinor: string; codeUses: number | null }

/** What a code takes off under an offer, or by itself. */
export function termsOf(
  code: { percent: number; adopted: boolean },
  policy: CodePolicy,
  currency: string,
  offer: Offered | undefined,
): CodeTerms {
  if (code.adopted) return { percent: code.percent }
  const money = (minor: bigint): Money => ({ minor, currency })
  const least = offer?.minimumMinor ?? BigInt(policy.codeMinimumMinor)
  const most = offer?.uses ?? policy.codeUses
  const discount = offer && takesOff(offer) ? offer : undefined
  return {
    percent: discount ? (discount.percent ?? 0) : code.percent,
    ...(discount?.minor ? { amount: money(discount.minor) } : {}),
    ...(least > 0n ? { minimum: money(least) } : {}),
    ...(most === null ? {} : { uses: { most, of: offer?.uses ? offer.id : null } }),
  }
}

/** When a calendar says a day: its beginning, or its end for the last day of something. Refusal names the field. */
export function readWhen(typed: string, zone: string, field: 'starts' | 'ends'): Date {
  const [, day, at] = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}))?$/.exec(typed.trim()) ?? []
  try {
    if (day !== undefined && at !== undefined) return instantOf(day, at, zone)
    if (day !== undefined) return instantOf(field === 'ends' ? addDays(day, 1) : day, '00:00', zone)
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof RangeError)) throw error
  }
  throw new Refusal('invalid', 'That is no day.', 'Write it like 2026-11-27, or 2026-11-27 18:00.', field)
}

/** "20 %", "5.00" or words such as "free shipping". Refusal names the field. */
export function readDiscount(typed: string, currency: string): Pick<Offered, 'percent' | 'minor' | 'words'> {
  const none = { percent: null, minor: null, words: null }
  const said = typed.trim()
  const [, percent] = /^(\d{1,3})\s*%(?:\s*off)?$/i.exec(said) ?? []
  if (percent !== undefined) {
    if (Number(percent) < 1 || Number(percent) > 100)
      throw new Refusal('invalid', 'A percentage is from 1 to 100.', 'Write it like 20 %.', 'discount')
    return { ...none, percent: Number(percent) }
  }
  if (!/\d/.test(said)) return { ...none, words: said }
  try {
    const { minor } = typedMoney(said, currency)
    if (minor > 0n) return { ...none, minor }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // "Two for one" and "3 for 2" are words as well.
    if (/[a-z]{3}/i.test(said)) return { ...none, words: said }
  }
  throw new Refusal(
    'invalid',
    'That is no discount.',
    'Write 20 %, an amount such as 5.00, or words such as free shipping.',
    'discount',
  )
}

export type Phase = 'planned' | 'running' | 'ended'

export const phaseAt = ({ startsAt, endsAt }: Pick<Offered, 'startsAt' | 'endsAt'>, at: Date): Phase =>
  at >= endsAt ? 'ended' : at >= startsAt ? 'running' : 'planned'
