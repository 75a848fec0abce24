import type { File, Mission, Submission } from '../db/generated/client.ts'
import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  facts,
  image,
  link,
  moment,
  money,
  paragraph,
  person,
  small,
  strong,
  type Text,
  text,
  toned,
} from '../kernel/card.ts'
import { disclosed, type Reason, reasons } from './rules.ts'

/** A submission with everything a card says about it. */
export type View = {
  submission: Submission
  creator: { personId: string; name: string; handle: string; state: string }
  mission: Pick<Mission, 'id' | 'title' | 'brief'> | null
  file: File | null
  /** Where the stored file opens. */
  fileUrl: string | null
  decidedBy: { personId: string; name: string } | null
  currency: string
  /** The disclosure the program asks for, "#ad". */
  disclosure: string
}

const stateWords: Record<string, string> = {
  submitted: 'Waiting for review',
  changes_requested: 'Changes asked for',
  approved: 'Approved',
  rejected: 'Turned down',
  withdrawn: 'Withdrawn',
}

const CAPTION_SHOWN = 1_000
const NAME_SHOWN = 60

const cut = (words: string, length: number): string =>
  [...words].length > length ? `${[...words].slice(0, length).join('')}…` : words

/** "instagram.com/p/abc": enough of an address to know it again. */
const shortAddress = (address: string): string => {
  const url = new URL(address)
  return cut(url.host.replace(/^www\./, '') + url.pathname.replace(/\/$/, ''), NAME_SHOWN)
}

/** What people call it: its mission, what a saved message says, else its address or file name. */
export function subject(view: Pick<View, 'submission' | 'mission' | 'file'>): string {
  if (view.mission) return view.mission.title
  if (view.submission.kind === 'moment') return quoted(view.submission.caption)
  return view.submission.url ? shortAddress(view.submission.url) : cut(view.file?.name ?? 'content', NAME_SHOWN)
}

function quoted(caption: string): string {
  const first = caption.trim().split('\n', 1)[0]
  return first ? `“${cut(first, NAME_SHOWN)}”` : 'a message'
}

const fee = (view: View): Text =>
  view.submission.feeMinor > 0n ? [money({ minor: view.submission.feeMinor, currency: view.currency })] : ['No fee']

const who = (view: View): Text => (view.decidedBy ? [person(view.decidedBy.personId, view.decidedBy.name)] : ['a manager'])

const noteOf = (view: View): Block | false =>
  view.submission.note ? paragraph(text`${strong('Note')}: ${view.submission.note}`) : false

function disclosureLine(view: View): Text {
  return disclosed(view.submission.caption, view.disclosure)
    ? [`Disclosure found (${view.disclosure})`]
    : [`⚠ No ${view.disclosure} in the first three lines or 125 characters`]
}

/** The link, and a picture where the file is one; films and documents open from a link. */
function content(view: View): Block[] {
  const { submission, file, fileUrl } = view
  const blocks: Block[] = []
  if (submission.url) blocks.push(paragraph([link(shortAddress(submission.url), submission.url)]))
  if (file?.mime.startsWith('image/'))
    blocks.push(image({ file: file.id }, `Picture handed in by ${view.creator.name}: ${file.name}`))
  else if (file && fileUrl) blocks.push(paragraph([link(file.name, fileUrl)]))
  return blocks
}

/** The live post in #review: all that is needed to decide; once decided, one line with who and when. */
export function reviewCard(view: View): Card {
  const { submission, creator, mission } = view
  if (submission.state !== 'submitted') return reviewedCard(view)
  const given = { submission: submission.id }
  const saved = submission.kind === 'moment'
  const title = submission.revision > 1 ? `Review: ${creator.name}, revision ${submission.revision}` : `Review: ${creator.name}`
  return card(
    title,
    facts({
      Creator: text`${person(creator.personId, creator.name)} (${creator.handle})`,
      Mission: [saved ? 'None, saved from the chat' : (mission?.title ?? 'None')],
      Fee: fee(view),
      'Handed in': [moment(submission.submittedAt, 'ago')],
      ...(saved ? {} : { Disclosure: disclosureLine(view) }),
    }),
    ...content(view),
    submission.caption !== '' && paragraph(text`${strong('Caption')}\n${cut(submission.caption, CAPTION_SHOWN)}`),
    buttons(
      { label: 'Approve', run: 'review approve', given, look: 'main' },
      { label: 'Ask for changes', run: 'review changes', given },
      { label: 'Reject', run: 'review reject', given, look: 'danger' },
    ),
  )
}

function reviewedCard(view: View): Card {
  const { submission } = view
  if (submission.state === 'withdrawn') return card(`${view.creator.name}: ${subject(view)}`, 'Withdrawn by its creator.')
  const words = { approved: 'Approved', rejected: `Turned down (${submission.reason})`, changes_requested: 'Changes asked for' }[
    submission.state
  ]
  const at = moment(submission.decidedAt ?? submission.submittedAt, 'full')
  return card(`${view.creator.name}: ${subject(view)}`, paragraph(text`${words ?? submission.state} by ${who(view)}, ${at}`))
}

/** What stays in #review of a revision after a newer one came. */
export const supersededCard = (view: View, revision: number): Card =>
  card(`${view.creator.name}: ${subject(view)}`, `Handed in again as revision ${revision}.`)

