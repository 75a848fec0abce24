import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { makeFolder } from '../db/folder.ts'
import { Refusal } from '../kernel/refusal.ts'
import { stamped } from './before.ts'

/** Where a backup is written: the file that was named, or a new one in the data folder's own `backups`, which is made. */
export function placeOf(file: string | undefined, dataDir: string, at: Date): string {
  const own = resolve(dataDir, 'backups')
  const path = resolve(file ?? join(own, stamped('troupe', at)))
  const folder = dirname(path)
  if (folder === own && !existsSync(own)) {
    makeFolder(dataDir)
    mkdirSync(own, { mode: 0o700 })
  }
  if (!existsSync(folder))
    throw new Refusal('not_found', `There is no folder ${folder}.`, 'Make it or mount it, or name a file elsewhere.')
  if (existsSync(path)) throw new Refusal('conflict', `${path} is there already.`, 'Give another name.')
  return path
}
