/** Some of the toxics, before PostgreSQL; `npm run chaos` has all of them, before everything. */
import { afterAll, beforeAll, test } from 'vitest'
import { databaseCell } from '../chaos/cells.ts'
import { type Direction, toxics } from '../chaos/proxy.ts'
import { freshDatabase } from '../database.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database?.drop())

test.concurrent.each([
  ['reset_peer', 'down'],
  ['slicer', 'up'],
  ['limit_data', 'down'],
  ['down', 'up'],
] satisfies [string, Direction][])('postgres: %s %s', (kind, direction) =>
  databaseCell(database.url, toxics.find((one) => one.kind === kind)!, direction),
)
