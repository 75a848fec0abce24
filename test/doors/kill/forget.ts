// A process that forgets whoever asked for it and is killed on the way: in one of its steps before that is committed or right after, or
// while the bytes of files are removed.
import { type App, createApp } from '../../../src/app.ts'
import { readConfig } from '../../../src/config.ts'
import { createLog } from '../../../src/log.ts'
import { createSealer, readSecret } from '../../../src/seal.ts'
import { at, now } from './point.ts'

const config = readConfig()

const app = await createApp({
  config,
  log: createLog('error'),
  databaseUrl: config.DATABASE_URL!,
  sealer: createSealer(readSecret(config.SECRET_KEY, config.DATA_DIR)),
  clock: () => new Date(now),
})
const { within, media } = app
/** A step that found nothing to do is none. */
const stepped: App['within'] = async (programId, work) => {
  const done = await within(programId, async (ctx) => {
    const result = await work(ctx)
    if (result === 1) await at('before step')
    if (result === undefined) await at('before note')
    return result
  })
  if (done === 1) await at('after step')
  return done
}
const remove: App['media']['remove'] = async (sha256) => {
  await at('before bytes')
  await media.remove(sha256)
  await at('after bytes')
}
Object.assign(app, { within: stepped, media: { ...media, remove } })
await app.runJob('privacy')
process.exit(0)
