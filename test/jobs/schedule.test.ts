import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { plain } from '../../src/kernel/plain.ts'
import { addDays, hours, instantOf, minutes, nextLocal, type Rhythm } from '../../src/kernel/time.ts'
import { setPaused } from '../../src/programs/schedule.ts'
import { brings, cardOf, postsTo, sell } from '../boards.ts'
import { type World, world } from '../world.ts'

let w: World
afterEach(() => w.close())

const ring = () => w.app.runJob('schedule')
const inProgram = <T>(programId: string, work: (ctx: Context) => Promise<T>): Promise<T> => w.app.within(programId, work)
const scheduleOf = (programId: string) =>
  inProgram(programId, (ctx) => ctx.db.schedule.findFirstOrThrow({ where: { name: 'leaderboard' } }))
const seasonsOf = (programId: string) =>
  inProgram(programId, async (ctx) => (await ctx.db.season.findMany({ orderBy: { from: 'asc' } })).map((season) => season.period))
const postsOf = (programId: string) => inProgram(programId, (ctx) => ctx.db.outbox.count({ where: { audience: 'leaderboard' } }))

describe('the schedule job', () => {
  beforeEach(async () => {
    w = await world({ now: '2026-11-20T12:00:00Z' })
  })

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

  test('after five weeks of silence each week is closed in order, once, and one post says so beside the board of the last', async () => {
    w.at('2026-12-29T15:00:00Z')
    await ring()
    await ring()
    const weeks = [47, 48, 49, 50, 51, 52].map((week) => `2026-W${week}`)
    expect(await seasonsOf(w.programId)).toEqual(weeks)
    const posts = await inProgram(w.programId, (ctx) => postsTo(ctx, 'leaderboard'))
    expect(posts.map(({ key, version }) => [key, version])).toEqual([
      ['leaderboard:2026-W52', 1],
      ['leaderboard:missed:2026-W52', 1],
    ])
    const said = plain(cardOf(posts[1]))
    expect(said).toContain('Troupe did not run when the boards of these weeks were due.')
    for (const week of [47, 48, 49, 50, 51]) expect(said).toContain(`Week ${week}, net revenue`)
    expect(said).not.toContain('Week 52')
    expect((await scheduleOf(w.programId)).nextAt.toISOString()).toBe('2027-01-04T08:00:00.000Z')
  })

  test('each week that was missed is closed in a transaction of its own, for many of them would never end in time', async () => {
    w.at('2026-12-29T15:00:00Z')
    await Promise.all([ring(), ring()])
    const rows = await inProgram(
      w.programId,
      (ctx) => ctx.db.$queryRaw<{ xmin: string }[]>`SELECT DISTINCT xmin::text FROM "Season"`,
    )
    expect(rows).toHaveLength(6)
  })

  test('a week that was missed pays the prizes of its own places', async () => {
    const rule = { id: 'rwr_top', kind: 'top', number: 1, season: 'week', minor: 20_00n, budgetMinor: 500_00n }
    const creatorId = await inProgram(w.programId, async (ctx) => {
      const row = {
        ...rule,
        programId: w.programId,
        state: 'running',
        createdBy: 'per_x',
        since: ctx.now,
        createdAt: ctx.now,
      }
      await ctx.db.rewardRule.create({ data: row })
      const mia = await brings(ctx, 'Mia')
      for (const day of ['18', '25']) await sell(ctx, mia, { at: `2026-11-${day}T10:00:00Z`, base: 50_00n })
      return mia
    })
    w.at('2026-12-01T15:00:00Z')
    await ring()
    await w.app.runJob('due')
    const paid = await inProgram(w.programId, (ctx) => ctx.db.ruleReward.findMany({ where: { creatorId } }))
    expect(paid).toHaveLength(2)
  })

  test('a rule that was started after missed weeks pays for none of them', async () => {
    await inProgram(w.programId, async (ctx) => {
      const mia = await brings(ctx, 'Mia')
      for (const day of ['18', '25']) await sell(ctx, mia, { at: `2026-11-${day}T10:00:00Z`, base: 50_00n })
    })
    w.at('2026-12-08T15:00:00Z')
    await inProgram(w.programId, async (ctx) => {
      const rule = { id: 'rwr_top', kind: 'top', number: 1, season: 'week', minor: 20_00n, budgetMinor: 500_00n }
      const since = { state: 'running', createdBy: 'per_x', since: ctx.now, createdAt: ctx.now }
      await ctx.db.rewardRule.create({ data: { ...rule, ...since, programId: w.programId } })
    })
    await ring()
    await w.app.runJob('due')
    expect(await seasonsOf(w.programId)).toHaveLength(3)
    expect(await inProgram(w.programId, (ctx) => ctx.db.ruleReward.count())).toBe(0)
  })

  test('what fell into a pause is not made up for', async () => {
    const pause = (paused: boolean) => inProgram(w.programId, (ctx) => setPaused(ctx, 'leaderboard', paused))
    await pause(true)
    w.at('2026-12-10T12:00:00Z')
    await pause(false)
    w.at('2026-12-14T08:00:00Z')
    await ring()
    expect(await seasonsOf(w.programId)).toEqual(['2026-W50'])
    expect(await postsOf(w.programId)).toBe(1)
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
    await inProgram(w.programId, (ctx) =>
      ctx.db.schedule.updateMany({ where: { name: 'leaderboard' }, data: { name: 'from a newer version' } }),
    )
    w.at('2026-11-23T08:00:00Z')
    await ring()
    expect(
      await inProgram(w.programId, (ctx) => ctx.db.schedule.findFirstOrThrow({ where: { name: 'from a newer version' } })),
    ).toMatchObject({ lastAt: null })
  })
})

