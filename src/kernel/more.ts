/** What a platform leaves out of a list that is too long for one message, as a card of its own for the Next button. */
import { type Block, type Card, card, small } from './card.ts'

/** Blocks whose last rows may be shown elsewhere. */
export type List = Extract<Block, { block: 'table' | 'facts' }>

/** Letters of JSON that one press may keep: about two thousand rows. */
const ROOM = 200_000

export const lengthOf = (block: List): number => (block.block === 'table' ? block.rows : block.facts).length

/** The block from its `shown`-th row on, under the same title. What is beyond all reason is only counted. */
export function restOf(title: string, block: List, shown: number): Card {
  const rest: List =
    block.block === 'table' ? { ...block, rows: fitting(block.rows, shown) } : { ...block, facts: fitting(block.facts, shown) }
  const left = lengthOf(block) - shown - lengthOf(rest)
  return card(title, rest, left > 0 && small([`… and ${left} more, which are not kept here`]))
}

function fitting<T>(rows: readonly T[], from: number): T[] {
  let room = ROOM
  const kept: T[] = []
  for (const row of rows.slice(from)) {
    room -= JSON.stringify(row).length
    if (room < 0) break
    kept.push(row)
  }
  return kept
}
