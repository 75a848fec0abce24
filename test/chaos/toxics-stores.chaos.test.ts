/** Eight toxics, each way, before PostgreSQL and Redis. All cells of a store at once, each with connections of its own. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../database.ts'
import { bellCell, databaseCell, strandedCell } from './cells.ts'
import { directions, toxics } from './proxy.ts'
import { hasRedis, ownRedis } from './servers.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let redis: Awaited<ReturnType<typeof ownRedis>> | undefined
const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)

beforeAll(async () => {
  process.on('unhandledRejection', note)
  database = await freshDatabase()
  redis = hasRedis ? await ownRedis() : undefined
})
afterAll(async () => {
  process.off('unhandledRejection', note)
  await redis?.stop()
  await database?.drop()
  expect(unhandled).toEqual([])
})

const cells = toxics.flatMap((toxic) => directions.map((direction) => ({ kind: toxic.kind, direction, toxic })))

test.concurrent.each(cells)('postgres: $kind $direction', async ({ toxic, direction }) => {
  await databaseCell(database.url, toxic, direction)
})

test.concurrent('a database server that vanishes without a word is given up', () => strandedCell(database.url))

test.skipIf(!hasRedis).concurrent.each(cells.map((cell, n) => ({ ...cell, n })))(
  'redis: $kind $direction',
  async ({ toxic, direction, n }) => bellCell(`${redis!.url}/${n}`, toxic, direction),
)