describe('weekly at a local midnight that the clocks skip', () => {
  // Midnight of this day does not exist there; the ring comes at 01:00.
  const places = [
    { zone: 'America/Santiago', skips: '2026-09-06', weekday: 7, ring: '2026-09-06T04:00:00.000Z' },
    { zone: 'America/Havana', skips: '2026-03-08', weekday: 7, ring: '2026-03-08T05:00:00.000Z' },
    { zone: 'Asia/Beirut', skips: '2026-03-29', weekday: 7, ring: '2026-03-28T22:00:00.000Z' },
    { zone: 'Africa/Cairo', skips: '2026-04-24', weekday: 5, ring: '2026-04-23T22:00:00.000Z' },
  ]

  test.each(places)('$zone, $skips: neither skipped nor doubled', async ({ zone, skips, weekday, ring: gap }) => {
    const local = (weeks: number) => instantOf(addDays(skips, 7 * weeks), '00:00', zone)
    const expected = [-2, -1, 0, 1, 2].map(local)
    const begin = hours(expected[0]!, -30)
    const near = expected.flatMap((at) => [minutes(at, -1), at, minutes(at, 1), minutes(at, 59), minutes(at, 61)])
    const far = Array.from({ length: 62 }, (_, n) => hours(begin, 12 * n))
    const ticks = [...new Set([...near, ...far].map((at) => at.getTime()))].sort((a, b) => a - b)
    w = await world({ now: begin.toISOString(), program: { zone } })
    const { programId } = w
    const rhythm: Rhythm = { every: 'week', at: '00:00', weekday }
    await inProgram(programId, (ctx) =>
      ctx.db.schedule.updateMany({ where: { name: 'leaderboard' }, data: { rhythm, nextAt: nextLocal(rhythm, zone, ctx.now) } }),
    )
    const rung: string[] = []
    for (const tick of ticks) {
      w.at(new Date(tick))
      await ring()
      const { lastAt } = await scheduleOf(programId)
      if (lastAt?.getTime() === tick) rung.push(lastAt.toISOString())
    }
    expect(rung).toEqual(expected.map((at) => at.toISOString()))
    expect(rung[2]).toBe(gap)
    // Each turn posted the board of a week of its own.
    expect(await seasonsOf(programId)).toHaveLength(5)
    expect(await postsOf(programId)).toBe(5)
  })
})
