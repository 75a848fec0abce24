import type { File, Mission, Submission } from '../db/generated/client.ts'
import { type Block, type Button, image, link, money, paragraph, person, strong, type Text, table, text } from '../kernel/card.ts'
import { cut } from '../kernel/cut.ts'
import { readNote } from './rules-notes.ts'
import type { Verdict } from './verdicts.ts'

type Shown = { url: string | null; file: File | null; fileUrl: string | null }

/** A submission with everything a card says about it. */
export type View = {
  submission: Submission
  creator: { personId: string; name: string; handle: string; handles: string[]; state: string }
  mission: Pick<Mission, 'id' | 'title' | 'brief' | 'rights'> | null
  file: File | null
  /** Where the stored file opens. */
  fileUrl: string | null
  /** All links and files of the present revision. */
  pieces: Shown[]
  decidedBy: { personId: string; name: string } | null
  /** Who looks at it just now. */
  takenBy: { personId: string; name: string } | null
  /** The first of two who have to approve. */
  firstBy: { personId: string; name: string } | null
  /** How many have to approve. */
  reviewers: number
  currency: string
  /** What the brand may do with it once it is approved, as its creator agreed when handing it in. */
  rights: { label: string; says: string } | null
  /** The newest verdict on its disclosure; missing in lists. */
  verdict?: Verdict | null
}

/** What a card shows of it: an approval of that is none of what was corrected or added since. */
export const seenIn = ({ submission, pieces }: Pick<View, 'submission' | 'pieces'>): string =>
  `${submission.revision}.${pieces.length}`

/** Whether its creator is in the program no longer. */
export const hasGone = ({ state }: View['creator']): boolean => state === 'left' || state === 'banned'

/** States as a creator reads them. */
export const stateWords: Record<string, string> = {
  submitted: 'Waiting for review',
  changes_requested: 'Changes asked for',
  approved: 'Approved',
  live: 'Live',
  measured: 'Live',
  rejected: 'Turned down',
  withdrawn: 'Withdrawn',
}

export const CAPTION_SHOWN = 1_000
const NAME_SHOWN = 60

/** "instagram.com/p/abc": enough of an address to know it again. */
export const shortAddress = (address: string): string => {
  const url = new URL(address)
  return cut(url.host.replace(/^www\./, '') + url.pathname.replace(/\/$/, ''), NAME_SHOWN)
}

/** What people call it: its mission, what a saved message says, else its address or file name. */
export function subject(view: Pick<View, 'submission' | 'mission' | 'file'>): string {
  if (view.mission) return view.mission.title
  if (view.submission.kind === 'moment') return quoted(view.submission.caption)
  if (view.submission.kind === 'live_stream' && !view.file) return 'live stream'
  return view.submission.url ? shortAddress(view.submission.url) : cut(view.file?.name ?? 'content', NAME_SHOWN)
}

function quoted(caption: string): string {
  const first = caption.trim().split('\n', 1)[0]
  return first ? `“${cut(first, NAME_SHOWN)}”` : 'a message'
}

export const fee = (view: View): Text =>
  view.submission.feeMinor > 0n ? [money({ minor: view.submission.feeMinor, currency: view.currency })] : ['No fee']

export const who = (view: View): Text => (view.decidedBy ? [person(view.decidedBy.personId, view.decidedBy.name)] : ['a manager'])

/** A manager's note; comments on seconds of a film stand in a table of their own. */
export function noteBlocks(note: string | null): Block[] {
  if (!note) return []
  const { timed, rest } = readNote(note)
  return [
    ...(rest === '' ? [] : [paragraph(text`${strong('Note')}: ${rest}`)]),
    ...(timed.length === 0
      ? []
      : [
          table(
            ['At', 'Please change'],
            timed.map(({ at, words }) => [at, words]),
          ),
        ]),
  ]
}

/** Links, and pictures where files are some; films and documents open from a link. */
export const content = (view: View): Block[] =>
  view.pieces.flatMap(({ url, file, fileUrl }): Block[] => {
    if (url) return [paragraph([link(shortAddress(url), url)])]
    if (file?.mime.startsWith('image/'))
      return [image({ file: file.id }, `Picture handed in by ${view.creator.name}: ${file.name}`)]
    return file && fileUrl ? [paragraph([link(file.name, fileUrl)])] : []
  })

/** What was ticked about the film stands, so that an empty box in the form does not take it back. */
const said = ({ submission: { spoken, shown } }: View): Record<string, string> => ({
  ...(spoken === null ? {} : { spoken: spoken ? 'yes' : 'no' }),
  ...(shown === null ? {} : { shown: shown ? 'yes' : 'no' }),
})

/** Beside handing in again, for those whose film is on their phone. */
export const phone = ({ submission }: View): Button => ({
  label: 'Upload from phone',
  run: 'upload',
  given: { submission: submission.id },
})

export const again = (view: View): Button => ({
  label: 'Hand in again',
  run: 'submit',
  given: { submission: view.submission.id, ...(view.mission ? { mission: view.mission.id } : {}), ...said(view) },
  look: 'main',
})

export const question = (view: View): Button => ({
  label: 'Ask a question',
  run: 'review ask',
  given: { submission: view.submission.id },
})

export const withdrawal = (view: View): Button => ({
  label: 'Withdraw',
  run: 'retract',
  given: { submission: view.submission.id },
})

/** Says where it is posted: by a form, and at once where the address is known. */
export const posted = (view: View): Button[] => {
  const given = { submission: view.submission.id }
  const { state, url } = view.submission
  if (state !== 'approved') return []
  const form: Button = { label: 'It is posted', run: 'live', given: { ...given, '?': 'form' }, look: 'main' }
  return url ? [form, { label: 'Posted where I handed it in', run: 'live', given }] : [form]
}
