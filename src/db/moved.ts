/** A data folder remembers that its database was moved elsewhere, for two that run would do everything twice. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../kernel/refusal.ts'

export const movedFile = (dir: string): string => join(dir, 'moved-to')

/** Refusal when the embedded database of this folder was moved. */
export function refuseMoved(dir: string): void {
  const file = movedFile(dir)
  if (!existsSync(file)) return
  throw new Refusal(
    'conflict',
    `The database of this folder was moved to ${readFileSync(file, 'utf8').trim()}.`,
    `Set DATABASE_URL to that address, or remove ${file} to go on with what was here.`,
  )
}
