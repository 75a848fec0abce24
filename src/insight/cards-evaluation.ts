import { type Block, type Button, buttons, type Card, card, paragraph, small, strong, type Text, text } from '../kernel/card.ts'
import { sayMonth } from '../kernel/time.ts'
import { figure } from './cards.ts'
import { kpiTable } from './cards-kpi.ts'
import type { Evaluation } from './evaluation.ts'
import type { Kind, Statement } from './rules-evaluation.ts'

export const kinds: Record<Kind, string> = { more: 'Do more of', lift: 'Whom to lift', talk: 'Whom to talk to' }

export const titleOf = ({ month, creator }: Evaluation): string =>
  `${creator ? `${creator.name}, ` : 'Evaluation of '}${sayMonth(month)}`

/** "October 2026, beside the month before". */
export const besideOf = ({ month, provisional }: Evaluation): string =>
  `${sayMonth(month)}${provisional ? ' so far, beside as much of' : ', beside'} the month before`

/** "CVR 4.0 % beside 2.1 % (the whole program), n = 120 clicks". */
export const proofOf = ({ evidence }: Statement): Text => [
  `${evidence.name} `,
  ...figure(evidence.now),
  ' beside ',
  ...figure(evidence.against),
  ` (${evidence.than}), n = ${evidence.n} ${evidence.of}`,
]

const PRESSED = 4

/** A month as a report card: the figures, and what follows from them. */
export function evaluationCard(found: Evaluation): Card {
  const { month, creator, statements } = found
  const about = [...new Set(statements.flatMap(({ creatorId }) => creatorId ?? []))].slice(0, PRESSED)
  const own: Record<string, string> = creator ? { month, creator: creator.id } : { month }
  const looks = creator
    ? [{ label: 'Show the creator', run: 'creator show', given: { creator: creator.id } }]
    : about.map(
        (id): Button => ({ label: `Show ${nameIn(statements, id)}`, run: 'report creator', given: { creator: id, month } }),
      )
  return card(
    titleOf(found),
    found.provisional && small('The month is not over: these figures will still move.'),
    ...(Object.keys(kinds) as Kind[]).flatMap((kind) => section(kind, statements)),
    statements.length === 0 && 'Nothing stands out with enough behind it to be said.',
    kpiTable(found.rows, besideOf(found)),
    buttons({ label: 'Get the PDF', run: 'report pdf', given: own }, ...looks),
  )
}

const nameIn = (statements: Statement[], id: string): string =>
  (/^(?:Lift|Talk to) (.+?):/.exec(statements.find(({ creatorId }) => creatorId === id)?.says ?? '')?.[1] ?? 'creator').slice(
    0,
    40,
  )

function section(kind: Kind, statements: Statement[]): Block[] {
  const own = statements.filter((one) => one.kind === kind)
  if (own.length === 0) return []
  return [paragraph(strong(kinds[kind])), ...own.flatMap((one) => [paragraph(text`${one.says}`), small(proofOf(one))])]
}
