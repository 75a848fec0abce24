import { createHash } from 'node:crypto'
import { type Card, card, type Given, toned } from '../kernel/card.ts'
import type { Press } from './platform.ts'

/** 22 letters of base64url, the same for the same run and given in whatever order; long enough that two never meet. */
export function pressId(run: string, given: Given): string {
  const sorted = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return createHash('sha256')
    .update(JSON.stringify([run, sorted]))
    .digest('base64url')
    .slice(0, 22)
}

/** The press that shows the rest of a list, and the short one that a button carries for it. */
export function pressFor(rest: Card): { press: Press; given: Given } {
  const given = { card: JSON.stringify(rest) }
  const id = pressId('more', given)
  return { press: { id, run: 'more', given }, given: { id } }
}

/** What a button says whose press is not kept any more, or never was. */
export const pressGone = toned(
  'warn',
  card('This button is too old', 'What it was for is not kept any more.', 'Run the command again.'),
)
