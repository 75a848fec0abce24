import { afterAll, beforeAll, expect, test } from 'vitest'
import { due } from '../../../src/recognition/seasons.ts'
import { postRunningWeek } from '../../../src/recognition/service.ts'
import { sell } from '../../boards.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('days that are none, stand the wrong way round or are over are refused with what is right', async () => {
  const own = (from: string, until: string) => ana.run('season create', { kind: 'custom', from, until })
  expect(await own('tomorrow', '2026-12-01')).toMatch(/"tomorrow" is not a day[\s\S]*2026-12-01/)
  expect(await own('2026-02-30', '2026-12-01')).toMatch(/not a|2026-02-30/)
  expect(await own('2026-12-05', '2026-12-01')).toContain('The last day is before the first.')
  expect(await own('2026-11-01', '2026-11-19')).toContain('These days are over.')
  expect(await own('2026-11-01', '2029-11-19')).toContain('a year at most')
  expect(await ana.run('season create', { kind: 'custom' })).toContain('first and its last day')
  // A month that begins today, and is announced to everybody, is not what was meant.
  expect(await ana.run('season create', { kind: 'month', from: '2026-12-01' })).toContain('Only days of your own')
  expect(await w.within((ctx) => ctx.db.season.count())).toBe(0)
})

test('the same season is started once', async () => {
  expect(await ana.run('season create', { kind: 'quarter' })).toContain('Started: quarter 4 of 2026')
  expect(await ana.run('season create', { kind: 'quarter' })).toContain('by this measure already')
  expect(await ana.run('season create', { kind: 'quarter', metric: 'streak' })).toContain('Started')
})

test('a month that was ended early can begin anew, counts from then on, and goes on by itself', async () => {
  const w2 = await world({ now: '2026-11-10T12:00:00Z' })
  const [bea, mia] = [await w2.manager('Bea'), await w2.creator('Mia')]
  const runs = () => w2.within((ctx) => ctx.db.season.findFirst({ where: { kind: 'month', frozenAt: null } }))
  await bea.run('season create', { kind: 'month' })
  await w2.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-11-09T10:00:00Z', base: 500n }))
  await bea.run('season end', { season: (await runs())!.id })
  w2.at('2026-11-12T12:00:00Z')
  expect(await bea.run('season create', { kind: 'month' })).toContain('Started: November 2026')
  expect(await bea.run('season create', { kind: 'month' })).toContain('by this measure already')
  await w2.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-11-12T10:00:00Z', base: 500n }))
  w2.at('2026-11-13T12:00:00Z')
  await w2.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-11-13T10:00:00Z', base: 500n }))
  await w2.tick()
  const again = (await runs())!
  expect([again.from.toISOString(), again.to.toISOString()]).toEqual(['2026-11-12T12:00:00.000Z', '2026-11-30T23:00:00.000Z'])
  expect(await mia.run('season show', { season: again.id })).toMatch(/^Leaderboard: November 2026\n[\s\S]*1 +You +1\b/)
  await bea.run('season end', { season: again.id })
  expect(await bea.run('season create', { kind: 'month' })).toContain('Started: November 2026')
  w2.at('2026-12-01T00:00:00Z')
  await w2.app.runJob('schedule')
  expect((await runs())?.period).toBe('2026-12')
  expect(await mia.sees('leaderboard')).toContain('Leaderboard of November 2026')
  await w2.close()
})

test('where a week was begun anew, the post of how it stands says that it is over once it is', async () => {
  const w3 = await world({ now: '2026-11-17T12:00:00Z' })
  const bea = await w3.manager('Bea')
  await bea.run('season create', { kind: 'week' })
  const first = await w3.within((ctx) => ctx.db.season.findFirstOrThrow({ where: { frozenAt: null } }))
  await bea.run('season end', { season: first.id })
  w3.at('2026-11-18T12:00:00Z')
  await bea.run('season create', { kind: 'week' })
  await w3.within(postRunningWeek)
  expect(await bea.sees('leaderboard')).toContain('Leaderboard so far, week 47')
  w3.at('2026-11-23T12:00:00Z')
  await w3.within(due)
  const seen = await bea.sees('leaderboard')
  expect(seen).toContain('This week is over.')
  expect(seen).not.toContain('The final board comes')
  await w3.close()
})
