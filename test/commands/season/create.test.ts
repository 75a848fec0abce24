import { afterAll, beforeAll, expect, test } from 'vitest'
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
