/** Real processes: two that are replaced one after the other while shoppers click, and one with hardly any room. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../database.ts'
import { type World, world } from '../world.ts'
import { figure } from './figure.ts'
import { follow, installation, type Run } from './processes.ts'

let w: World
let house: ReturnType<typeof installation>
let slug = ''
beforeAll(async () => {
  const key = randomBytes(32)
  w = await world({ database: await freshDatabase(), now: new Date().toISOString(), key })
  await w.creator('Mia')
  slug = (await w.within((ctx) => ctx.db.link.findFirstOrThrow())).slug
  house = installation(w.url, { TROUPE_ROLES: 'web,worker', SECRET_KEY: key.toString('base64') })
  // It is built first where that is needed.
}, 400_000)
afterAll(async () => {
  house?.close()
  await w?.close()
})

test('two web processes are replaced one after the other under load', { timeout: 300_000 }, async () => {
  const first = await house.start()
  await first.ready()
  const second = await house.start()
  await second.ready()
  const ports = [first.port, second.port]
  const said = new Map<number | string, number>()
  let going = true
  let turn = 0
  const shopper = async () => {
    while (going) {
      const port = ports[turn++ % 2]!
      let { said: answer } = await follow(port, slug)
      // As a balancer does: where nobody listens the other is asked.
      if (answer === 'refused') answer = (await follow(ports.find((other) => other !== port)!, slug)).said
      said.set(answer, (said.get(answer) ?? 0) + 1)
      await pause(2)
    }
  }
  const shoppers = Array.from({ length: 6 }, shopper)
  const drains: number[] = []
  const replaced: Run[] = []
  for (const old of [first, second]) {
    await pause(1_000)
    const { code, ms } = await old.stop()
    expect(code, old.out()).toBe(0)
    drains.push(ms)
    const next = await house.start(old.port)
    await next.ready()
    replaced.push(next)
  }
  await pause(1_000)
  going = false
  await Promise.all(shoppers)
  for (const one of replaced) drains.push((await one.stop()).ms)
  expect([...said.keys()]).toEqual([302])
  expect(Math.max(...drains)).toBeLessThan(10_000)
  const { rows } = await w.app.database.owner.query<{ n: number }>('SELECT count(*)::int AS n FROM "Click"')
  expect(rows[0]!.n).toBe(said.get(302))
  figure('F33', 'rolling restart: redirects / failed / clicks stored', `${said.get(302)} / 0 / ${rows[0]!.n}`)
  figure('F33', 'slowest drain of four, ms', Math.round(Math.max(...drains)))
})

test('sixty-four file handles and a heap of 128 MB', { timeout: 240_000 }, async () => {
  const narrow = { NODE_OPTIONS: '--max-old-space-size=128' }
  const run = await house.start(undefined, '', narrow)
  await run.ready()
  // Once it runs: while it starts Node itself opens its modules side by side.
  expect(spawnSync('prlimit', ['--pid', String(run.child.pid), '--nofile=64:64']).status).toBe(0)
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
  expect(said.get(302)).toBeGreaterThan(200)
})
