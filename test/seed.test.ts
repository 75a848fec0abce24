import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedDemo } from '../prisma/seed.ts'
import { type App, createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import type { Card } from '../src/kernel/card.ts'
import { plain } from '../src/kernel/plain.ts'
import { audit as ledgerAudit } from '../src/ledger/queries.ts'
import { createLog } from '../src/log.ts'
import { audit as ordersAudit } from '../src/orders/queries.ts'
import { createSealer } from '../src/seal.ts'
import { freshDatabase } from './database.ts'

const now = new Date('2026-11-20T12:00:00Z')

type House = { app: App; programId: string; seconds: number; close: () => Promise<void> }

/** An empty house as the first start finds it, with the demo in it. */
async function seeded(): Promise<House> {
  const database = await freshDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'troupe-seed-'))
  const config = Object.freeze({ ...readConfig({ NODE_ENV: 'test', DATABASE_URL: database.url, PORT: '4321', LOG_LEVEL: 'error' }), DATA_DIR: folder })
  const app = await createApp({ config, log: createLog('error'), databaseUrl: database.url, sealer: createSealer(randomBytes(32)), clock: () => now })
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

let one: House
beforeAll(async () => {
  one = await seeded()
  console.log(`the demo was seeded in ${one.seconds.toFixed(1)} s`)
})
afterAll(() => one?.close())

test('look', async () => {
  const { app, programId } = one
  await app.within(programId, async (ctx) => {
    console.log(await ledgerAudit(ctx), await ordersAudit(ctx))
    console.log(await ctx.db.$queryRaw`select place, count(*)::int, min("createdAt"), max("createdAt") from "WebMessage" group by 1 order by 1`)
    console.log(await ctx.db.$queryRaw`select rule, count(*)::int from "Order" group by 1`)
    console.log(await ctx.db.$queryRaw`select state, kind, count(*)::int from "Outbox" group by 1,2`)
    for (const where of ['start-here', 'missions', 'wins', 'leaderboard', 'applications', 'review', 'managers']) {
      const rows = await ctx.db.webMessage.findMany({ where: { place: `${programId}:${where}` }, orderBy: { createdAt: 'asc' } })
      for (const m of rows.slice(-6)) console.log(where, m.createdAt.toISOString(), m.editedAt?.toISOString(), plain(m.card as unknown as Card).slice(0, 700))
    }
  })
})
