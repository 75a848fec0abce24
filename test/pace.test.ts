import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAlone, openPace } from '../src/pace.ts'
import { emptyDatabase } from './database.ts'

let pools: pg.Pool[]
let drop: () => Promise<void>
beforeAll(async () => {
  const database = await emptyDatabase()
  pools = [1, 2].map(() => new pg.Pool({ connectionString: database.url, max: 2 }))
  drop = database.drop
})
afterAll(async () => {
  for (const pool of pools) await pool.end()
  await drop()
})

test('two processes take turns of one key one after the other', async () => {
  const [one, two] = pools.map(openPace)
  const began = performance.now()
  const pace = { everyMs: 60, burst: 1 }
  await Promise.all([one!, two!, one!, two!, one!, two!, one!, two!].map((turn) => turn('shared', pace)))
  // The first is free, and seven wait for each other.
  expect(performance.now() - began).toBeGreaterThan(7 * 60 - 20)
})

test('what is done alone is done by one process at a time', async () => {
  const [one, two] = pools.map(openAlone)
  let inside = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setTimeout(resolve, 20))
    inside--
  }
  await Promise.all([one!, two!, one!, two!].map((alone) => alone('key', work)))
  expect(most).toBe(1)
})
