import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
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

const counts = new Map<string, number>()
const proto = pg.Client.prototype as unknown as { query: (...a: unknown[]) => unknown }
const original = proto.query
proto.query = function (this: unknown, ...a: unknown[]) {
  const t = (typeof a[0] === 'string' ? a[0] : ((a[0] as { text?: string })?.text ?? '?'))
    .replace(/\s+/g, ' ')
    .slice(0, 1000)
    .replace(/SELECT .* FROM "public"/, 'SELECT … FROM')
    .replace(/INSERT INTO "public"\."(\w+)".*/, 'INSERT $1')
    .slice(0, 150)
  counts.set(t, (counts.get(t) ?? 0) + 1)
  return original.apply(this, a)
}
const now = new Date('2026-11-20T12:00:00Z')

type House = { app: App; programId: string; seconds: number; close: () => Promise<void> }

/** An empty house as the first start finds it, with the demo in it. */
async function seeded(): Promise<House> {
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
  const cpu = process.cpuUsage()
  const programId = await seedDemo(app)
  const used = process.cpuUsage(cpu)
  console.log('CPU', used.user / 1e6, used.system / 1e6)
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
    console.log(
      [...counts]
        .sort((a, b) => b[1] - a[1])
        .slice(0, 70)
        .map(([t, n]) => `${n} ${t}`)
        .join('\n'),
      [...counts.values()].reduce((a, b) => a + b),
    )
    console.log(await ctx.db.outbox.findMany({ where: { state: 'due' } }))
    console.log(await ledgerAudit(ctx), await ordersAudit(ctx))
    console.log(
      await ctx.db
        .$queryRaw`select place, count(*)::int, min("createdAt"), max("createdAt") from "WebMessage" group by 1 order by 1`,
    )
    console.log(await ctx.db.$queryRaw`select rule, count(*)::int from "Order" group by 1`)
    console.log(await ctx.db.$queryRaw`select state, kind, count(*)::int from "Outbox" group by 1,2`)
    for (const where of ['start-here', 'missions', 'wins', 'leaderboard', 'applications', 'review', 'managers']) {
      const rows = await ctx.db.webMessage.findMany({ where: { place: `${programId}:${where}` }, orderBy: { createdAt: 'asc' } })
      for (const m of rows.slice(-6))
        console.log(where, m.createdAt.toISOString(), m.editedAt?.toISOString(), plain(m.card as unknown as Card).slice(0, 700))
    }
  })
})
