import type { Text } from '../kernel/card.ts'
import { format } from '../kernel/money.ts'
import { linesPdf, type PaperLine } from '../rights/evidence-pdf.ts'
import { change, figure } from './cards.ts'
import { besideOf, kinds, proofOf, titleOf } from './cards-evaluation.ts'
import { parts } from './cards-kpi.ts'
import type { Evaluation } from './evaluation.ts'
import type { Kind } from './rules-evaluation.ts'

/** The evaluation of a month on A4. The same figures of the same day give the same bytes. */
export const evaluationPdf = (found: Evaluation, locale: string, day: string): Promise<Uint8Array> =>
  linesPdf({ title: titleOf(found), author: found.program, day }, linesOf(found, locale, day))

const soft = '#656376'

function linesOf(found: Evaluation, locale: string, day: string): PaperLine[] {
  const words = (value: Text) => value.map((part) => wordsOf(part, locale)).join('')
  const head = (title: string): PaperLine => [title, { cut: '600SemiBold', size: 11, gap: 12 }]
  const note = (line: string): PaperLine => [line, { size: 8, colour: soft }]
  const said = (Object.keys(kinds) as Kind[]).flatMap((kind): PaperLine[] => {
    const own = found.statements.filter((one) => one.kind === kind)
    return own.length === 0
      ? []
      : [head(kinds[kind]), ...own.flatMap((one): PaperLine[] => [[one.says, {}], note(words(proofOf(one)))])]
  })
  return [
    [found.program, { cut: '600SemiBold', size: 11, colour: soft }],
    [titleOf(found), { cut: '700Bold', size: 18, gap: 4 }],
    ...(found.provisional ? [note(`As of ${day}: the month is not over, and these figures will still move.`)] : []),
    ...said,
    head(`Figures of ${besideOf(found)}`),
    ...found.rows.flatMap(({ now, before }): PaperLine[] => {
      const from = words(parts(now))
      return [
        [
          `${now.name}: ${words(figure(now.measure))}, before ${words(figure(before.measure))} (${change(now.measure, before.measure)})`,
          { gap: 2 },
        ],
        note(`${now.says}${from === '' ? '' : `, ${from}`}, n = ${now.n}`),
      ]
    }),
  ]
}

const wordsOf = (part: Text[number], locale: string): string => {
  if (typeof part === 'string') return part
  if (part.part === 'money') return format({ minor: BigInt(part.minor), currency: part.currency }, locale)
  return 'words' in part ? part.words : ''
}
