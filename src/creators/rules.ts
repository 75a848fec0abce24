// A creator is a person with one application per program. They apply, accept the terms, and a manager approves or declines:
// the first decision counts and is never overwritten by a second press. Whoever was declined gets a coded reason and a day
// from which to apply again; whoever left may come back; a ban is final here. What a creator says of themselves is brought
// into one form when it is written (a handle, an ISO country), so that two spellings are never two people. A creator reaches
// their own rows only.
import { addressOf } from '../kernel/address.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days, localDay, sayDay } from '../kernel/time.ts'

/** The niches the application form offers. */
export const niches = ['beauty', 'fashion', 'fitness', 'food', 'home', 'tech', 'travel', 'other'] as const

/** Why someone is declined: what a manager picks, and what the applicant reads. */
export const declineReasons = {
  fit: { label: 'Not a fit for the brand', says: 'Your niche and our products are too far apart right now.' },
  audience: { label: 'Audience does not match', says: 'Your audience and our shoppers do not overlap enough yet.' },
  incomplete: { label: 'Profile is incomplete', says: 'We could not see enough of your profile to decide.' },
  age: { label: 'Under 18', says: 'The program is open from 18 years.' },
  other: { label: 'Another reason (add a note)', says: 'The team left you a note.' },
} as const

export type DeclineReason = keyof typeof declineReasons

/** The words for a stored reason; one that is no longer known is shown as it is. */
export const reasonSays = (reason: string): string => declineReasons[reason as DeclineReason]?.says ?? reason

type Standing = { state: string; termsAt: Date | null; againAt: Date | null }

/** What an applicant can do now. `later` waits for the day of `againAt` as the reader's calendar has it; `closed` never opens again. */
export type Step = 'apply' | 'accept' | 'wait' | 'creator' | 'later' | 'closed'

export function stepOf(creator: Standing | null, now: Date, zone: string): Step {
  if (!creator || ['left', 'candidate', 'invited'].includes(creator.state)) return 'apply'
  if (creator.state === 'applied') return creator.termsAt ? 'wait' : 'accept'
  if (creator.state === 'declined')
    return creator.againAt && localDay(creator.againAt, zone) > localDay(now, zone) ? 'later' : 'apply'
  return creator.state === 'banned' ? 'closed' : 'creator'
}

/** What leads somebody in who is not in: to apply, to accept, to wait, or the day from which they may apply again. */
export function wayIn(creator: Standing | null, now: Date, reader: { zone: string; locale: string }): string {
  switch (stepOf(creator, now, reader.zone)) {
    case 'apply':
      if (creator?.state === 'left') return 'You have left the program. Join again with /apply.'
      return creator?.state === 'declined' ? 'You may apply again with /apply.' : 'Join first with /apply.'
    case 'accept':
      return 'Accept the terms with /terms read; that sends your application.'
    case 'wait':
      return 'Your application waits for the team’s answer, which comes to your private place.'
    case 'later':
      return `You may apply again on ${sayDay(creator!.againAt!, reader.zone, reader.locale)}.`
    case 'closed':
      return 'You are no longer part of the program.'
    case 'creator':
      return 'Ask an admin of the program.'
  }
}

/** Throws unless this person may send an application now. Details may be corrected until the terms are accepted. */
export function checkApply(creator: Standing | null, now: Date, reader: { zone: string; locale: string }): void {
  const step = stepOf(creator, now, reader.zone)
  if (step === 'wait')
    throw new Refusal('conflict', 'We already have your application.', 'Your status card says when you hear from us.')
  if (step === 'creator') throw new Refusal('conflict', 'You are already a creator here.', 'Your link is in /link.')
  if (step === 'closed') throw closed()
  if (step === 'later')
    throw new Refusal('not_allowed', `You may apply again on ${sayDay(creator!.againAt!, reader.zone, reader.locale)}.`)
}

/** A ban ends it for good. */
export const closed = (): Refusal => new Refusal('not_allowed', 'You cannot apply to this program.')

