/** `npm run restore -- file.zip`: a backup into an empty database and an empty data folder. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { wallClock } from './app.ts'
import { readArchive } from './backup/archive.ts'
import { restore } from './backup/restore.ts'
import { ConfigError, readConfig } from './config.ts'
import { holdDatabase } from './db/borrow.ts'
import { directVariable, reaching } from './db/reach.ts'
import { commandLine } from './line.ts'
import { givenPrints } from './seal.ts'
import { progress, say } from './steps.ts'

async function main([path]: string[]): Promise<void> {
  if (path === undefined) throw new ConfigError('Name the backup: npm run restore -- troupe-2026-11-21-120000.zip')
  const config = readConfig()
  const archive = await readArchive(path)
  archive.close()
  say(`${path} was taken on ${archive.manifest.at}.`)
  const { url, stop } = await holdDatabase(config)
  try {
    const line = progress('Tables')
    const onTable = (name: string, n: number, of: number) => line.at(n, of, name)
    const now = wallClock()
    const { rows, files, accounts, transfers, quiet } = await reaching(
      () => restore({ url, dir: config.DATA_DIR, path, now, keys: givenPrints(config), onTable }),
      directVariable(config),
    )
    line.end()
    say(`${rows} rows and ${files} files are back; every table is as the backup says.`)
    say(`${transfers} transfers on ${accounts} accounts have the balances they had.`)
    if (quiet.parked > 0)
      say(
        `${quiet.parked} posts and calls were waiting then and may have gone out since: they rest in /parked until a manager decides.`,
      )
    if (quiet.skipped > 0) say(`${quiet.skipped} schedules that were due meanwhile go on with their next turn.`)
    if (config.SECRET_KEY === undefined && !existsSync(join(config.DATA_DIR, 'secret.key')))
      throw new ConfigError('The key was not in the backup. Set SECRET_KEY to the one of that time before you start.')
  } finally {
    await stop()
  }
}

commandLine('restore.js', { usage: 'npm run restore -- file.zip', most: 1 }, main)
