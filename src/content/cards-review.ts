import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  facts,
  link,
  moment,
  paragraph,
  person,
  small,
  strong,
  type Text,
  text,
  toned,
} from '../kernel/card.ts'
import { cut } from '../kernel/cut.ts'
import { plural } from '../kernel/plural.ts'
import { CAPTION_SHOWN, content, fee, hasGone, noteBlocks, seenIn, shortAddress, subject, type View, who } from './cards.ts'
import { verdictBlocks } from './cards-disclosure.ts'
import { streamFacts } from './cards-streams.ts'
import type { Outcome } from './decide.ts'
import { untold } from './rules.ts'
import { isFilm, isOpinion, kindWords } from './rules-kinds.ts'
import { accountIn } from './rules-posts.ts'

const titleOf = ({ creator, submission }: View): string =>
  submission.revision > 1 ? `Review: ${creator.name}, revision ${submission.revision}` : `Review: ${creator.name}`

const lineOf = (view: View): string => `${view.creator.name}: ${subject(view)}`

/** The live post in #review: all that is needed to decide; once decided, one line with who and when. */
export function reviewCard(view: View, { onward = false } = {}): Card {
  const { submission, takenBy, firstBy } = view
  if (submission.state !== 'submitted') return reviewedCard(view)
  const taken = takenBy ? submission.takenUntil : null
  return card(
    titleOf(view),
    facts(factsOf(view)),
    takenBy !== null &&
      taken !== null &&
      paragraph(text`${person(takenBy.personId, takenBy.name)} looks at it until ${moment(taken, 'time')}.`),
    firstBy !== null && paragraph(text`${person(firstBy.personId, firstBy.name)} said yes. One more person has to.`),
    submission.sourceGoneAt !== null &&
      paragraph(text`⚠ Its author deleted the message ${moment(submission.sourceGoneAt, 'ago')}.`),
    ...content(view),
    submission.caption !== '' && paragraph(text`${strong('Caption')}\n${cut(submission.caption, CAPTION_SHOWN)}`),
    ...(view.verdict ? verdictBlocks(view.verdict) : []),
    ...hints(view),
    ...deciding(view, onward).map((row) => buttons(...row)),
  )
}

function factsOf(view: View): Record<string, Text> {
  const { submission, creator, mission, rights } = view
  const saved = submission.kind === 'moment'
  const handle = creator.handle === '' ? [] : ` (${creator.handle})`
  return {
    Creator: text`${person(creator.personId, creator.name)}${handle}`,
    Mission: [
      saved ? 'None, saved from the chat' : (mission?.title ?? (submission.momentId ? 'None, made for a moment' : 'None')),
    ],
    Kind: [kindWords(submission.kind)],
    ...(submission.intent ? { 'Helps to': [submission.intent] } : {}),
    Fee: fee(view),
    ...(rights ? { Rights: [rights.label] } : {}),
    'Handed in': [moment(submission.submittedAt, 'ago')],
    ...(saved ? {} : { Disclosure: disclosureLine(view) }),
    ...filmed(view),
    ...streamFacts(view, submission.kind === 'live_stream' || submission.livePlan !== null),
  }
}

function disclosureLine({ verdict }: View): Text {
  if (!verdict) return ['Not judged']
  if (verdict.overridden) return ['Overruled']
  return [{ pass: 'Found', warn: '⚠ Found, with a doubt', fail: '⚠ Not enough' }[verdict.verdict]]
}

/** Two ticks of a video, as its creator set them. */
function filmed({ submission, pieces }: View): Record<string, Text> {
  const films = isFilm(
    submission.kind,
    pieces.map(({ url, file }) => ({ url, mime: file?.mime ?? null })),
  )
  if (!films) return {}
  const tick = (yes: boolean | null) => (yes === null ? 'not said' : yes ? 'yes' : 'no')
  return { 'In the video': [`Spoken: ${tick(submission.spoken)} · on screen: ${tick(submission.shown)}`] }
}

/** What a manager would want to know before deciding. */
function hints({ submission, creator, pieces }: View): Block[] {
  const own = [creator.handle, ...creator.handles].map((handle) => handle.replace(/^@/, '').toLowerCase()).filter((h) => h !== '')
  const other = pieces
    .map(({ url }) => (url === null ? null : accountIn(url)))
    .find((account) => account !== null && !own.includes(account))
  return [
    ...(other && own.length > 0 ? [small(`The link names @${other}, which is none of this creator’s handles.`)] : []),
    ...(isOpinion(submission.kind)
      ? [small('It is an opinion: what it says about the product is no reason to turn it down.')]
      : []),
  ]
}

function deciding(view: View, onward: boolean): Button[][] {
  const { submission, takenBy } = view
  const given = onwards({ submission: submission.id }, onward)
  return [
    [
      { label: 'Approve', run: 'review approve', given: { ...given, seen: seenIn(view) }, look: 'main' },
      { label: 'Ask for changes', run: 'review changes', given: { ...given, '?': 'form' } },
      { label: 'Reject', run: 'review reject', given, look: 'danger' },
    ],
    [
      ...(takenBy === null ? [{ label: 'I take it', run: 'review take', given }] : []),
      ...(submission.revision > 1
        ? [{ label: 'What changed', run: 'review history', given: { submission: submission.id } }]
        : []),
    ],
  ]
}

const onwards = (given: Record<string, string>, onward: boolean): Record<string, string> =>
  onward ? { ...given, onward: 'yes' } : given

