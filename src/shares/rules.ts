// What a customer sends through the public page waits until a manager shows it or turns it down. They have no account: who holds the
// private link may take it back at any time, and then it is gone from everywhere it is shown by us at once. A manager's answer may be
// changed. It is turned down for a stated reason, never for what it says about the product, and the thank-you code is the same for
// everybody, whatever they say; both stand on the page and in this law.
import { z } from 'zod'
import { Refusal } from '../kernel/refusal.ts'

export type ShareState = 'open' | 'submitted' | 'approved' | 'rejected' | 'withdrawn'
export type Act = 'approve' | 'reject' | 'withdraw'

/** Why it is not shown, as people read it. */
export const reasons = {
  unrelated: 'It is not about what this brand sells',
  quality: 'Picture, sound or text cannot be used',
  duplicate: 'It was sent before',
  rights: 'It uses what belongs to someone else',
  people: 'It shows somebody, or tells private things, without their consent',
  unlawful: 'It is abusive, unlawful or makes a claim that may not be made',
  other: 'Something else, as the note says',
} as const

export type Reason = keyof typeof reasons

const law: Record<Act, { from: ShareState[]; to: ShareState }> = {
  approve: { from: ['submitted', 'rejected'], to: 'approved' },
  reject: { from: ['submitted', 'approved'], to: 'rejected' },
  withdraw: { from: ['open', 'submitted', 'approved', 'rejected'], to: 'withdrawn' },
}

/** The state after an act, or null where it cannot be done any more. */
export const next = (act: Act, { state, erasedAt }: { state: string; erasedAt: Date | null }): ShareState | null =>
  law[act].from.includes(state as ShareState) && (erasedAt === null || act === 'withdraw') ? law[act].to : null

/** Throws when the reason needs a note and has none. */
export function checkReason(reason: Reason, note: string | undefined): void {
  if (reason === 'other' && !note?.trim())
    throw new Refusal('invalid', 'The reason “other” says nothing by itself.', 'Write a note that says why.', 'note')
}

/** What is filled in; ticks and choices as the page sends them. */
export type Entry = { rating: number | null; words: string; name: string; email: string | null; answer: boolean; later: boolean }

export const MOST_WORDS = 2_000
const MOST_NAME = 60

const visible = (typed: string, breaks: boolean): string =>
  typed
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[\p{Cc}\p{Cf}]/gu, (one) => (breaks && one === '\n' ? one : one === '\u200d' ? one : ' '))
    .replace(breaks ? /[^\S\n]+/g : /\s+/g, ' ')
    .trim()

/** The entry of a form, or what is wrong at which field. `terms` is the hash of the rights text as it is now. */
export function readEntry(
  fields: Record<string, string>,
  { file, terms }: { file: boolean; terms: string },
): { entry: Entry; errors: Record<string, string> } {
  const errors: Record<string, string> = {}
  const rating = /^[1-5]$/.test(fields.rating ?? '') ? Number(fields.rating) : null
  const words = visible(fields.words ?? '', true)
  const name = visible(fields.name ?? '', false)
  const email = (fields.email ?? '').trim().toLowerCase()
  const entry = {
    rating,
    words,
    name,
    email: email || null,
    answer: fields.answer === 'yes',
    later: fields.later === 'yes' && !file,
  }
  if (!file && !entry.later && words === '' && rating === null)
    errors.words = 'Nothing is here yet. Add a photo, a video, stars or a few words.'
  if ([...words].length > MOST_WORDS) errors.words = `That is too long. Write at most ${MOST_WORDS} characters.`
  const length = [...name].length
  if (length < 2 || length > MOST_NAME) errors.name = 'Write the name to show with it, 2 to 60 characters. A first name will do.'
  if (email !== '' && !z.email().max(254).safeParse(email).success)
    errors.email = 'This is no e-mail address. Write it like you@example.com, or leave it empty.'
  if (entry.answer && email === '') errors.email ??= 'For an answer we need your e-mail address.'
  if (fields.adult !== 'yes') errors.adult = 'Tick this: only people of 18 or older may send something.'
  if (fields.rights !== 'yes') errors.rights = 'Tick this: without it we may not show what you send.'
  else if (fields.terms !== terms) errors.rights = 'The conditions have changed meanwhile. Read them and tick this again.'
  return { entry, errors }
}

/** An address without its end, so that it says the network and not the line: 203.0.113.0, 2001:db8:1::. */
export function cutAddress(ip: string): string {
  const v4 = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(ip)
  if (v4) return `${v4[1]}.0`
  const groups = ip.split('%')[0]!.split('::')[0]!.split(':').filter(Boolean).slice(0, 3)
  return `${groups.join(':')}::`
}

/** A thank-you as people read it: "GLAD10, 10 % off". */
export const thanksWords = ({ code, percent }: { code: string; percent?: number | undefined }): string =>
  percent === undefined ? code : `${code}, ${percent} % off`

/** What stands beside published content whose sender was thanked. */
export const THANKED = 'Received a thank-you code'

/** "★★★★☆", for those who see; words go beside it. */
export const stars = (rating: number): string => '★'.repeat(rating) + '☆'.repeat(5 - rating)

/** What it is, in the words that content has elsewhere. */
export const kindOf = (mime: string | null): 'photo' | 'short_video' | 'review' =>
  mime === null ? 'review' : mime.startsWith('video/') ? 'short_video' : 'photo'

const kinds = { photo: 'Photo', short_video: 'Video', review: 'Words' }
export const kindWords = (mime: string | null): string => kinds[kindOf(mime)]
