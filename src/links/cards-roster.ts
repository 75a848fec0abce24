import { UNKNOWN_COUNTRY } from '../creators/rules.ts'
import type { Finding, RosterRow } from '../creators/rules-import.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  facts,
  money,
  type Part,
  paragraph,
  small,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { percent } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'
import type { Imported, ImportPlan, Planned } from './roster.ts'

const FIRST = 5
const FOUND = 12
/** A door that has less room says how many it left out. */
const KNOWN = 90

const more = (all: number, shown: number): string => (all > shown ? `, the first ${shown}` : '')

/** What an import would do: nothing was written yet. */
export function previewCard(plan: ImportPlan, view: { file: string; name: string; currency: string }): Card {
  const { planned, problems, remarks, ignored } = plan
  const fresh = planned.filter(({ known }) => known === null).length
  const owed = planned.reduce((sum, { freshMinor }) => sum + freshMinor, 0n)
  const codes = planned.reduce((sum, { freshCodes }) => sum + freshCodes.length, 0)
  return toned(
    problems.length > 0 ? 'warn' : 'plain',
    card(
      `Preview of ${view.name}`,
      'Nothing was written yet.',
      facts({
        'New creators': [String(fresh)],
        'Here already': [String(planned.length - fresh)],
        'Left out': [plural(new Set(problems.map((problem) => problem.line)).size, 'row')],
        Codes: [String(codes)],
        'Opening balances': [money({ minor: owed, currency: view.currency })],
      }),
      planned.length > 0 &&
        table(
          ['Line', 'Name', 'Handle', 'E-mail', 'Country', 'Codes', 'Rate', 'Balance'],
          planned.slice(0, FIRST).map(({ row }) => lineOf(row, view.currency)),
          { caption: `${plural(planned.length, 'row')} to import${more(planned.length, FIRST)}` },
        ),
      ...matches(planned, view.currency),
      ...findings('Problems', problems),
      ...findings('Good to know', remarks),
      ignored.length > 0 && small([`Columns we do not know and leave out: ${ignored.join(', ').slice(0, 300)}.`]),
      planned.length > 0 &&
        small(['Whoever is new is an approved creator at once and has no account until they take up their claim link.']),
      buttons(
        planned.length > 0 && {
          label: `Import ${plural(planned.length, 'row')}`,
          run: 'creator adopt',
          given: { file: view.file },
          look: 'main',
        },
        { label: 'Choose another file', run: 'creator import' },
      ),
    ),
  )
}

const lineOf = (row: RosterRow, currency: string): (Text | Part | string)[] => [
  String(row.line),
  row.name,
  row.handle,
  row.email,
  row.country === UNKNOWN_COUNTRY ? '' : row.country,
  row.codes.join(' '),
  row.rateBps === null ? '' : percent(row.rateBps),
  row.openingMinor === 0n ? '' : money({ minor: row.openingMinor, currency }),
]

/** Whom the rows mean that are here already, those who would get a code or money in front. */
function matches(planned: Planned[], currency: string): Block[] {
  const known = planned.flatMap(({ known, ...of }) => (known === null ? [] : [{ known, ...of }]))
  if (known.length === 0) return []
  const gains = ({ freshCodes, freshMinor }: Planned) => freshCodes.length > 0 || freshMinor !== 0n
  const rows = [...known.filter(gains), ...known.filter((one) => !gains(one))]
  return [
    table(
      ['Line', 'Is', 'State', 'New codes', 'New balance'],
      rows
        .slice(0, KNOWN)
        .map(({ row, known, freshCodes, freshMinor }) => [
          String(row.line),
          known.name,
          known.state,
          freshCodes.join(' '),
          freshMinor === 0n ? '' : money({ minor: freshMinor, currency }),
        ]),
      { caption: `Here already, is each the one you mean? ${plural(rows.length, 'row')}${more(rows.length, KNOWN)}` },
    ),
  ]
}

function findings(title: string, list: Finding[]): Block[] {
  if (list.length === 0) return []
  return [
    table(
      ['Line', 'Name', title, 'What helps'],
      list.slice(0, FOUND).map((one) => [String(one.line), one.name, one.says, one.fix]),
      { caption: `${title}: ${list.length}${more(list.length, FOUND)}` },
    ),
  ]
}

export type Done = {
  imported: Imported[]
  problems: Finding[]
  remarks: Finding[]
  /** Opens the report, once. */
  reportUrl: string
  /** Opens the page that makes claim links; undefined when everybody has an account. */
  claimUrl: string | undefined
  unclaimed: number
}

/** What an import did. */
export function importedCard(done: Done): Card {
  const count = (outcome: Imported['outcome']) => String(done.imported.filter((one) => one.outcome === outcome).length)
  return toned(
    'good',
    card(
      'The roster is in',
      facts({
        New: [count('new')],
        Completed: [count('completed')],
        Unchanged: [count('unchanged')],
        'Left out': [plural(new Set(done.problems.map((problem) => problem.line)).size, 'row')],
      }),
      ...findings('Problems', done.problems),
      ...findings('Good to know', done.remarks),
      done.claimUrl !== undefined &&
        paragraph(text`${done.unclaimed} of them have no account yet. Each gets a claim link, in one file for your mailing.`),
      done.claimUrl !== undefined && small(['The buttons work once, within ten minutes, and sign you in.']),
      buttons(
        done.claimUrl !== undefined && { label: 'Get claim links', url: done.claimUrl },
        { label: 'Get report', url: done.reportUrl },
        { label: 'See creators', run: 'creator list' },
      ),
    ),
  )
}

/** For a creator who is here already: the team brought in what stood open elsewhere. */
export const openingCard = (program: string, owes: boolean): Card =>
  card(
    'Your opening balance is in',
    owes
      ? `${program} had paid you more before than you had earned. It is taken off what you earn from now on.`
      : `What ${program} still owed you from before is payable with your next payout.`,
    small(['If it is not right, tell the team: it is booked once.']),
    buttons({ label: 'See earnings', run: 'earnings' }),
  )

export const reportHead = ['line', 'name', 'e-mail', 'handle', 'outcome', 'what', 'fix']

/** Every row with what became of it, in the order of the file. */
export function reportRows({ imported, problems, remarks }: Pick<Done, 'imported' | 'problems' | 'remarks'>): string[][] {
  const said = (outcome: string) => (one: Finding) => ({
    line: one.line,
    cells: [String(one.line), one.name, '', '', outcome, one.says, one.fix],
  })
  const rows = [
    ...imported.map(({ row, outcome, added }) => ({
      line: row.line,
      cells: [String(row.line), row.name, row.email, row.handle, outcome, added.join('; '), ''],
    })),
    ...problems.map(said('left out')),
    ...remarks.map(said('remark')),
  ]
  return rows.sort((a, b) => a.line - b.line).map(({ cells }) => cells)
}
