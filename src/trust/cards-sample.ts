import {
  type Block,
  buttons,
  type Card,
  card,
  code,
  divider,
  facts,
  moment,
  money,
  paragraph,
  small,
  strong,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { sayMonth } from '../kernel/time.ts'
import type { Precision, SampleLineSeen, SampleView } from './sample.ts'

/** The sample of a month: what is found, the next line to check, and what the findings say of the rules. */
export function sampleCard(view: SampleView): Card {
  const { sample, lines, currency } = view
  const done = lines.filter(({ finding }) => finding !== null)
  const next = lines.find(({ finding }) => finding === null)
  const told = card(
    `Sample of ${sayMonth(sample.month)}`,
    facts({ Checked: `${done.length} of ${lines.length}`, Seed: text`${code(sample.seed)}` }),
    lines.length === 0 && 'No line was booked in that month.',
    ...(next ? nextBlocks(view, next) : []),
    done.length > 0 &&
      table(
        ['Order', 'Creator', 'Left', 'Drawn by', 'Found'],
        done.map(({ number, name, left, drawn, finding }) => [
          text`${number}`,
          text`${name}`,
          text`${money({ minor: left, currency })}`,
          text`${drawn}`,
          text`${finding ?? ''}`,
        ]),
        { caption: 'What was found' },
      ),
    ...worthBlocks(view),
  )
  return lines.length > 0 && !next ? toned('good', told) : told
}

function nextBlocks({ sample, currency }: SampleView, next: SampleLineSeen): Block[] {
  const given = { sample: sample.id, order: next.orderId }
  const says = next.says.length === 0 ? ['No rule found anything.'] : next.says.slice(0, 5).map((one) => `• ${one}`)
  return [
    divider,
    paragraph(text`${strong('Next:')} order ${next.number} of ${next.name}, ${moment(next.at, 'day')}`),
    facts({ 'Credited by': next.rule, 'What is left': money({ minor: next.left, currency }), 'Drawn by': next.drawn }),
    paragraph([says.join('\n')]),
    buttons(
      { label: 'Mark fine', run: 'audit check', given: { ...given, finding: 'ok' }, look: 'main' },
      { label: 'Mark fraud', run: 'audit check', given: { ...given, finding: 'fraud' }, look: 'danger' },
      { label: 'Mark unsure', run: 'audit check', given: { ...given, finding: 'unsure' } },
      { label: 'Explain', run: 'why', given: { order: next.orderId } },
    ),
  ]
}

function worthBlocks({ precisions, missed, checked }: SampleView): Block[] {
  if (precisions.length === 0 && checked === 0) return []
  const rows = precisions.map(({ rule, fraud, all }: Precision) => [
    text`${rule.replaceAll('_', ' ')}`,
    text`${fraud} of ${all}`,
    text`${Math.round((100 * fraud) / all)} %`,
  ])
  const share = `Of ${checked} lines checked by hand, ${missed} were fraud that no rule had named.`
  return [
    ...(rows.length > 0
      ? [table(['Rule', 'Right', 'Precision'], rows, { caption: 'What each rule was worth', align: ['left', 'right', 'right'] })]
      : []),
    small([share]),
  ]
}
