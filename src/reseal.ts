/** `npm run reseal`: what was sealed with SECRET_KEY_BEFORE is sealed with SECRET_KEY, while Troupe runs. */
import { ConfigError, readConfig } from './config.ts'
import { borrowDatabase } from './db/borrow.ts'
import { checkKey, keepKey } from './db/key.ts'
import { migrate } from './db/migrate.ts'
import { directVariable, reaching } from './db/reach.ts'
import { resealAll } from './db/reseal.ts'
import { commandLine } from './line.ts'
import { sealerOf } from './seal.ts'
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
    await reaching<unknown>(() => (lost ? migrate(url) : checkKey(url, config)), by)
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

commandLine('reseal.js', { usage: 'npm run reseal [-- lost]', most: 1 }, main)
