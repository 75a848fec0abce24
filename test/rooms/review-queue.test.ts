/** A review queue that nobody has looked at for long: 10,000 submissions and entries wait, and it opens as if there were ten. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { showQueue } from '../../src/content/queue.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

const WAITING = 9_000
const ENTRIES = 1_000
const RUNS = 20
/** A bound that a busy machine keeps too; alone it takes a tenth of it. */
const BOUND_MS = 1_000

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await w.within(async (ctx) => {
    await ctx.db.$executeRaw`
      INSERT INTO "Submission" (id, "programId", "creatorId", kind, state, url, caption, "submittedAt", "createdAt")
      SELECT 'sub_' || lpad(n::text, 26, '0'), ${ctx.program.id}, ${mia.creatorId}, 'post', 'submitted', 'https://site.example/' || n, '#Werbung',
        ${ctx.now}::timestamptz - make_interval(mins => n), ${ctx.now} FROM generate_series(1, ${WAITING}::int) n`
    await ctx.db.$executeRaw`
      INSERT INTO "Share" (id, "programId", state, "tokenHash", words, name, preset, consent, "termsId", "submittedAt", "createdAt")
      SELECT 'shr_' || lpad(n::text, 26, '0'), ${ctx.program.id}, 'submitted', n::text, 'Lovely', 'Kim', 'web', '{}', 'x',
        ${ctx.now}::timestamptz - make_interval(mins => n * 9), ${ctx.now} FROM generate_series(1, ${ENTRIES}::int) n`
  })
}, 60_000)
afterAll(() => w.close())

/** Half of the runs, and all but one in twenty, take at most so many milliseconds. */
async function timed(name: string, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const from = performance.now()
    await work()
    took.push(performance.now() - from)
  }
  const at = (share: number) => took.toSorted((a, b) => a - b)[Math.ceil(share * RUNS) - 1]!
  console.info(`${name} of ${WAITING + ENTRIES} waiting: p50 ${at(0.5).toFixed(0)} ms, p95 ${at(0.95).toFixed(0)} ms`)
  return at(0.95)
}

test('the queue, the next one and the pinned count are quick with 10,000 that wait', async () => {
  expect(await ana.run('review queue')).toContain('Review queue: 9000 waiting')
  expect(await ana.run('review next')).toContain('1 of 10000 that wait')
  expect((await ana.press('Next')).text).toContain('2 of 10000 that wait')
  expect(await timed('/review queue', () => ana.run('review queue'))).toBeLessThan(BOUND_MS)
  expect(await timed('/review next', () => ana.run('review next'))).toBeLessThan(BOUND_MS)
  expect(await timed('Next', () => ana.press('Next'))).toBeLessThan(BOUND_MS)
  expect(await timed('the pinned count', () => w.within(showQueue))).toBeLessThan(BOUND_MS)
}, 60_000)