/** The manager's answer after deciding, or after someone else was faster. */
export function answerCard(view: View, done: boolean): Card {
  const line = reviewedCard(view)
  if (!done) return toned('warn', { ...line, title: `Already decided: ${line.title}` })
  const paid = view.submission.state === 'approved' && view.submission.feeMinor > 0n
  return toned(
    'good',
    card(line.title, ...line.blocks, paid && small(text`The fee of ${fee(view)} is now payable.`), noteOf(view)),
  )
}

/** The creator's answer to handing in: where it stands and what happens next. */
export function handedInCard(view: View, answerHours: number): Card {
  const { submission, file } = view
  const seen = disclosed(submission.caption, view.disclosure)
  return toned(
    seen ? 'good' : 'warn',
    card(
      submission.revision > 1 ? `Handed in again: revision ${submission.revision}` : 'Handed in',
      facts({ What: [subject(view)], State: [stateWords[submission.state] ?? submission.state], Fee: fee(view) }),
      `A manager looks at it, usually within ${answerHours} hours. The answer comes to your private place; /content shows where it stands.`,
      !seen &&
        `Your caption does not show ${view.disclosure} in its first three lines or 125 characters. Put it there before you post: readers have to see it without opening the rest.`,
      file?.mime === 'image/jpeg' &&
        small(['Place, time and camera details were removed from your picture before it was stored.']),
      buttons(question(view)),
    ),
  )
}

const again = (view: View): Button => ({
  label: 'Hand in again',
  run: 'submit',
  given: { submission: view.submission.id, ...(view.mission ? { mission: view.mission.id } : {}) },
  look: 'main',
})

const question = (view: View): Button => ({
  label: 'Ask a question',
  run: 'ask',
  given: { submission: view.submission.id },
})

const withdraw = (view: View): Button => ({ label: 'Withdraw', run: 'retract', given: { submission: view.submission.id } })

/** Praise in the creator's private place. */
export function approvedCard(view: View, payday: number): Card {
  const paid = view.submission.feeMinor > 0n
  return toned(
    'good',
    card(
      `Approved: ${subject(view)}`,
      paragraph(text`Great work, ${view.creator.name}. ${who(view)} approved what you handed in.`),
      paid && paragraph(text`Your fee of ${fee(view)} is payable and goes out on the next payday, day ${payday} of the month.`),
      buttons({ label: 'See earnings', run: 'earnings' }),
    ),
  )
}

/** The request for changes in the submission's thread; answered, it says so and has no button. */
export function changesCard(view: View): Card {
  if (view.submission.state !== 'changes_requested') return card(`Changes asked for: ${subject(view)}`, 'You have answered this.')
  return toned(
    'warn',
    card(
      `Changes asked for: ${subject(view)}`,
      paragraph(text`${who(view)} looked at it and asks for something before it can be approved.`),
      noteOf(view),
      buttons(again(view), question(view), withdraw(view)),
    ),
  )
}

/** The reason in the creator's private place, and what can be done. */
export function rejectedCard(view: View): Card {
  const reason = reasons[view.submission.reason as Reason]
  return toned(
    'bad',
    card(
      `Not taken: ${subject(view)}`,
      paragraph(text`${strong('Reason')}: ${reason}.`),
      noteOf(view),
      'What you think of the product plays no part in this. You are welcome to hand in something new.',
      buttons({ label: 'See missions', run: 'mission list' }),
    ),
  )
}

/** One's own submissions, newest first. `total` may be more than are shown. */
export function contentCard(views: View[], total: number): Card {
  if (total === 0) {
    return card(
      'Your content',
      'You have not handed in anything yet.',
      buttons({ label: 'See missions', run: 'mission list', look: 'main' }),
    )
  }
  const blocks = views.flatMap((view): (Block | false)[] => {
    const { state, reason, note, feeMinor, decidedAt, submittedAt } = view.submission
    const why = state === 'rejected' ? `: ${reasons[reason as Reason]}` : ''
    const since = moment(decidedAt ?? submittedAt, 'day')
    const pays = feeMinor > 0n ? text` · fee ${fee(view)}` : []
    const asked = state === 'changes_requested' && note ? text`\n${strong('Note')}: ${note}` : []
    return [
      paragraph(text`${strong(subject(view))}\n${stateWords[state] ?? state}${why}, ${since}${pays}${asked}`),
      state === 'changes_requested' && buttons(again(view)),
      state === 'submitted' && buttons(withdraw(view)),
    ]
  })
  const more = total - views.length
  return card('Your content', ...blocks, more > 0 && small([`… and ${more} older.`]))
}

/** One waiting submission in full, for a manager who came from the queue. */
export function lookCard(view: View): Card {
  const shown = reviewCard(view)
  return { ...shown, blocks: [...shown.blocks, buttons({ label: 'Show queue', run: 'review queue' })] }
}

/** What waits for review, oldest first. */
export function queueCard(views: View[], total: number): Card {
  if (total === 0) return card('Review queue', 'Nothing waits for review.')
  const rows = views.flatMap((view): Block[] => {
    const revision = view.submission.revision > 1 ? `, revision ${view.submission.revision}` : ''
    const since = moment(view.submission.submittedAt, 'ago')
    return [
      paragraph(
        text`${person(view.creator.personId, view.creator.name)}: ${strong(subject(view))}${revision}\nHanded in ${since} · fee: ${fee(view)}`,
      ),
      buttons({ label: 'Look', run: 'review queue', given: { submission: view.submission.id } }),
    ]
  })
  const more = total - views.length
  return card(`Review queue: ${total} waiting`, ...rows, more > 0 && small([`… and ${more} more, newer than these.`]))
}
