// What a manager types about a mission, and what it means. Each refusal names its field. A single dash takes away what was there.

import { addressOf } from '../kernel/address.ts'
import { typedMoney } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addDays, instantOf, localDay } from '../kernel/time.ts'

/** What the brand may do with approved content, as a mission says it: the words of the presets in the room of rights. */
export const rightsWords: Record<string, string> = {
  none: 'The brand may share your post, nothing more.',
  social: 'The brand may post it on its own social accounts for 90 days, worldwide, cropped or with subtitles. No ads.',
  web: 'The brand may show it on its social accounts, website, product pages and in mails for 180 days, worldwide, cropped or with subtitles. No ads.',
  ads: 'The brand may show it on its social accounts, website, product pages, in mails and in paid ads for 90 days, worldwide, cropped or with subtitles.',
}

/** The kinds of content a mission may ask for. */
export const kinds = {
  post: 'post',
  short_video: 'short video',
  review: 'review',
  demo: 'demo',
  testimonial: 'testimonial',
  photo: 'photo',
  live_stream: 'live stream',
} as const

export type Window = { closesAt: Date | null; daysToJoin: number | null }

const LONGEST_DAYS = 730
const invalid = (field: string, sentence: string, fix: string) => new Refusal('invalid', sentence, fix, field)

/**
 * "14", "14 days" and "2026-12-04" end with that day in the program's zone; "30 days after joining" is a window of each creator's
 * own; "none" never closes.
 */
export function parseDeadline(typed: string, now: Date, zone: string): Window {
  const said = typed.trim().toLowerCase()
  const fix = 'Write 14 days, 2026-12-04, 30 days after joining, or none.'
  if (said === 'none' || said === '-' || said === 'open') return { closesAt: null, daysToJoin: null }
  const [, count, joining] = /^(\d{1,4}) ?(?:days?|d)?( ?after joining)?$/.exec(said) ?? []
  const n = count === undefined ? 1 : Number(count)
  if (n < 1 || n > LONGEST_DAYS) throw invalid('deadline', `A mission is open from 1 to ${LONGEST_DAYS} days.`, fix)
  if (joining) return { closesAt: null, daysToJoin: n }
  if (count === undefined && !/^\d{4}-\d{2}-\d{2}$/.test(said)) throw invalid('deadline', 'This is no deadline.', fix)
  const day = count === undefined ? said : addDays(localDay(now, zone), n)
  const closesAt = instantOf(day, '23:59', zone)
  if (closesAt <= now) throw invalid('deadline', 'That day is over.', 'Give a day to come.')
  if (day > addDays(localDay(now, zone), LONGEST_DAYS)) throw invalid('deadline', 'That is more than two years away.', fix)
  return { closesAt, daysToJoin: null }
}

/** "10 x 50.00": ten seats at 50.00 each; "any x 50.00" is for as many as the budget pays, "any x 0" for everyone without a fee. */
export function parseSeatsAndFee(typed: string, currency: string): { seats: number | null; feeMinor: bigint } {
  const [, seats, fee] = /^(\d{1,5}|any|all) ?(?:x|×|\*|at|seats at) ?([^ ].{0,24})$/i.exec(typed.trim()) ?? []
  const fix = 'Write seats x fee: 10 x 50.00, or any x 0 for everyone without a fee.'
  if (seats === undefined || fee === undefined) throw invalid('seats_and_fee', 'Seats and fee cannot be read.', fix)
  const count = /^\d/.test(seats) ? Number(seats) : null
  if (count === 0) throw invalid('seats_and_fee', 'A mission has at least one seat.', fix)
  const amount = parse(bare(fee, currency), currency, 'seats_and_fee')
  if (amount < 0n) throw invalid('seats_and_fee', 'The fee is below zero.', 'Give 0 or more.')
  return { seats: count, feeMinor: amount }
}

/** The number without the sign or code of the program's own currency. What else stands there stays, so that $50 is not taken for €50. */
function bare(fee: string, currency: string): string {
  const parts = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).formatToParts(0)
  const sign = parts.find(({ type }) => type === 'currency')?.value ?? currency
  let left = fee.replace(/ each$/i, '').trim()
  for (const own of [currency, sign].map((word) => word.toUpperCase())) {
    if (left.toUpperCase().startsWith(own)) left = left.slice(own.length).trim()
    else if (left.toUpperCase().endsWith(own)) left = left.slice(0, -own.length).trim()
  }
  return left
}

/** An amount of the program's currency in minor units; the refusal names the field. */
export function parse(typed: string, currency: string, field: string): bigint {
  try {
    return typedMoney(typed, currency).minor
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.code, error.sentence, error.fix, field) : error
  }
}

const split = (typed: string): string[] => (typed.trim() === '-' ? [] : typed.split(/[\s,;]+/).filter((word) => word !== ''))

const MOST = 15

function words(typed: string, field: string, shape: RegExp, example: string, form: (word: string) => string): string[] {
  const list = [...new Set(split(typed).map(form))]
  const odd = list.find((word) => !shape.test(word))
  if (odd !== undefined) throw invalid(field, `“${odd.slice(0, 40)}” does not belong here.`, `Write it like ${example}.`)
  if (list.length > MOST) throw invalid(field, `These are more than ${MOST}.`, 'Keep those that matter.')
  return list
}

export const parseHashtags = (typed: string): string[] =>
  words(typed, 'hashtags', /^#[\p{L}\p{N}_]{1,60}$/u, '#glow #morning', (word) => `#${word.replace(/^#+/, '')}`)

export const parseTags = (typed: string): string[] =>
  words(typed, 'tags', /^@[\p{L}\p{N}_.-]{1,60}$/u, '@glow.skincare', (word) => `@${word.replace(/^@+/, '')}`)

export const parseLinks = (typed: string): string[] =>
  words(typed, 'links', /^https:\/\//, 'https://shop.example.com/serum', (word) => {
    const url = addressOf(word)
    return url?.protocol === 'https:' ? url.href : word
  })

/** Two-letter countries. */
export const parseCountries = (typed: string, field: string): string[] =>
  words(typed, field, /^[A-Z]{2}$/, 'DE, AT', (word) => word.toUpperCase())

export const parseKinds = (typed: string): string[] => {
  const said =
    typed.trim() === '-'
      ? []
      : typed
          .toLowerCase()
          .split(/[,;]+/)
          .map((word) => word.trim().replaceAll(' ', '_'))
  const odd = said.find((word) => !Object.hasOwn(kinds, word))
  if (odd !== undefined) {
    throw invalid('kinds', `“${odd.slice(0, 40)}” is no kind of content.`, `There are: ${Object.values(kinds).join(', ')}.`)
  }
  return [...new Set(said)]
}

/** Names of one's own choice, as tags, niches and tiers are. */
export const parseNames = (typed: string): string[] =>
  typed.trim() === '-'
    ? []
    : [
        ...new Set(
          typed
            .split(/[,;]+/)
            .map((word) => word.trim())
            .filter((word) => word !== ''),
        ),
      ].slice(0, MOST)

/** Long words, or nothing after a dash. */
export const orNothing = (typed: string): string | null => (typed.trim() === '-' ? null : typed)
