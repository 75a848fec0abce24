// A process that rings its bells as fast as it can by the clock of the machine, and tells what it says: the machine's clock is not to be trusted.
import type { App } from '../../../src/app.ts'
import { createApp } from '../../../src/app.ts'
import { readConfig } from '../../../src/config.ts'
import { plain } from '../../../src/kernel/plain.ts'
import { createLog } from '../../../src/log.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import { createSealer, readSecret } from '../../../src/seal.ts'

const config = readConfig()
const app: App = await createApp({
  config,
  log: createLog('error'),
  databaseUrl: config.DATABASE_URL!,
  sealer: createSealer(readSecret(config.SECRET_KEY, config.DATA_DIR)),
})
let posts = 0
const door: Partial<Platform> = {
  name: 'web',
  start: async () => {},
  stop: async () => {},
  privatePlace: async (workspace, personId) => `${workspace}:person:${personId}`,
  async post(_workspace, place, { card }) {
    process.send!({ said: card.title, place, at: app.clock().toISOString(), words: plain(card).slice(0, 200) })
    return { place, message: `${process.pid}-${++posts}` }
  },
  edit: async () => true,
  grant: async () => {},
}
app.platforms.set('web', door as Platform)
let going = true
process.once('message', () => {
  going = false
})
process.send!('ready')
while (going) {
  for (const job of ['messages', 'schedule', 'deliver']) await app.runJob(job)
  process.send!({ rung: app.clock().toISOString() })
  await new Promise((resolve) => setTimeout(resolve, 50))
}
await app.close()
process.disconnect()
