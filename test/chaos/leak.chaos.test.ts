/** What is done over and over leaves nothing behind: clicks, units of work, connections. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { card } from '../../src/kernel/card.ts'
import { click } from '../rooms/journal-folder.ts'
import { type World, world } from '../world.ts'
import { figure } from './figure.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-21T12:00:00Z' })
})
afterAll(() => w.close())

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

async function heapMb(): Promise<number> {
  for (let n = 0; n < 3; n++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return process.memoryUsage().heapUsed / 2 ** 20
}

/** The fewest of ten looks: a timer or a socket that is just being used is none that stays. */
async function handlesHeld(): Promise<number> {
  const looks: number[] = []
  for (let n = 0; n < 10; n++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    looks.push(process.getActiveResourcesInfo().length)
  }
  return Math.min(...looks)
}

test('memory and handles stay flat', { timeout: 600_000 }, async () => {
  const { clicks } = await w.serve()
  // The loop of the house ships; this waits until nothing is left.
  const shipped = () => expect.poll(() => clicks.shipper.stats().pendingBytes, { timeout: 120_000, interval: 100 }).toBe(0)
  let count = 0
  const some = async (total: number) => {
    for (let n = 0; n < total; n += 1_000) {
      await clicks.journal.appendAll(Array.from({ length: 1_000 }, () => click(++count)))
      if (n % 20_000 === 0) await shipped()
    }
    await shipped()
  }
  await some(100_000)
  const before = await heapMb()
  await some(200_000)
  const slope = ((await heapMb()) - before) / 2
  figure('F35', 'heap grown for each 100,000 clicks beyond the first, MB', slope.toFixed(2))
  expect(slope).toBeLessThan(1)

  const connect = async (times: number) => {
    for (let n = 0; n < times; n++) {
      const database = await openDatabase(w.url)
      await database.across((db) => db.tick.count())
      await database.ping()
      await database.close()
    }
  }
  await connect(10)
  const handles = await handlesHeld()
  const base = await heapMb()
  await connect(200)
  const left = (await handlesHeld()) - handles
  figure('F35', '200 times connected anew: handles left / heap grown, MB', `${left} / ${((await heapMb()) - base).toFixed(1)}`)
  expect(Math.abs(left)).toBeLessThanOrEqual(5)

  const work = async (times: number) => {
    for (let n = 0; n < times; n++) await w.within((ctx) => ctx.show({ channel: 'managers' }, 'same', card(`Number ${n}`)))
  }
  await work(200)
  const start = await heapMb()
  await work(2_000)
  const grown = (await heapMb()) - start
  figure('F35', 'heap grown by 2,000 units of work, MB', grown.toFixed(1))
  expect(grown).toBeLessThan(10)
})
