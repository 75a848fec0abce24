/** `npm run replay inb_…`: runs one stored delivery again. What it already did is keyed, so nothing is done twice. */
import { type App, createApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import { borrowDatabase } from './db/borrow.ts'
import { checkKeyHere } from './db/key.ts'
import { directVariable, reaching } from './db/reach.ts'
import { isId } from './kernel/id.ts'
import { Refusal } from './kernel/refusal.ts'
import { commandLine } from './line.ts'
import { createLog } from './log.ts'
import { sealerOf } from './seal.ts'
import { say } from './steps.ts'

/**
 * Puts the row back to 'heard' and absorbs it. Returns what became of it, or undefined when no program has it. Refusal when there is
 * nothing left to read: the body was dropped, and no facts were taken from it before.
 */
export async function replay(app: App, inboxId: string): Promise<{ state: string; error: string | null } | undefined> {
  for (const programId of await app.programs()) {
    const where = { id: inboxId, programId, source: { not: { startsWith: 'chat:' } } }
    const found = await app.database.within(programId, async (db) => {
      const row = await db.inbox.findFirst({ where })
      if (row && row.body === null && row.facts === null) throw dropped(row)
      if (row) await db.inbox.updateMany({ where, data: { state: 'heard', tries: 0, error: null, doneAt: null } })
      return row !== null
    })
    if (!found) continue
    await app.runJob('absorb')
    await app.runJob('deliver')
    return app.database.within(programId, (db) =>
      db.inbox.findUniqueOrThrow({ where: { id: inboxId }, select: { state: true, error: true } }),
    )
  }
  return undefined
}

const dropped = ({ id, source, state, error }: { id: string; source: string; state: string; error: string | null }): Refusal =>
  new Refusal(
    'too_late',
    `The body of ${id} was dropped after its retention, so it cannot run again; it stays ${state}${error === null ? '' : ` (${error})`}.`,
    `Have ${source} send it once more.`,
  )

/** For the command line; exits 1 with one sentence when it can't be done. */
async function main(words: string[]): Promise<void> {
  const id = words[0] ?? ''
  if (!isId('inbox', id))
    throw new ConfigError('Name the delivery to run again: npm run replay inb_… (managers see the ids in /parked).')
  const config = readConfig()
  const { url, stop } = await borrowDatabase(config)
  const app = await reaching(async () => {
    // Not as at a start, which would keep the key: tables that are not up to date yet have no place for it.
    await checkKeyHere(url, config)
    return createApp({ config, log: createLog('warn'), databaseUrl: url, sealer: sealerOf(config) })
  }, directVariable(config))
  try {
    const result = await replay(app, id)
    if (!result) throw new ConfigError(`There is no delivery ${id} here.`)
    say(`${id} is ${result.state}${result.error === null ? '' : `: ${result.error}`}`)
  } finally {
    await app.close()
    await stop()
  }
}

commandLine('replay.js', { usage: 'npm run replay inb_…', most: 1 }, main)
