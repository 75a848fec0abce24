import { buttons, type Card, card, table, toned } from '../kernel/card.ts'

type Step = {
  label: string
  done: boolean
  optional?: boolean
  says: string
  missing?: string[]
  act?: { label: string; run: string; given?: Record<string, string> }
}

/** More sentences than these make a card that nobody reads, and no chat shows. */
const SENTENCES = 10

/** The checklist of a new program: each line done or open, one button for what comes next, and the test order at the end. */
export function checklistCard(program: string, steps: Step[]): Card {
  const wanted = steps.filter((step) => step.done || !step.optional)
  const open = wanted.filter((step) => !step.done)
  const next = open.find((step) => step.act)
  const missing = steps.flatMap((step) => step.missing ?? [])
  const more = missing.length - SENTENCES
  const shown = card(
    open.length === 0 ? `${program} is set up` : `${program}: ${wanted.length - open.length} of ${wanted.length} steps done`,
    table(
      ['Step', '', 'How it stands'],
      steps.map((step) => [[step.label], [step.done ? 'done' : step.optional ? 'optional' : 'open'], [step.says]]),
    ),
    ...missing.slice(0, SENTENCES),
    more > 0 && `… and ${more} more, which are named once these are mended.`,
    next !== undefined && `Next: ${next.label}.`,
    buttons(
      next?.act && { ...next.act, look: 'main' },
      { label: 'Send a test order', run: 'setup test-order', look: open.length === 0 ? 'main' : 'plain' },
      { label: 'Change settings', run: 'setup program', given: { '?': 'form' } },
    ),
  )
  return open.length === 0 ? toned('good', shown) : shown
}
