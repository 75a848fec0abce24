/** The app of a process beside others, with its doors open and not yet listened at; who started it says by the environment with what. */
import { type App, createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openChatDoors } from '../src/doors.ts'
import { createLog } from '../src/log.ts'
import { createSealer, readSecret } from '../src/seal.ts'

export async function openChatApp(): Promise<App> {
  const config = readConfig()
  const app = await createApp({
    config,
    log: createLog('error'),
    databaseUrl: config.DATABASE_URL!,
    sealer: createSealer(readSecret(config.SECRET_KEY, config.DATA_DIR)),
  })
  await openChatDoors(app)
  return app
}
