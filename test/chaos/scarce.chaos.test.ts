/** A house with hardly any room: few file handles, a small heap. It answers what it can and stays. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../database.ts'
import { type World, world } from '../world.ts'
import { figure } from './figure.ts'
import { follow, installation } from './processes.ts'

let w: World
let house: ReturnType<typeof installation>
let slug = ''
beforeAll(async () => {
  w = await world({ database: await freshDatabase(), now: new Date().toISOString() })
  await w.creator('Mia')
  slug = (await w.within((ctx) => ctx.db.link.findFirstOrThrow())).slug
  house = installation(w.url, { NODE_OPTIONS: '--max-old-space-size=128', TROUPE_ROLES: 'web,worker' })
})
afterAll(async () => {
  house?.close()
  await w?.close()
})

test('sixty-four file handles and a heap of 128 MB', { timeout: 240_000 }, async () => {
  const run = await house.start(undefined, 'ulimit -n 64;')
  await run.ready()
  const said = new Map<number | string, number>()
  const times: number[] = []
  const end = performance.now() + 15_000
  const shopper = async () => {
    while (performance.now() < end) {
      const { said: answer, ms } = await follow(run.port, slug)
      said.set(answer, (said.get(answer) ?? 0) + 1)
      if (answer === 302) times.push(ms)
    }
  }
  // More at once than there are handles.
  await Promise.all(Array.from({ length: 100 }, shopper))
  expect(run.child.exitCode, run.out()).toBeNull()
  await pause(1_000)
  expect((await follow(run.port, slug)).said).toBe(302)
  const { code, ms } = await run.stop()
  expect(code, run.out()).toBe(0)
  times.sort((a, b) => a - b)
  const others = [...said].filter(([answer]) => answer !== 302)
  figure('F34', '100 at once over 64 handles: redirected / otherwise', `${said.get(302)} / ${JSON.stringify(others)}`)
  figure('F34', 'p99 of redirects, ms', times[Math.floor(times.length * 0.99)]!.toFixed(0))
  figure('F34', 'stopped after, ms', Math.round(ms))
  expect(said.get(302)).toBeGreaterThan(1_000)
})
