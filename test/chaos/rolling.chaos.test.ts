/** Two web processes that are replaced one after the other while shoppers click. */
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
  w = await world({ database: await freshDatabase(), now: new Date().toISOString() })
  await w.creator('Mia')
  slug = (await w.within((ctx) => ctx.db.link.findFirstOrThrow())).slug
  house = installation(w.url, { TROUPE_ROLES: 'web,worker' })
})
afterAll(async () => {
  house?.close()
  await w?.close()
})

test('two web processes are replaced one after the other under load', { timeout: 300_000 }, async () => {
  // One builds what is missing; the other finds it built.
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
