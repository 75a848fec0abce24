/** `npm run reseal`: what was sealed with SECRET_KEY_BEFORE is sealed with SECRET_KEY, while Troupe runs. */
import { ConfigError, readConfig } from './config.ts'
import { borrowDatabase } from './db/borrow.ts'
import { reaching } from './db/reach.ts'
import { resealAll } from './db/reseal.ts'
import { commandLine } from './line.ts'
import { sealerOf } from './seal.ts'
import { say } from './steps.ts'

async function main(): Promise<void> {
  const config = readConfig()
  if (config.SECRET_KEY_BEFORE === undefined)
    throw new ConfigError('Set SECRET_KEY to the new key and SECRET_KEY_BEFORE to the former one; docs/security.md says how.')
  const { url, stop } = await borrowDatabase(config)
  try {
    const values = await reaching(() => resealAll(url, sealerOf(config)))
    say(`${values} sealed values are sealed with the new key now.`)
  } finally {
    await stop()
  }
}

commandLine('reseal.js', { usage: 'npm run reseal', most: 0 }, main)
