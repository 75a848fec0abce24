/** `npm run backup [-- file.zip]`: everything of this Troupe in one file, while it runs. */
import { join } from 'node:path'
import { wallClock } from './app.ts'
import { placeOf } from './backup/place.ts'
import { type Taken, takeBackup } from './backup/take.ts'
import { ConfigError, readConfig } from './config.ts'
import { borrowDatabase, refuseNone } from './db/borrow.ts'
import { checkKeyHere } from './db/key.ts'
import { directVariable, reaching } from './db/reach.ts'
import { commandLine } from './line.ts'
import { readSecret } from './seal.ts'
import { progress, say } from './steps.ts'

async function main([file]: string[]): Promise<void> {
  const config = readConfig()
  const at = wallClock()
  refuseNone(config)
  const path = placeOf(file, config.DATA_DIR, at)
  const { url, stop } = await borrowDatabase(config)
  try {
    await reaching(() => checkKeyHere(url, config), directVariable(config))
    const secret = readSecret(config.SECRET_KEY, config.DATA_DIR)
    const line = progress('Tables')
    const onTable = (name: string, n: number, of: number) => line.at(n, of, name)
    const keyGiven = config.SECRET_KEY !== undefined
    const taken = await reaching(
      () => takeBackup({ url, dir: config.DATA_DIR, secret, keyGiven, path, at, onTable }),
      directVariable(config),
    )
    line.end()
    say(words(taken))
    if (config.MEDIA_S3_BUCKET !== undefined)
      say(`Media lie in the bucket ${config.MEDIA_S3_BUCKET} and are not in this file; let the bucket keep versions.`)
    say(
      taken.key
        ? 'The file holds the key that opens what is sealed; keep it where only you can read it.'
        : 'SECRET_KEY is not in this file. Without it, tokens and addresses in it stay sealed; keep it elsewhere.',
    )
    if (config.MEDIA_S3_BUCKET === undefined && taken.absent > 0) throw lacking(taken.absent, join(config.DATA_DIR, 'media'))
  } finally {
    await stop()
  }
}

const lacking = (absent: number, media: string): ConfigError =>
  new ConfigError(
    `${absent === 1 ? 'One file that a row names is' : `${absent} files that rows name are`} not in ${media}, nor in this backup. If Troupe runs with another folder, set DATA_DIR to it, in .env or for this command, and take it again.`,
  )

const words = ({ path, tables, rows, files, bytes }: Taken): string =>
  `${path}: ${rows} rows of ${tables} tables and ${files} files, ${(bytes / 2 ** 20).toFixed(1)} MB before packing.`

commandLine('backup.js', { usage: 'npm run backup [-- file.zip]', most: 1 }, main)
