/** `npm run reseal`: what was sealed with SECRET_KEY_BEFORE is sealed with SECRET_KEY, while Troupe runs. */
import { wallClock } from './app.ts'
import { backUpBefore } from './backup/before.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { borrowDatabase } from './db/borrow.ts'
import { checkKeyHere, keepKey } from './db/key.ts'
import { migrate } from './db/migrate.ts'
import { directVariable, reaching } from './db/reach.ts'
import { resealAll } from './db/reseal.ts'
import { commandLine } from './line.ts'
import { readSecret, sealerOf } from './seal.ts'
import { say } from './steps.ts'

/** With `lost`, the key of today becomes the one of this database, though it opens nothing that the lost one sealed. */
async function main([word]: string[]): Promise<void> {
  const config = readConfig()
  const lost = word === 'lost'
  if (word !== undefined && !lost) throw new ConfigError('Type npm run reseal, or npm run reseal -- lost for a key that is lost.')
  if (config.SECRET_KEY_BEFORE === undefined && !lost)
    throw new ConfigError('Set SECRET_KEY to the new key and SECRET_KEY_BEFORE to the former one; docs/security.md says how.')
  const { url, stop } = await borrowDatabase(config)
  const by = directVariable(config)
  try {
    // A start that was refused has not brought the tables up to date.
    await reaching<unknown>(
      () => (lost ? migrate(url, config.embedded ? copied(config, url) : {}) : checkKeyHere(url, config)),
      by,
    )
    const sealer = sealerOf(config)
    const values = lost ? 0 : await reaching(() => resealAll(url, sealer), by)
    await reaching(() => keepKey(url, sealer), by)
    say(
      lost
        ? 'Troupe starts with the key of today now. What the lost one sealed stays closed: give tokens and secrets anew.'
        : `${values} sealed values are sealed with the new key now.`,
    )
  } finally {
    await stop()
  }
}

/** As at a start, the rows as they were lie in `backups` before their tables change. */
const copied = (config: Config, url: string) => ({
  before: async () => {
    const secret = readSecret(config.SECRET_KEY, config.DATA_DIR)
    const { path } = await backUpBefore({ url, dir: config.DATA_DIR, secret, at: wallClock() })
    say(`A copy from before the update is in ${path}.`)
  },
})

commandLine('reseal.js', { usage: 'npm run reseal [-- lost]', most: 1 }, main)
