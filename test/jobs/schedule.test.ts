import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { nextLocal, type Rhythm } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'

let w: World
beforeEach(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
})
afterEach(() => w.close())
afterAll(() => {})

const ring = () => w.app.runJob('schedule')
const inProgram = <T>(programId: string, work: (ctx: Context) => Promise<T>): Promise<T> => w.app.within(programId, work)
const scheduleOf = (programId: string) => inProgram(programId, (ctx) => ctx.db.schedule.findFirstOrThrow({ where: { name: 'leaderboard' } }))
const seasonsOf = (programId: string) =>
  inProgram(programId, async (ctx) => (await ctx.db.season.findMany({ orderBy: { from: 'asc' } })).map((season) => season.period))
const postsOf = (programId: string) => inProgram(programId, (ctx) => ctx.db.outbox.count({ where: { audience: 'leaderboard' } }))

test('the weekly board posts itself on Monday at nine of the program, once, however often it is rung', async () => {
  expect((await scheduleOf(w.programId)).nextAt.toISOString()).toBe('2026-11-23T08:00:00.000Z')
  w.at('2026-11-23T07:59:59Z')
  await ring()
  expect(await postsOf(w.programId)).toBe(0)
  w.at('2026-11-23T08:00:00Z')
  for (let n = 0; n < 3; n++) await ring()
  expect(await seasonsOf(w.programId)).toEqual(['2026-W47'])
  expect(await postsOf(w.programId)).toBe(1)
  expect(await scheduleOf(w.programId)).toMatchObject({ lastAt: w.now, nextAt: new Date('2026-11-30T08:00:00Z') })
})

test('two workers that ring at once post one board', async () => {
  w.at('2026-11-23T08:00:30Z')
  await Promise.all([ring(), ring(), ring()])
  const posts = await inProgram(w.programId, (ctx) => ctx.db.outbox.findMany({ where: { audience: 'leaderboard' } }))
  expect(posts.map(({ key, version }) => [key, version])).toEqual([['leaderboard:2026-W47', 1]])
})

test('after five weeks of silence it is caught up once, for the week that ended last', async () => {
  w.at('2026-12-29T15:00:00Z')
  await ring()
  await ring()
  expect(await seasonsOf(w.programId)).toEqual(['2026-W52'])
  expect((await scheduleOf(w.programId)).nextAt.toISOString()).toBe('2027-01-04T08:00:00.000Z')
})

test('a paused schedule rests', async () => {
  await inProgram(w.programId, (ctx) => ctx.db.schedule.updateMany({ data: { paused: true } }))
  w.at('2026-11-23T08:00:00Z')
  await ring()
  expect(await postsOf(w.programId)).toBe(0)
})

test('a post that fails leaves its schedule due, and other programs are posted all the same', async () => {
  const [broken, fine] = [w.programId, await w.neighbour()]
  const policy = await inProgram(broken, async (ctx) => {
    await ctx.db.program.update({ where: { id: broken }, data: { policy: { leaderboard: 'by mood' } } })
    return ctx.program.policy
  })
  w.at('2026-11-23T14:00:00Z')
  w.app.log.level = 'silent'
  await ring()
  w.app.log.level = 'error'
  expect(await seasonsOf(fine)).toEqual(['2026-W47'])
  expect(await seasonsOf(broken)).toEqual([])
  expect(await scheduleOf(broken)).toMatchObject({ lastAt: null, nextAt: new Date('2026-11-23T08:00:00Z') })
  await inProgram(broken, (ctx) => ctx.db.program.update({ where: { id: broken }, data: { policy: policy as object } }))
  await ring()
  expect(await seasonsOf(broken)).toEqual(['2026-W47'])
})

test('a schedule that nothing here knows is left alone', async () => {
  await inProgram(w.programId, (ctx) => ctx.db.schedule.updateMany({ data: { name: 'from a newer version' } }))
  w.at('2026-11-23T08:00:00Z')
  await ring()
  expect(await inProgram(w.programId, (ctx) => ctx.db.schedule.findFirstOrThrow())).toMatchObject({ lastAt: null })
})

describe('weekly at a local midnight that the clocks skip', () => {
  // Midnight of this day does not exist there; the ring comes at 01:00.
  const places = [
    { zone: 'America/Santiago', skips: '2026-09-06', weekday: 7, ring: '2026-09-06T04:00:00.000Z' },
    { zone: 'America/Havana', skips: '2026-03-08', weekday: 7, ring: '2026-03-08T05:00:00.000Z' },
    { zone: 'Asia/Beirut', skips: '2026-03-29', weekday: 7, ring: '2026-03-28T22:00:00.000Z' },
    { zone: 'Africa/Cairo', skips: '2026-04-24', weekday: 5, ring: '2026-04-23T22:00:00.000Z' },
  ]

  test.each(places)('$zone, $skips: neither skipped nor doubled', async ({ zone, skips, weekday, ring: expected }) => {
    const begin = new Date(`${skips}T12:00:00Z`).getTime() - 17 * 86_400_000
    w.at(new Date(begin))
    const programId = await w.neighbour({ zone })
    const rhythm: Rhythm = { every: 'week', at: '00:00', weekday }
    await inProgram(programId, (ctx) => ctx.db.schedule.updateMany({ data: { rhythm, nextAt: nextLocal(rhythm, zone, ctx.now) } }))
    const rung: string[] = []
    const tick = async (ms: number) => {
      w.at(new Date(ms))
      await ring()
      const { lastAt } = await scheduleOf(programId)
      if (lastAt && lastAt.toISOString() !== rung.at(-1)) rung.push(lastAt.toISOString())
    }
    // Every fifteen minutes in the six hours around each turn of the local week, every six hours between.
    const turn = new Date(expected).getTime()
    for (let ms = begin; ms < begin + 31 * 86_400_000; ) {
      const fromTurn = Math.abs(((ms - turn + 3.5 * 86_400_000 + 70 * 86_400_000) % (7 * 86_400_000)) - 3.5 * 86_400_000)
      await tick(ms)
      ms += fromTurn <= 3 * 3_600_000 ? 900_000 : 3 * 3_600_000
    }
    expect(rung).toContain(expected)
    const days = rung.map((at) => new Date(at).toLocaleDateString('sv', { timeZone: zone }))
    const skipped = new Date(`${skips}T12:00:00Z`).getTime()
    expect(days).toEqual([-14, -7, 0, 7, 14].slice(0, days.length).map((n) => new Date(skipped + n * 86_400_000).toISOString().slice(0, 10)))
    expect(days.length).toBeGreaterThanOrEqual(4)
    expect(new Set(await seasonsOf(programId)).size).toBe(days.length)
    // The other program of this house was rung each Monday meanwhile.
    expect((await seasonsOf(w.programId)).length).toBeGreaterThanOrEqual(0)
  })
})
