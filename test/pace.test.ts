import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAlone, openPace } from '../src/pace.ts'
import { emptyDatabase } from './database.ts'

let pools: pg.Pool[]
let drop: () => Promise<void>
beforeAll(async () => {
  const database = await emptyDatabase()
  pools = [1, 2].map(() => new pg.Pool({ connectionString: database.url, max: 4 }))
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

test('four processes share the seats of a second: never more, and none waits for a seat that another just took', async () => {
  const limit = 60
  const took: number[] = []
  const one = async (turn: ReturnType<typeof openPace>) => {
    const answered = await turn('seats', { everyMs: 1, burst: 3, perSecond: limit })
    took.push(performance.now())
    await new Promise((resolve) => setTimeout(resolve, 2))
    answered()
  }
  const paces = [...pools, ...pools].map(openPace)
  const all = Promise.all(paces.flatMap((turn) => Array.from({ length: 75 }, () => one(turn))))
  await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 15_000).unref())])
  expect(took).toHaveLength(300)
  const gaps = took.slice(1).map((at, n) => at - took[n]!)
  const most = took.map((from) => took.filter((at) => at >= from && at < from + 1_000).length)
  expect(Math.max(...most)).toBeLessThanOrEqual(limit)
  // A second has 60 seats, so that 300 turns are over soon after four; whoever took one out of turn held all up for two seconds more.
  expect(Math.max(...gaps)).toBeLessThan(1_300)
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
