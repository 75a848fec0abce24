/** A bot process: it listens at the gateway and answers. It says 'ready' then, and how late its event loop was to whoever asks. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openChatDoors } from '../src/doors.ts'
import { createLog } from '../src/log.ts'
import { createSealer, readSecret } from '../src/seal.ts'

/** How often the event loop is asked whether it is on time; what it says has this in it. */
const LOOK_MS = 5

const config = readConfig()
const app = await createApp({
  config,
  log: createLog('error'),
  databaseUrl: config.DATABASE_URL!,
  sealer: createSealer(readSecret(config.SECRET_KEY, config.DATA_DIR)),
})
await openChatDoors(app)
await app.platforms.get('discord')!.start()
const delay = monitorEventLoopDelay({ resolution: LOOK_MS })
delay.enable()
process.on('message', (word) => {
  if (word === 'forget') delay.reset()
  else process.send!(delay.percentile(99) / 1e6 - LOOK_MS)
})
process.once('disconnect', async () => {
  await app.close()
  process.exit(0)
})
process.send!('ready')
