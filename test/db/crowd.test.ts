import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AnyCommand } from '../../src/command.ts'
import { isAway } from '../../src/db/away.ts'
import { houseOf } from '../../src/house.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const slow = (seconds: number) => w.within((ctx) => ctx.db.$queryRaw<{ n: number }[]>`SELECT 1 AS n, pg_sleep(${seconds})::text`)

test('a crowd of units waits for its connections and is done, where Prisma would turn away who waits five seconds', async () => {
  const done = await Promise.all(Array.from({ length: 70 }, () => slow(1)))
  expect(done).toHaveLength(70)
})

test('a process whose every connection is at work is well, and lives', async () => {
  await w.app.runJob('due')
  const { server } = await w.serve()
  const held = [
    ...Array.from({ length: 30 }, () => slow(3)),
    ...Array.from({ length: 4 }, () => w.app.database.pool.query('SELECT pg_sleep(3)')),
  ]
  await new Promise((resolve) => setTimeout(resolve, 500))
  await w.app.runJob('pulse')
  const reports = await Promise.all(Array.from({ length: 20 }, () => server.inject('/health')))
  expect(reports.map(({ json }) => json().ok)).toEqual(reports.map(() => true))
  expect((await server.inject('/health/live')).statusCode).toBe(200)
  const { body } = await server.inject('/metrics')
  expect(body).toContain('troupe_tick_age_seconds{task="pulse"} 0')
  await Promise.all(held)
})

test('a suggestion or a form that is too late for whoever asked gives its place in the line up', async () => {
  const ana = await w.manager('Ana')
  const house = houseOf(w.app)
  let runs = 0
  const review = w.app.commands.get('review reject')!
  const suggest = async () => {
    runs++
    return []
  }
  const options = { ...review.options, submission: { ...review.options.submission!, suggest } }
  ;(w.app.commands as Map<string, AnyCommand>).set('review reject', { ...review, options })
  const held = Array.from({ length: 10 }, () => slow(4))
  await new Promise((resolve) => setTimeout(resolve, 300))
  const call = ana.call('review reject', {})
  expect(await Promise.all(Array.from({ length: 40 }, () => house.suggest(call, 'submission', 'x')))).toHaveLength(40)
  expect((await house.formFor(call))?.fields.length).toBeGreaterThan(0)
  await Promise.all(held)
  await slow(0)
  expect(runs).toBe(0)
  expect(await house.suggest(call, 'submission', 'x')).toEqual([])
  expect(runs).toBe(1)
})

test('whoever waited a quarter of a minute is told so, as of a database that is away', async () => {
  const held = Array.from({ length: 10 }, () =>
    w.app.database.within(w.programId, (db) => db.$queryRaw`SELECT pg_sleep(16)::text`, 20_000),
  )
  const late = await slow(0).catch((error: unknown) => error)
  expect(String(late)).toContain('nothing became free within 15 s')
  expect(isAway(late)).toBe(true)
  await Promise.all(held)
  expect(await slow(0)).toHaveLength(1)
})
