/** A house as the first start finds it, with the demo in it; and what its books came to. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedDemo } from '../prisma/seed.ts'
import { type App, createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { createSealer } from '../src/seal.ts'
import { freshDatabase } from './database.ts'

/** Where the demo's year ends. */
export const now = new Date('2026-11-20T12:00:00Z')

export type House = { app: App; programId: string; seconds: number; close: () => Promise<void> }

/** An empty house as the first start finds it, with the demo in it. */
export async function seeded(): Promise<House> {
  const database = await freshDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'troupe-seed-'))
  const config = Object.freeze({
    ...readConfig({ NODE_ENV: 'test', DATABASE_URL: database.url, PORT: '4321', LOG_LEVEL: 'error' }),
    DATA_DIR: folder,
  })
  const app = await createApp({
    config,
    log: createLog('error'),
    databaseUrl: database.url,
    sealer: createSealer(randomBytes(32)),
    clock: () => now,
  })
  const began = performance.now()
  const programId = await seedDemo(app)
  return {
    app,
    programId,
    seconds: (performance.now() - began) / 1000,
    async close() {
      await app.close()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What every kind of account of every creator came to, by handle instead of by id. */
export const totals = ({ app, programId }: House) =>
  app.within(
    programId,
    (ctx) => ctx.db.$queryRaw<{ account: string; minor: bigint }[]>`
      SELECT coalesce(replace(moved.name, c.id, c.handle), moved.name) AS account, sum(moved.minor)::bigint AS minor
      FROM (SELECT "to" AS name, minor FROM "Transfer" UNION ALL SELECT "from", -minor FROM "Transfer") moved
      LEFT JOIN "Creator" c ON c.id = split_part(moved.name, ':', 2)
      GROUP BY 1 ORDER BY 1`,
  )
