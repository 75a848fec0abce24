// A submission is content a creator hands in. It waits until a manager approves it, asks for changes or turns it down; asked
// for changes, its creator may hand it in again as often as needed, and may withdraw it until it is decided; where they do neither, it
// is turned down, for its mission and whoever waits for the seat wait with it. What is decided stays decided: the first press counts and
// everyone after it is told who was first. Nobody decides on their own content. Its creator is told once, some minutes later; until then
// the decision can be undone, and to them it still waits. Where two have to approve, the first yes waits for another person's. What is
// approved goes live when its creator says where it stands.
// Content is turned down for a stated reason, never for what it says about the product: an opinion is not a reason.
import { addressOf } from '../kernel/address.ts'
import { Refusal } from '../kernel/refusal.ts'

export type SubmissionState = 'submitted' | 'changes_requested' | 'approved' | 'live' | 'measured' | 'rejected' | 'withdrawn'
export type Act = 'hand in again' | 'withdraw' | 'approve' | 'ask for changes' | 'reject' | 'undo' | 'go live'

/** Why content may be turned down, as people read it. */
export const reasons = {
  disclosure: 'The disclosure is missing or unclear',
  brief: 'It does not follow the brief',
  quality: 'Picture, sound or text cannot be used',
  duplicate: 'It was handed in before',
  late: 'It came after the mission had closed',
  rights: 'It uses what belongs to someone else',
  other: 'Something else, as the note says',
} as const

export type Reason = keyof typeof reasons

type Law = { by: 'creator' | 'manager'; from: SubmissionState[]; to: SubmissionState; told?: boolean }

const law: Record<Act, Law> = {
  'hand in again': { by: 'creator', from: ['changes_requested'], to: 'submitted', told: true },
  withdraw: { by: 'creator', from: ['submitted', 'changes_requested'], to: 'withdrawn' },
  approve: { by: 'manager', from: ['submitted'], to: 'approved' },
  'ask for changes': { by: 'manager', from: ['submitted'], to: 'changes_requested' },
  reject: { by: 'manager', from: ['submitted', 'changes_requested'], to: 'rejected', told: true },
  undo: { by: 'manager', from: ['approved', 'changes_requested', 'rejected'], to: 'submitted', told: false },
  'go live': { by: 'creator', from: ['approved', 'live', 'measured'], to: 'live', told: true },
}

export type Who = { role: string; creatorId?: string | undefined }

/** What the law looks at; `toldAt` is null from the decision until its creator hears of it. */
export type Standing = { state: string; creatorId: string; decidedAt?: Date | null; toldAt?: Date | null }

/** Decided, and still to be undone: its creator does not know yet. */
export const untold = ({ decidedAt, toldAt }: Pick<Standing, 'decidedAt' | 'toldAt'>): boolean =>
  decidedAt instanceof Date && toldAt === null

/** The state as its creator knows it. */
export const knownState = (submission: Pick<Standing, 'state' | 'decidedAt' | 'toldAt'>): string =>
  untold(submission) && submission.state !== 'withdrawn' ? 'submitted' : submission.state

/**
 * The state after an act, or null when the submission is past it (someone was faster). Throws Refusal not_allowed when
 * this person may never do it.
 */
export function next(act: Act, submission: Standing, who: Who): SubmissionState | null {
  const { by, from, to, told } = law[act]
  const own = who.creatorId === submission.creatorId
  if (by === 'creator' && !own)
    throw new Refusal('not_allowed', 'Only its creator can do this.', 'See your own content with /content.')
  if (by === 'manager' && who.role !== 'manager' && who.role !== 'admin') {
    throw new Refusal('not_allowed', 'Only managers decide on content.', 'Ask a manager of the program.')
  }
  if (by === 'manager' && own) {
    throw new Refusal('not_allowed', 'Nobody decides on their own content.', 'Ask another manager to look at it.')
  }
  if (told !== undefined && told === untold(submission)) return null
  return from.includes(submission.state as SubmissionState) ? to : null
}

/** In which part someone may say something about a submission. Throws for everyone else, and once it is decided. */
export function asksAs(submission: Standing, who: Who): 'creator' | 'manager' {
  const own = who.creatorId === submission.creatorId
  if (!own && who.role !== 'manager' && who.role !== 'admin')
    throw new Refusal('not_allowed', 'Only its creator and managers talk about it.', 'See your own content with /content.')
  const state = knownState(submission)
  if (state !== 'submitted' && state !== 'changes_requested')
    throw new Refusal('too_late', 'This content is decided, and its thread is closed.', 'See how it went with /content.')
  return own ? 'creator' : 'manager'
}

/** Throws unless this person may save what that creator wrote. */
export function checkSave(creatorId: string, who: Who): void {
  if (who.creatorId !== creatorId && who.role !== 'manager' && who.role !== 'admin')
    throw new Refusal('not_allowed', 'Only its creator or a manager saves this.', 'Save one of your own messages.')
}

/** Throws when the reason needs a note and has none. */
export function checkReason(reason: Reason, note: string | undefined): void {
  if (reason === 'other' && !note?.trim()) {
    throw new Refusal('invalid', 'The reason “other” says nothing by itself.', 'Write a note that tells the creator why.', 'note')
  }
}

const badAddress = (sentence: string) =>
  new Refusal('invalid', sentence, 'Copy the full https:// address of your post from the browser or the app.', 'url')

/** The address as it is kept and shown: https, a public host name, no name and password, no fragment. */
export function checkAddress(raw: string): string {
  const url = addressOf(raw)
  if (!url) throw badAddress('This is not an address.')
  if (url.protocol !== 'https:') throw badAddress('The address does not begin with https://.')
  if (url.username || url.password) throw badAddress('The address holds a name or password.')
  if (!/\.[a-z][a-z0-9-]*$/.test(url.hostname)) throw badAddress('The address does not lead to a public site.')
  url.hash = ''
  return url.href
}

const tracking = /^(utm_.*|fbclid|gclid|igsh|igshid|si|_[rt]|is_from_webapp|sender_device|share_.*|ref|ref_src)$/

/** What the query of an address says of the post itself, and not of who shares it. */
export const tellingOf = (url: URL): [name: string, value: string][] =>
  [...url.searchParams].filter(([name]) => !tracking.test(name.toLowerCase()))

/** Two addresses with the same key lead to the same post: sharing marks, `www.` and a last slash make no difference. */
export function addressKey(address: string): string {
  const url = new URL(address)
  const kept = tellingOf(url).map(([name, value]) => `${name}=${value}`)
  return [url.host.replace(/^(www|m)\./, ''), url.pathname.replace(/\/$/, ''), ...kept.sort()].join(' ')
}
