import { createHash } from 'node:crypto'
import type { Given } from '../kernel/card.ts'

/** 22 letters of base64url, the same for the same run and given in whatever order; long enough that two never meet. */
export function pressId(run: string, given: Given): string {
  const sorted = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return createHash('sha256')
    .update(JSON.stringify([run, sorted]))
    .digest('base64url')
    .slice(0, 22)
}
