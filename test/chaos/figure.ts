/** What a test measured, for the table of `npm run chaos`; in other runs it is said to nobody. */
import { appendFileSync } from 'node:fs'

export type Figure = { fault: string; name: string; value: number | string }

export function figure(fault: string, name: string, value: number | string): void {
  const file = process.env.CHAOS_FIGURES
  if (file) appendFileSync(file, `${JSON.stringify({ fault, name, value } satisfies Figure)}\n`)
}
