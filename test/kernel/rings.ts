/** Instants of tests, short to write and to read. */
import { nextLocal, type Rhythm } from '../../src/kernel/time.ts'

export const at = (iso: string) => new Date(iso)
export const iso = (list: Date[]) => list.map((d) => d.toISOString().slice(0, 16))

/** The next `n` rings after `from`, each asked with the one before. */
export function rings(rhythm: Rhythm, zone: string, from: Date, n: number): Date[] {
  const found: Date[] = []
  for (let after = from; found.length < n; after = found.at(-1)!) found.push(nextLocal(rhythm, zone, after))
  return found
}
