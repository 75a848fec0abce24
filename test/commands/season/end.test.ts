import { expect, test } from 'vitest'
import { sell } from '../../boards.ts'
import { world } from '../../world.ts'

test('a season is ended once, by a manager, and not before it has begun', async () => {
  const w = await world()
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await ana.run('season create', { kind: 'custom', from: '2026-12-01', until: '2026-12-05' })
  const { id } = await w.within((ctx) => ctx.db.season.findFirstOrThrow())
  expect(await ana.run('season end', { season: id })).toContain('has not begun')
  expect(await mia.run('season end', { season: id })).toMatch(/^Not allowed/)
  w.at('2026-12-03T12:00:00Z')
  await w.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-12-02T10:00:00Z', base: 500n }))
  const both = await Promise.all([1, 2].map(() => ana.run('season end', { season: id })))
  expect(both.filter((said) => said.startsWith('Over'))).toHaveLength(1)
  // What comes in the days that were cut off no longer counts.
  await w.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-12-04T10:00:00Z', base: 500n }))
  expect(await mia.run('season show', { season: id })).toMatch(/1 +You +1\b/)
  await w.close()
})
