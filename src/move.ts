/** `npm run move -- postgres://…`: everything of this Troupe into another, empty database, and with a bucket configured its media too. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mayMove, move, moveMedia } from './backup/move.ts'
import { ConfigError, configSchema, readConfig } from './config.ts'
import { openStore } from './content/store.ts'
import { holdDatabase, refuseNone } from './db/borrow.ts'
import { movedFile } from './db/moved.ts'
import { directVariable, reaching } from './db/reach.ts'
import { bucketTrouble } from './doctor/media.ts'
import { commandLine } from './line.ts'
import { progress, say } from './steps.ts'

async function main([to = '']: string[]): Promise<void> {
  if (!/^postgres(ql)?:\/\//.test(to))
    throw new ConfigError('Name the new database: npm run move -- postgres://user:password@host/troupe')
  const { error } = configSchema.shape.DATABASE_URL.safeParse(to)
  if (error) throw new ConfigError(`The address of the new database ${error.issues[0]!.message}.`)
  const config = readConfig()
  refuseNone(config)
  const { url, stop } = await holdDatabase(config)
  try {
    // Before the rows, which are there at once or not at all: a bucket that takes nothing leaves all as it was, and what is there already
    // is left when it is done again. They may be many, so what stands against the move is said before them.
    if (config.MEDIA_S3_BUCKET !== undefined && existsSync(join(config.DATA_DIR, 'media'))) {
      await reaching(() => mayMove(url, to), directVariable(config))
      const files = progress('Media')
      const count = await moveMedia(config.DATA_DIR, await openStore(config), (n, of) => files.at(n, of)).catch(
        (error: unknown) => {
          const why = `The bucket ${config.MEDIA_S3_BUCKET} does not take the media (${bucketTrouble(error)}), and nothing was moved.`
          throw new ConfigError(`${why} npm run doctor says what is wrong with it.`, { cause: error })
        },
      )
      files.end()
      say(`${count} files are in the bucket ${config.MEDIA_S3_BUCKET}.`)
    }
    const line = progress('Tables')
    const moved = await reaching(() => move(url, to, (name, n, of) => line.at(n, of, name)), directVariable(config))
    line.end()
    say(`${moved.rows} rows of ${moved.tables} tables are in the new database, and every table is the same on both sides.`)
    say(`${moved.transfers} transfers on ${moved.accounts} accounts: equal balances.`)
    // Two that both believe to be the one would say and pay everything twice.
    if (config.embedded) writeFileSync(movedFile(config.DATA_DIR), `${new URL(to).host}${new URL(to).pathname}\n`)
    say(
      `Now set DATABASE_URL to the new address and keep DATA_DIR: the key${config.MEDIA_S3_BUCKET === undefined ? ', the media' : ''} and the clicks on their way lie there.`,
    )
  } finally {
    await stop()
  }
}

commandLine('move.js', { usage: 'npm run move -- postgres://user:password@host/troupe', most: 1 }, main)
