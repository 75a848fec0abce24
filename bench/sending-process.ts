/** One of the processes that carry the outbox at once; it tells when nothing is due any more. */
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openChatDoors } from '../src/doors.ts'
import { createLog } from '../src/log.ts'
import { createSealer, readSecret } from '../src/seal.ts'

const config = readConfig()
const app = await createApp({
  config,
  log: createLog('error'),
  databaseUrl: config.DATABASE_URL!,
  sealer: createSealer(readSecret(config.SECRET_KEY, config.DATA_DIR)),
})
await openChatDoors(app)
process.once('message', async () => {
  await app.runJob('deliver')
  process.send!('done')
  process.disconnect()
  await app.close()
})
process.send!('ready')
