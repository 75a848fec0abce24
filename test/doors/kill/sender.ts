// A process that says what is due and is killed at a named point on the way: before it is done, or when it is done and nobody knows yet.
import type { App } from '../../../src/app.ts'
import { createApp } from '../../../src/app.ts'
import { readConfig } from '../../../src/config.ts'
import { openChatDoors } from '../../../src/doors.ts'
import { createLog } from '../../../src/log.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import { createSealer, readSecret } from '../../../src/seal.ts'
import { at, now } from './point.ts'

const config = readConfig()

/** The units of work of the sender, by what stands in them. */
const units: [name: string, words: RegExp][] = [
  ['plan', /planAll/],
  ['say', /sayOne/],
  ['place', /channel\.createMany/],
  ['claim', /claimDue/],
  ['settle', /settle\(/],
]

type Within = App['within']

/** Killed before the transaction ends, or right after it. */
const marked = <F extends (programId: string, work: never) => Promise<unknown>>(within: F): F =>
  (async (programId: string, work: (...given: unknown[]) => Promise<unknown>) => {
    const name = units.find(([, words]) => words.test(String(work)))?.[0]
    if (name === undefined) return within(programId, work as never)
    const done = await within(programId, (async (...given: unknown[]) => {
      const result = await work(...given)
      await at(`before ${name}`)
      return result
    }) as never)
    await at(`after ${name}`)
    return done
  }) as never

function watched(platform: Platform): Platform {
  return {
    ...platform,
    async privatePlace(...given) {
      await at('before open')
      const place = await platform.privatePlace(...given)
      await at('after open')
      return place
    },
    async post(...given) {
      await at('before send')
      const ref = await platform.post(...given)
      await at('after send')
      return ref
    },
  }
}

const app = await createApp({
  config,
  log: createLog('error'),
  databaseUrl: config.DATABASE_URL!,
  sealer: createSealer(readSecret(config.SECRET_KEY, config.DATA_DIR)),
  clock: () => new Date(now),
})
await openChatDoors(app)
for (const [name, platform] of app.platforms) app.platforms.set(name, watched(platform))
app.within = marked(app.within as never) as Within
app.database.within = marked(app.database.within as never)
await app.runJob('messages')
await app.runJob('deliver')
await app.close()
process.exit(0)
