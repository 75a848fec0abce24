/** Weeks and months are kept like days, as the sums of theirs. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { covered, coversOf } from '../../src/insight/daily.ts'
import { rollDays } from '../../src/insight/roll.ts'
import { addUp, longerNames } from '../../src/insight/roll-longer.ts'
import { nichesOf, tallies } from '../../src/insight/tally.ts'
import { days, hours } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'
import { credit, daily, ordered, whole, words } from './insight-daily-world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
})
afterAll(() => w.close())
const { within, rollAll, compare, kept } = daily(() => w)

test('niches added up from their creators are those that a count by niche gives', async () => {
  const { programId } = await kept()
  await within(programId)(async (ctx) => {
    const window = whole(ctx)
    const creators = [...(await tallies(ctx, { ...window, by: 'creator', brief: true }))].map(([key, now]) => ({ key, now }))
    const niches = await tallies(ctx, { ...window, by: 'niche', brief: true })
    expect(niches.size).toBeLessThan(creators.length)
    expect([...niches.values()].every(({ sales, clicks }) => sales.orders > 0 && clicks! > 0)).toBe(true)
    expect([...niches.values()].some(({ cost }) => cost.commissionMinor !== 0n)).toBe(true)
    const nicheOf = new Map((await ctx.db.creator.findMany()).map(({ id, niche }) => [id, niche]))
    expect(words(nichesOf(creators, (id) => nicheOf.get(id)))).toBe(words(niches))
  })
})

test('weeks and months are kept as well, and what changes one of their days undoes them', async () => {
  const { programId, lived } = await kept()
  const longer = () =>
    within(programId)(async (ctx) => (await coversOf(ctx, whole(ctx))).sales.days.filter((name) => name.includes(' ')))
  const before = await longer()
  expect(before).toEqual([
    ...['2026-08-17 week', '2026-08-24 week', '2026-09-01 month', '2026-10-01 month', '2026-11-02 week', '2026-11-09 week'],
  ])
  await within(programId)(async (ctx) => {
    const at = days(ctx.now, -45)
    await credit(ctx, await ordered(ctx, 'late', at), lived.creators[0]!, at)
  })
  expect(await longer()).toEqual([
    ...['2026-08-17 week', '2026-08-24 week', '2026-09-01 month', '2026-10-12 week', '2026-10-19 week', '2026-10-26 week'],
    ...['2026-11-02 week', '2026-11-09 week'],
  ])
  const { read, counted } = await compare(programId, whole, lived)
  expect(read).toEqual(counted)
  await rollAll(programId)
  expect(await longer()).toEqual(before)
})
test('a week that can’t be whole keeps neither days nor other weeks from being counted', async () => {
  const { programId, lived } = await kept()
  const same = async () => {
    const { read, counted } = await compare(programId, whole, lived)
    expect(read).toEqual(counted)
  }
  const all = await within(programId)((ctx) => coversOf(ctx, { from: days(ctx.now, -120), to: ctx.now }, ['week', 'month']))
  await within(programId)(async ({ db }) => {
    // As where the rules for a zone change between two days.
    const torn = await db.dayDone.findFirstOrThrow({ where: { programId, part: 'sales', day: '2026-11-12' } })
    const key = { programId_part_day: { programId, part: 'sales', day: '2026-11-12' } }
    await db.dayDone.update({ where: key, data: { from: hours(torn.from, 1) } })
    const names = ['2026-11-09 week', '2026-10-12 week', '2026-10-01 month', '2026-09-07 week']
    await db.dayUndone.createMany({ data: names.map((day) => ({ programId, part: 'sales', day })) })
  })
  await same()
  for (let turn = 0; turn < 3; turn++) expect((await rollDays(within(programId), 3_000)).left).toBe(1)
  const { sales } = await within(programId)((ctx) => coversOf(ctx, { from: days(ctx.now, -120), to: ctx.now }, ['week', 'month']))
  expect(sales.days).toEqual(all.sales.days.filter((name) => name !== '2026-11-09 week'))
  await same()
})

test('after an older version counted the days by its law, weeks and months wait for theirs and come again', async () => {
  const { programId, lived } = await kept()
  await within(programId)(async (ctx) => {
    const at = days(ctx.now, -500)
    await credit(ctx, await ordered(ctx, 'long ago', at), lived.creators[0]!, at)
  })
  await rollAll(programId)
  await within(programId)(async ({ db }) => {
    await db.dayDone.updateMany({ where: { programId, NOT: { day: { contains: ' ' } } }, data: { law: 'of before' } })
    const longer = await db.dayDone.findMany({ where: { programId, day: { contains: ' ' } } })
    // More than are noted at a time, so that they would leave no room for their days.
    expect(longer.length).toBeGreaterThan(150)
    await db.dayUndone.createMany({ data: longer.map(({ part, day }) => ({ programId, part, day })) })
  })
  await rollAll(programId)
  const { sales } = await within(programId)((ctx) => coversOf(ctx, whole(ctx)))
  expect(sales.days).toContain('2026-10-01 month')
  const { read, counted } = await compare(programId, whole, lived)
  expect(read).toEqual(counted)
})

test('whoever read that a month is kept finds its rows, though it is not whole any more when it is added up', async () => {
  const { programId, lived } = await kept()
  const rows = () =>
    within(programId)((ctx) =>
      ctx.db.daily.findMany({ where: { programId, part: 'sales', way: 'all', day: '2026-10-01 month' } }),
    )
  const before = await rows()
  expect(before).toHaveLength(1)
  await within(programId)(async (ctx) => {
    const at = days(ctx.now, -45)
    await credit(ctx, await ordered(ctx, 'late', at), lived.creators[0]!, at)
    await ctx.db.dayUndone.deleteMany({ where: { programId, part: 'sales', day: { not: '2026-10-06' } } })
    expect(await addUp(ctx, 'sales', ['2026-10-01 month'])).toBe(0)
  })
  expect(await rows()).toEqual(before)
  await rollAll(programId)
  expect((await rows())[0]!.orders).toBe(before[0]!.orders + 1n)
})

test('the names of weeks and months that lie within days', () => {
  expect(longerNames('2025-12-29', '2026-02-03')).toEqual([
    ...['2026-01-26 week', '2026-01-19 week', '2026-01-12 week', '2026-01-05 week', '2025-12-29 week', '2026-01-01 month'],
  ])
  expect(longerNames('2026-03-03', '2026-03-30')).toEqual(['2026-03-23 week', '2026-03-16 week', '2026-03-09 week'])
})

test('a window is its kept days and what is left between them; of two that overlap one is taken', () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour))
  const day = (name: string, from: number, to: number) => ({ day: name, from: at(from), to: at(to) })
  const span = (from: number, to: number) => ({ from: at(from), to: at(to) })
  expect(covered(span(0, 90), [day('a', 5, 29), day('b', 28, 52), day('c', 53, 77), day('d', 77, 90)])).toEqual({
    days: ['a', 'c', 'd'],
    live: [span(0, 5), span(29, 53)],
  })
  // A week that begins a day before a month leaves it the month.
  expect(covered(span(0, 200), [day('week', 0, 70), day('day', 0, 10), day('month', 10, 150), day('last', 150, 160)])).toEqual({
    days: ['day', 'month', 'last'],
    live: [span(160, 200)],
  })
  expect(covered(span(0, 9), [])).toEqual({ days: [], live: [span(0, 9)] })
})
