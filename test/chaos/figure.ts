/** What a test measured, for the table of `npm run chaos`; in other runs it is said to nobody. */
import { appendFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Figure = { fault: string; name: string; value: number | string }

/** Where the process that runs the tests collects them. */
export const FIGURES = join(tmpdir(), `troupe-chaos-${process.pid}.jsonl`)

export function figure(fault: string, name: string, value: number | string): void {
  const file = process.env.CHAOS_FIGURES
  if (file) appendFileSync(file, `${JSON.stringify({ fault, name, value } satisfies Figure)}\n`)
}
