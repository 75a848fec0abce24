/** One process of Troupe with its chat doors alone, as it is configured: listens, takes up what was left, and waits to be killed. */
import { createApp, takeUp } from '../../../src/app.ts'
import { readConfig } from '../../../src/config.ts'
import { openChatDoors } from '../../../src/doors.ts'
import { createLog } from '../../../src/log.ts'
import { createSealer, readSecret } from '../../../src/seal.ts'

const config = readConfig()
const app = await createApp({
  config,
  log: createLog('warn'),
  databaseUrl: config.DATABASE_URL!,
  sealer: createSealer(readSecret(config.SECRET_KEY, config.DATA_DIR)),
})
await openChatDoors(app)
for (const name of config.chat) await app.platforms.get(name)!.start()
process.send!('listening')
await takeUp(app, config.chat)
process.send!('taken up')
