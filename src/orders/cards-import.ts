import { buttons, type Card, card, facts, paragraph, small, table, text, toned } from '../kernel/card.ts'
import { theShop } from './cards-shops.ts'
import type { Finding, ImportRow } from './rules-import.ts'

const FIRST = 8
const rowsOf = (n: number): string => (n === 1 ? '1 row' : `${n.toLocaleString('en')} rows`)

const kindOf = (row: ImportRow): string => {
  if ('back' in row) return 'Returns'
  const { fact } = row
  const kinds: Record<string, string> = {
    'order.placed': 'Orders',
    'order.refunded': 'Refunds',
    'order.cancelled': 'Cancellations',
    'lead.qualified': 'Leads',
    'lead.rejected': 'Rejected leads',
  }
  if (fact.type === 'order.placed' && fact.mirror && !fact.paid) return 'Ordered, not shipped'
  return kinds[fact.type] ?? 'Others'
}

type Preview = {
  source: string
  reading: { rows: ImportRow[]; problems: Finding[]; remarks: Finding[]; ignored: string[] }
  known: number
  strangers: Map<string, number>
}

/** Whose file it is, where that says anything. */
const fileOf = (source: string): string =>
  source === 'csv' ? '' : source === 'amazon' ? ' A file of Amazon’s.' : ` Orders of ${theShop(source)}.`

/** What an import would do: nothing was written yet. */
export function importPreviewCard(
  plan: Preview,
  view: { file: string; name: string; wanted: string; reportUrl?: string | undefined; importId?: string },
): Card {
  const { rows, problems, remarks, ignored } = plan.reading
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(kindOf(row), (counts.get(kindOf(row)) ?? 0) + 1)
  const mirrored = rows.some((row) => 'fact' in row && row.fact.type === 'order.placed' && row.fact.mirror)
  const earning = rows.some((row) => 'fact' in row && row.fact.type === 'order.placed' && !row.fact.mirror)
  return toned(
    problems.length > 0 ? 'warn' : 'plain',
    card(
      `Preview of ${view.name}`,
      paragraph(text`Nothing was written yet.${fileOf(plan.source)}`),
      facts({
        ...Object.fromEntries([...counts].map(([kind, n]) => [kind, n])),
        'Here already': plan.known,
        'Left out': rowsOf(new Set(problems.map((problem) => problem.line)).size),
      }),
      earning &&
        'Orders of a creator earn commission, however old they are: take out what your earlier tool has paid, or what stands in an opening balance.',
      mirrored && 'Amazon pays these itself: they are shown and ranked, and never paid by us.',
      findingsOf('What is wrong', problems),
      findingsOf('Good to know', remarks),
      plan.strangers.size > 0 &&
        table(
          ['Tracking id', 'Rows'],
          [...plan.strangers].slice(0, FIRST).map(([key, n]) => [[key], n]),
          { caption: 'Nobody has these: say whose they are with /creator network, then they count', align: ['left', 'right'] },
        ),
      ignored.length > 0 && small([`Columns we do not know and leave out: ${ignored.join(', ').slice(0, 300)}.`]),
      rows.length > 0 && small('What is here already stays as it is: the same file twice changes nothing.'),
      buttons(
        rows.length > 0 && {
          label: `Import ${rowsOf(rows.length)}`,
          run: 'order adopt',
          given: { file: view.file, shop: view.wanted },
          look: 'main',
        },
        view.reportUrl !== undefined && { label: 'Get row report', url: view.reportUrl },
        view.importId !== undefined && { label: 'Get row report', run: 'order report', given: { import: view.importId } },
        { label: 'Choose another file', run: 'order import' },
      ),
    ),
  )
}

const findingsOf = (title: string, list: Finding[]) =>
  list.length > 0 &&
  table(
    ['Line', 'Field', title, 'What helps'],
    list.slice(0, FIRST).map((one) => [String(one.line), [one.field], [one.says], [one.fix]]),
    { caption: list.length > FIRST ? `The first ${FIRST} of ${list.length}` : `${rowsOf(list.length)}` },
  )

/** A long file is being read; its preview takes the place of this card. */
export const importReadingCard = ({ name }: { name: string }): Card =>
  card(
    `Reading ${name}`,
    'It is long, so its preview comes to your private place within a minute or two. Nothing is written before you have seen it.',
  )

export const importUnreadableCard = (name: string, { sentence, fix }: { sentence: string; fix?: string | undefined }): Card =>
  toned(
    'warn',
    card(
      `${name} cannot be read`,
      sentence,
      fix !== undefined && fix,
      buttons({ label: 'Choose another file', run: 'order import' }),
    ),
  )

type Running = { id: string; name: string; rows: number; next: number; counts: unknown }

/** The same card while it runs, with how far it is. */
export function importProgressCard(one: Running): Card {
  const percent = Math.floor((one.next * 100) / Math.max(1, one.rows))
  return card(
    `Importing ${one.name}`,
    paragraph(text`${one.next.toLocaleString('en')} of ${rowsOf(one.rows)}, ${percent} %. You can go on with something else.`),
    facts(countsOf(one.counts)),
  )
}

/** The end of an import, on the same card. */
export function importDoneCard(one: Running): Card {
  const counts = one.counts as Record<string, number>
  return toned(
    counts['left out'] ? 'warn' : 'good',
    card(
      `${one.name} is in`,
      facts({ Rows: one.rows.toLocaleString('en'), ...countsOf(counts) }),
      buttons(
        { label: 'Get report', run: 'order report', given: { import: one.id } },
        { label: 'Import another', run: 'order import' },
      ),
    ),
  )
}

const labels: Record<string, string> = {
  credited: 'Credited',
  'not credited': 'Not credited',
  refunded: 'Refunded',
  waits: 'Waiting',
  unchanged: 'Here already',
  'left out': 'Left out',
}

const countsOf = (counts: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(labels).flatMap(([key, label]) => {
      const n = (counts as Record<string, number>)[key]
      return n ? [[label, n.toLocaleString('en')]] : []
    }),
  )

/** A fresh link to the report: it signs in whoever asked, once. */
export const importReportCard = (name: string, url: string): Card =>
  card(
    `Report of ${name}`,
    'Every row of the file, with what became of it and what helps.',
    small('The button works once, within ten minutes, and signs you in.'),
    buttons({ label: 'Get report', url }),
  )