/** Throws unless a manager may decide now. `decidedBy` is the name of whoever decided before. */
export function checkDecision(creator: { name: string; state: string; termsAt: Date | null }, decidedBy: string): void {
  if (creator.state === 'approved') throw new Refusal('conflict', `${decidedBy} already approved ${creator.name}.`)
  if (creator.state === 'declined') throw new Refusal('conflict', `${decidedBy} already declined ${creator.name}.`)
  if (creator.state !== 'applied')
    throw new Refusal('conflict', `${creator.name} is ${creator.state}, so there is nothing to decide.`)
  if (!creator.termsAt)
    throw new Refusal('conflict', `${creator.name} has not accepted the terms yet.`, 'You can decide once they have.')
}

/** Nobody admits or declines themselves: an application is read by someone else. */
export function checkNotOwn(creator: { personId: string }, actor: { personId: string }): void {
  if (creator.personId === actor.personId)
    throw new Refusal('not_allowed', 'This is your own application.', 'Ask another manager to decide.')
}

/** The role that someone holds by their application alone, whatever the team made them besides. A pause keeps it. */
export const roleBy = (creator: { state: string } | null): 'creator' | 'anyone' =>
  creator?.state === 'approved' || creator?.state === 'paused' ? 'creator' : 'anyone'

/** Throws unless the reason explains itself: “other” needs words. */
export function checkReason(reason: DeclineReason, note: string | undefined): void {
  if (reason === 'other' && !note)
    throw new Refusal('invalid', 'Another reason needs a note.', 'Write one sentence the applicant can use.', 'note')
}

/** When someone who is declined now may apply again. */
export const againAt = (now: Date, applyAgainDays: number): Date => days(now, applyAgainDays)

/** Whether this actor may see and change a creator's rows: their own, or any as a manager. */
export function reaches(actor: { role: string; creatorId?: string }, creatorId: string): boolean {
  return actor.role === 'manager' || actor.role === 'admin' || actor.creatorId === creatorId
}

/** `Mia Lind (@mia.glow)`; someone whom the brand brought along may have no handle yet. */
export const nameAndHandle = ({ name, handle }: { name: string; handle: string }): string =>
  handle === '' ? name : `${name} (${handle})`

/** The country of someone who has not told us theirs: the code that ISO keeps for this. */
export const UNKNOWN_COUNTRY = 'ZZ'

/** The name for boards and public posts; null when the creator stays hidden. */
export function shownName(creator: { name: string; shown: string; alias: string | null }): string | null {
  if (creator.shown === 'hidden') return null
  return creator.shown === 'alias' && creator.alias ? creator.alias : creator.name
}

const handleShape = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]{1,49}$/u
const address = /^(?:https?:\/\/)?(?:[a-z0-9-]+\.)+[a-z]{2,}\//i
const beforeName = new Set(['c', 'user', 'in', 'add', 'profile'])
const notProfiles = new Set(
  'p reel reels explore stories tv watch shorts video videos live playlist channel hashtag tag i status share groups pages profile.php'.split(
    ' ',
  ),
)
const networks = new Set(
  'instagram.com tiktok.com youtube.com x.com twitter.com threads.net threads.com pinterest.com twitch.tv facebook.com snapchat.com linkedin.com bsky.app'.split(
    ' ',
  ),
)

/** `@mia.glow` from a handle or the address of a profile. Throws Refusal('invalid') for anything else. */
export function parseHandle(raw: string): string {
  const typed = raw.normalize('NFKC').trim()
  const name = (address.test(typed) ? profileName(typed) : typed).replace(/^@/, '').toLowerCase()
  if (!handleShape.test(name) || name.includes('..')) throw badHandle('That does not look like a handle.')
  return `@${name}`
}

function profileName(typed: string): string {
  const full = /^https?:/i.test(typed) ? typed : `https://${typed}`
  if (!addressOf(full)) throw badHandle('That address cannot be read.')
  const { hostname, pathname } = new URL(full)
  if (!networks.has(hostname.replace(/^(?:www|m|mobile)\./, ''))) throw badHandle('That is not a profile on a network we know.')
  const [first = '', second = ''] = pathname.split('/').filter(Boolean)
  if (notProfiles.has(first.toLowerCase())) throw badHandle('That address leads to a post, not to a profile.')
  return beforeName.has(first.toLowerCase()) ? second : first
}

const badHandle = (sentence: string) =>
  new Refusal('invalid', sentence, 'Give your main handle such as @mia.glow, or the address of your profile.', 'handle')
