/** A program on an embedded PostgreSQL of its own, or on the one at `url`, for benches; durable as in production. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp, foundProgram } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { startEmbedded } from '../src/db/embedded.ts'
import { migrate } from '../src/db/migrate.ts'
import { createLog } from '../src/log.ts'
import { createSealer } from '../src/seal.ts'

export type House = { app: App; url: string; programId: string; close: () => Promise<void> }

export async function openHouse(url?: string, environment: Record<string, string> = {}): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'))
  const database = url === undefined ? await startEmbedded({ dir: folder }) : { url, stop: async () => {} }
  await migrate(database.url)
  const config = Object.freeze({
    ...readConfig({ DATABASE_URL: database.url, PUBLIC_URL: 'https://go.bench.example', ...environment }),
    DATA_DIR: folder,
  })
  const app = await createApp({
    config,
    log: createLog('error'),
    databaseUrl: database.url,
    sealer: createSealer(randomBytes(32)),
  })
  const programId = await foundProgram(app, { name: 'Bench', currency: 'EUR', zone: 'Europe/Berlin' })
  return {
    app,
    url: database.url,
    programId,
    async close() {
      await app.close()
      await database.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
