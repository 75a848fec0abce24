/** Redis freezes, forgets, dies and fills up: it only wakes up, so nothing that matters waits for it or is lost with it. */
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type App, createApp, startWork } from '../../src/app.ts'
import { card } from '../../src/kernel/card.ts'
import { createLog } from '../../src/log.ts'
import { MemoryDoor } from '../door.ts'
import { type World, world } from '../world.ts'
import { ended } from './cells.ts'
import { figure } from './figure.ts'
import { underLoad } from './load.ts'
import { hasRedis, ownRedis } from './servers.ts'

const unhandled: unknown[] = []
beforeAll(() => void process.on('unhandledRejection', (error) => void unhandled.push(error)))

describe.skipIf(!hasRedis)('Redis', () => {
  let redis: Awaited<ReturnType<typeof ownRedis>>
  let w: World
  let app: App
  let door: MemoryDoor
  /** A house that rings over this Redis, on the world's database, by the real clock. */
  beforeEach(async () => {
    redis = await ownRedis('--maxmemory', '64mb')
    w = await world({ now: new Date().toISOString() })
    await w.creator('Mia')
    const { config, sealer } = w.app
    app = await createApp({ config, sealer, log: createLog('silent'), databaseUrl: w.url, queueUrl: redis.url })
    door = new MemoryDoor('web')
    app.platforms.set('web', door)
    await startWork(app)
  })
  afterEach(async () => {
    await ended('closing', app.close(), 15_000)
    await w.close()
    await redis.stop()
    expect(unhandled).toEqual([])
  })

  const show = async (key: string): Promise<number> => {
    const began = performance.now()
    await app.within(w.programId, (ctx) => ctx.show({ channel: 'managers' }, key, card(key)))
    return performance.now() - began
  }
  const shown = (key: string) => door.in(`${w.programId}:managers`).filter((one) => one.card.title === key).length
  /** After how long what is asked for now is shown by the bell alone. */
  async function rings(key: string, longestMs: number): Promise<number> {
    const began = performance.now()
    for (let n = 0; shown(key) === 0; n++) {
      expect(performance.now() - began, 'a ring is heard').toBeLessThan(longestMs)
      if (n % 20 === 0) await show(key)
      await pause(50)
    }
    return performance.now() - began
  }
  const schedulers = async () => (await app.bell!.queue.getJobSchedulers()).length

  test('frozen for 30 s: nobody waits for it, and the bells go on', async () => {
    await rings('before', 30_000)
    const load = await underLoad(w, { hooks: 2, clicks: 2 })
    redis.signal('SIGSTOP')
    const took: number[] = []
    for (let n = 0; n < 10; n++) {
      took.push(await show(`frozen ${n}`))
      await pause(3_000)
    }
    redis.signal('SIGCONT')
    const back = await rings('after', 40_000)
    await load.end()
    await expect
      .poll(() => Array.from({ length: 10 }, (_, n) => shown(`frozen ${n}`)), { timeout: 10_000 })
      .toEqual(Array(10).fill(1))
    expect(Object.keys(load.hookStatus)).toEqual(['202'])
    expect(Object.keys(load.clickStatus)).toEqual(['302'])
    await load.exact()
    expect(Math.max(...took)).toBeLessThan(5_000)
    figure('F6', 'frozen 30 s: slowest unit of work meanwhile, ms', Math.round(Math.max(...took)))
    figure('F6', 'frozen 30 s: ms until a ring was heard again', Math.round(back))
    figure(
      'F6',
      'frozen 30 s: deliveries and redirects meanwhile, all accepted',
      `${load.hookStatus[202]}, ${load.clickStatus[302]}`,
    )
  })

  test('flushed: recurring rings stand again', async () => {
    const before = await schedulers()
    const client = new Redis(redis.url)
    await client.flushall()
    await client.quit()
    const began = performance.now()
    await app.bell!.mend()
    expect(await schedulers()).toBe(before)
    figure(
      'F6',
      `FLUSHALL: ms until all ${before} recurring rings stand again, once looked at`,
      Math.round(performance.now() - began),
    )
    await rings('after', 30_000)
  })

  test('killed and started empty: recurring rings stand again', async () => {
    const before = await schedulers()
    await redis.kill()
    expect(await show('while it is gone')).toBeLessThan(5_000)
    await pause(1_000)
    await redis.start()
    const began = performance.now()
    await expect.poll(() => schedulers(), { timeout: 20_000, interval: 200 }).toBe(before)
    figure(
      'F6',
      'killed and started empty: ms until recurring rings stand again by themselves',
      Math.round(performance.now() - began),
    )
    await rings('after', 30_000)
    await expect.poll(() => shown('while it is gone')).toBe(1)
  })

  test('full: work that is asked for is done all the same', async () => {
    const client = new Redis(redis.url)
    for (let n = 0, full = false; !full; n++) {
      full = await client.set(`fill ${n}`, 'x'.repeat(1_000_000)).then(
        () => false,
        () => true,
      )
    }
    expect(await show('while it is full')).toBeLessThan(5_000)
    // The sweep finds what no ring told of.
    await app.runJob('deliver')
    expect(shown('while it is full')).toBe(1)
    const keys = await client.keys('fill *')
    await client.del(...keys)
    await client.quit()
    figure('F6', 'full (noeviction): ms until a ring was heard once there was room', Math.round(await rings('after', 15_000)))
  })
})
