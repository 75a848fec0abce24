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
  small,
  strong,
  text,
  toned,
} from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import {
  again,
  content,
  fee,
  noteBlocks,
  posted,
  question,
  shortAddress,
  stateWords,
  subject,
  type View,
  withdrawal,
} from './cards.ts'
import { canBeMended, findingBlocks, verdictBlocks } from './cards-disclosure.ts'
import { knownState, type Reason, reasons } from './rules.ts'
import { isFilm, kindWords } from './rules-kinds.ts'

/** Its words while it waits; what the linter would write is in the form already. */
const correct = ({ submission }: View): Button => ({
  label: 'Correct the caption',
  run: 'caption',
  given: { submission: submission.id },
})

/** Where it is posted, once that is said. */
const moved = ({ submission }: View): Button => ({
  label: 'Correct the address',
  run: 'live',
  given: { submission: submission.id, '?': 'form' },
})

/** What may be added while it waits. */
const more = ({ submission }: View): Button => ({
  label: 'Add another',
  run: 'attach',
  given: { submission: submission.id, '?': 'form' },
})

const film = (view: View): boolean =>
  isFilm(
    view.submission.kind,
    view.pieces.map(({ url, file }) => ({ url, mime: file?.mime ?? null })),
  )

/** The creator's answer to handing in: where it stands, what to mend, and what happens next. */
export function handedInCard(view: View, answerHours: number): Card {
  const { submission, rights, pieces, verdict } = view
  const mends = verdict !== undefined && verdict !== null && submission.state === 'submitted' && canBeMended(verdict)
  const asksFilm = film(view) && (submission.spoken === null || submission.shown === null)
  return toned(
    verdict && verdict.verdict !== 'pass' ? 'warn' : 'good',
    card(
      submission.revision > 1 ? `Handed in again: revision ${submission.revision}` : 'Handed in',
      facts({
        What: [subject(view)],
        Kind: [kindWords(submission.kind)],
        State: [stateWords[knownState(submission)] ?? submission.state],
        Fee: fee(view),
      }),
      ...(pieces.length > 1 ? content(view) : []),
      `A manager looks at it, usually within ${plural(answerHours, 'hour')}. The answer comes to your private place; /content shows where it stands.`,
      ...(verdict ? verdictBlocks(verdict) : []),
      asksFilm && 'One more thing, as it is a video: do you say that it is advertising, and can it be read in the picture?',
      rights !== null &&
        small(text`By handing it in you agree, once it is approved: ${rights.says} Withdraw it if you would rather not.`),
      pieces.some(({ file }) => file?.mime === 'image/jpeg') &&
        small(['Place, time and camera details were removed from your picture before it was stored.']),
      buttons(
        submission.kind === 'live_stream' &&
          submission.livePlan === null && {
            label: 'Say when it starts',
            run: 'stream',
            given: { submission: submission.id, '?': 'form' },
            look: 'main' as const,
          },
        mends && { ...correct(view), look: 'main' as const },
        asksFilm && {
          label: 'Spoken, on screen',
          run: 'disclose',
          given: { submission: submission.id },
          ...(mends ? {} : { look: 'main' as const }),
        },
        more(view),
        question(view),
        withdrawal(view),
      ),
    ),
  )
}

/** The answer to whoever said where it is posted. */
export function liveCard(view: View): Card {
  const { liveUrl } = view.submission
  const failed = view.verdict?.verdict === 'fail' && !view.verdict.overridden
  return toned(
    failed ? 'warn' : 'good',
    card(
      `Live: ${subject(view)}`,
      liveUrl !== null && paragraph([link(shortAddress(liveUrl), liveUrl)]),
      ...(view.verdict ? verdictBlocks(view.verdict) : []),
      'Thank you. Please keep it up, and keep its disclosure as it is.',
      buttons(moved(view), { label: 'Show content', run: 'content' }),
    ),
  )
}

/** One's own submissions, newest first. `total` may be more than are shown. What can still be undone is waiting here. */
export function contentCard(views: View[], total: number): Card {
  if (total === 0) {
    return card(
      'Your content',
      'You have not handed in anything yet.',
      buttons({ label: 'See missions', run: 'mission list', look: 'main' }),
    )
  }
  const blocks = views.flatMap((view): (Block | false)[] => {
    const { submission, verdict } = view
    const mends = verdict !== undefined && verdict !== null && submission.decidedAt === null && canBeMended(verdict)
    const { reason, note, feeMinor, decidedAt, submittedAt } = submission
    const state = knownState(submission)
    const why = state === 'rejected' ? `: ${reasons[reason as Reason]}` : ''
    const since = moment(state === 'submitted' ? submittedAt : (decidedAt ?? submittedAt), 'day')
    const pays = feeMinor > 0n ? text` · fee ${fee(view)}` : []
    return [
      paragraph(text`${strong(subject(view))}\n${stateWords[state] ?? state}${why}, ${since}${pays}`),
      ...(state === 'changes_requested' ? noteBlocks(note) : []),
      state === 'changes_requested' && buttons(again(view)),
      ...(mends ? findingBlocks(verdict) : []),
      // More than two each, and the last ones have no room in a message of Discord.
      state === 'submitted' &&
        buttons(withdrawal(view), mends ? { ...correct(view), look: 'main' } : submission.decidedAt === null && more(view)),
      (state === 'live' || state === 'measured') &&
        submission.liveUrl !== null &&
        small([link(shortAddress(submission.liveUrl), submission.liveUrl)]),
      (state === 'live' || state === 'measured') && buttons(moved(view)),
      state === 'approved' && submission.kind !== 'moment' && buttons(...posted(view)),
    ]
  })
  const older = total - views.length
  return card('Your content', ...blocks, older > 0 && small([`… and ${older} older.`]))
}
