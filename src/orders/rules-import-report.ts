/** What became of an imported row, in words for the report. */
import type { OrderFact } from '../kernel/fact.ts'
import { format, type Money } from '../kernel/money.ts'
import { uncreditedWords } from './rules.ts'

export type Taken = {
  line: number
  what: string
  outcome: 'credited' | 'not credited' | 'refunded' | 'waits' | 'unchanged' | 'left out'
  says: string
  fix: string
}

type Told =
  | { kind: 'credited'; commission: Money }
  | { kind: 'refunded'; reversal: Money }
  | { kind: 'uncredited'; reason: string }
  | { kind: 'waiting' }
  | { kind: 'nothing' }

type Said = Pick<Taken, 'outcome' | 'says' | 'fix'>

/**
 * The words for what a row's facts did. `known`: it was here before; `fact` is missing for what a network says was sent back.
 */
export function sayOutcome(
  outcomes: readonly Told[],
  { creator, known, fact }: { creator: string; known: boolean; fact: OrderFact | undefined },
): Said {
  const credited = outcomes.find((one) => one.kind === 'credited')
  if (credited) return said('credited', `${creator}: ${format(credited.commission)}`)
  const back = outcomes.flatMap((one) => (one.kind === 'refunded' ? [one.reversal] : []))
  const [first] = back
  if (first) {
    const all = back.reduce((sum, one) => sum + one.minor, 0n)
    return said('refunded', `${creator}: ${format({ minor: all, currency: first.currency })} taken back`)
  }
  const not = outcomes.find((one) => one.kind === 'uncredited')
  if (not?.reason === 'unknown partner') {
    const key = fact?.type === 'order.placed' ? (fact.mirror?.creatorKey ?? '') : ''
    return said(
      'waits',
      `Nobody has the tracking id ${key}.`,
      `Say whose it is with /creator network; the row counts from then on.`,
    )
  }
  if (not?.reason === 'currency') return said('waits', uncreditedWords.currency ?? not.reason)
  if (not) return said('not credited', uncreditedWords[not.reason] ?? not.reason)
  if (outcomes.some((one) => one.kind === 'waiting')) return said('waits', waitsFor(fact))
  if (!known && fact === undefined) return said('refunded', 'Taken off the purchase that it belongs to.')
  if (!known && fact?.type === 'order.refunded') return said('refunded', 'Nothing was earned with its order.')
  return said('unchanged', known ? 'It is here already.' : 'Nothing changes.')
}

const said = (outcome: Taken['outcome'], says: string, fix = ''): Said => ({ outcome, says, fix })

function waitsFor(fact: OrderFact | undefined): string {
  if (fact?.type === 'order.placed') return fact.mirror ? 'Ordered and not shipped yet.' : 'It is not paid yet.'
  return 'Its order is not here yet.'
}

/** A return of something that was never bought here. */
export const unmatched: Said = {
  outcome: 'left out',
  says: 'What was sent back was not bought in any report that is here.',
  fix: 'Import the report with the purchase first, then this file again.',
}