function reviewedCard(view: View): Card {
  const { submission } = view
  if (submission.state === 'withdrawn') return card(lineOf(view), withdrawnWords(view))
  const words: Record<string, string> = {
    approved: 'Approved',
    live: 'Approved',
    measured: 'Approved',
    rejected: `Turned down (${submission.reason})`,
    changes_requested: 'Changes asked for',
  }
  const at = moment(submission.decidedAt ?? submission.submittedAt, 'full')
  const gone = submission.sourceGoneAt === null ? '' : ' · its message is deleted'
  const live = submission.liveUrl ? text` · live at ${link(shortAddress(submission.liveUrl), submission.liveUrl)}` : []
  // Its creator may never come back to it.
  const idle = submission.state === 'changes_requested' && !untold(submission)
  return card(
    lineOf(view),
    paragraph(text`${words[submission.state] ?? submission.state} by ${who(view)}, ${at}${live}${gone}`),
    idle && buttons({ label: 'Turn down', run: 'review reject', given: { submission: submission.id, '?': 'form' } }),
  )
}

const withdrawnWords = ({ creator }: View): string =>
  hasGone(creator) ? 'Withdrawn, for its creator is no longer in the program.' : 'Withdrawn by its creator.'

/** What stays in #review of a revision after a newer one came. */
export const supersededCard = (view: View, revision: number): Card =>
  card(lineOf(view), `Handed in again as revision ${revision}.`)

/** The manager's answer after a press: what it did, and how to take it back while its creator does not know. */
export function answerCard(view: View, outcome: Outcome, undoMinutes: number, onward = false): Card {
  const line = reviewedCard(view)
  if (outcome === 'late') return toned('warn', { ...line, title: `Already decided: ${line.title}` })
  if (outcome === 'taken') return takenCard(view, onward)
  const { submission, creator, takenBy } = view
  const given = { submission: submission.id }
  // Whoever goes through the queue keeps the next one below.
  const press = onwards(given, onward)
  const takeBack: Button = { label: 'Undo', run: 'review undo', given: press }
  if (outcome === 'first') {
    return toned(
      'good',
      card(
        `Your yes counts: ${lineOf(view)}`,
        'One more manager has to approve it; the fee and the rights come with their yes.',
        buttons(takeBack),
      ),
    )
  }
  if (outcome === 'again')
    return toned(
      'warn',
      card(`You said yes already: ${lineOf(view)}`, 'Another manager has to approve it too.', buttons(takeBack)),
    )
  const paid = submission.state === 'approved' && submission.feeMinor > 0n
  const open = untold(submission)
  return toned(
    'good',
    card(
      line.title,
      ...line.blocks,
      paid && small(text`The fee of ${fee(view)} is now payable.`),
      ...noteBlocks(submission.note),
      (submission.format ?? submission.hook) !== null &&
        facts({ Format: submission.format ?? 'n/a', Hook: submission.hook ?? 'n/a' }),
      takenBy !== null && small(text`${person(takenBy.personId, takenBy.name)} was looking at it too; tell them.`),
      open && `${creator.name} is told in ${plural(undoMinutes, 'minute')}. Until then you can take it back.`,
      open &&
        buttons(
          takeBack,
          { label: 'Tell now', run: 'review tell', given: press },
          submission.state === 'approved' && describing(press),
        ),
    ),
  )
}

/** Its answer is this card again, with what was said: whoever describes it may still take it back. */
const describing = (given: Record<string, string>): Button => ({
  label: 'Say what it is',
  run: 'metrics tag',
  given: { ...given, decided: 'yes', '?': 'form' },
})

/** Someone else looks at it just now. */
function takenCard(view: View, onward: boolean): Card {
  const { submission, takenBy } = view
  const by = takenBy ? person(takenBy.personId, takenBy.name) : 'Somebody'
  const until = submission.takenUntil ? text` until ${moment(submission.takenUntil, 'time')}` : []
  const given = onwards({ submission: submission.id, anyway: 'yes' }, onward)
  const approve = { ...given, seen: seenIn(view) }
  return toned(
    'warn',
    card(
      `Taken: ${lineOf(view)}`,
      paragraph(text`${by} looks at it${until}. Leave it to them, or go on if you have spoken with them.`),
      buttons(
        { label: 'Approve anyway', run: 'review approve', given: approve },
        { label: 'Take it over', run: 'review take', given },
      ),
    ),
  )
}

/** The answer to whoever took one. */
export const tookCard = (view: View, onward = false): Card => {
  const shown = reviewCard(view, { onward })
  return { ...shown, title: `Yours for 30 minutes: ${view.creator.name}` }
}

/** The answer to Undo. */
export const undoneCard = (view: View): Card =>
  toned(
    'good',
    card(
      `Taken back: ${lineOf(view)}`,
      view.submission.state === 'withdrawn'
        ? `${view.creator.name} is no longer in the program, so it is withdrawn.`
        : view.submission.state === 'changes_requested'
          ? `${view.creator.name} may still hand it in again, and heard nothing of it.`
          : `It waits for review again, and ${view.creator.name} heard nothing of it.`,
      view.submission.state === 'submitted' &&
        buttons({ label: 'Look', run: 'review queue', given: { submission: view.submission.id }, look: 'main' }),
    ),
  )

/** The answer to Tell now. */
export const toldCard = (view: View): Card =>
  toned(
    'good',
    card(`${view.creator.name} has been told`, ...reviewedCard(view).blocks.filter(({ block }) => block !== 'buttons')),
  )
