/** Weeks and months are kept like days, as the sums of theirs. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { covered, coversOf } from '../../src/insight/daily.ts'
import { nichesOf, tallies } from '../../src/insight/tally.ts'
import { days } from '../../src/kernel/time.ts'
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
    expect(words(await nichesOf(ctx, creators))).toBe(words(niches))
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
