// The embedded database is copied before its tables change, for nobody else keeps a copy of it.
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Backup, type Taken, takeBackup } from './take.ts'

const KEPT = 5
const name = /^before-[\w-]+\.zip$/

/** A name that sorts by time and says what it is. */
export const stamped = (word: string, at: Date): string =>
  `${word}-${at.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')}.zip`

/** Copies the rows into the data folder's `backups` and keeps the last five such copies; media and journal are not touched by migrations. */
export async function backUpBefore(backup: Omit<Backup, 'path' | 'rowsOnly'>): Promise<Taken> {
  const folder = join(backup.dir, 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const taken = await takeBackup({ ...backup, path: join(folder, stamped('before', backup.at)), rowsOnly: true })
  const old = readdirSync(folder)
    .filter((file) => name.test(file))
    .sort()
    .slice(0, -KEPT)
  for (const file of old) rmSync(join(folder, file))
  return taken
}
