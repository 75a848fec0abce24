import { expect, test } from 'vitest'
import { approved, brings } from '../../boards.ts'
import { world } from '../../world.ts'

test('an empty season, one creator, and names that are long, emoji or right to left', async () => {
  const w = await world()
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await ana.run('season create', { kind: 'month', metric: 'streak' })
  const { id } = await w.within((ctx) => ctx.db.season.findFirstOrThrow())
  expect((await mia.suggest('season show', 'season')).map(({ label }) => label)).toEqual(['November 2026, streak'])
  await ana.run('season create', { kind: 'month', metric: 'revenue' })
  expect((await mia.suggest('season show', 'season', 'net')).map(({ label }) => label)).toEqual(['November 2026, net revenue'])
  expect(await mia.run('season show', { season: id })).toMatch(/first place is free[\s\S]*You are not on this board yet/)
  await w.within((ctx) => approved(ctx, mia.creatorId, '2026-11-18T10:00:00Z'))
  await w.within((ctx) => approved(ctx, mia.creatorId, '2026-11-11T10:00:00Z'))
  expect(await mia.run('season show', { season: id })).toMatch(/1 +You +2/)
  await w.within(async (ctx) => {
    for (const name of ['م'.repeat(200), '🦄💄'.repeat(20), 'W'.repeat(200)])
      await approved(ctx, await brings(ctx, name), '2026-11-18T10:00:00Z')
  })
  expect(await ana.run('season show', { season: id })).toContain('🦄💄')
  expect((await ana.run('season end', { season: id })).startsWith('Over: November 2026')).toBe(true)
  const board = await mia.sees('leaderboard')
  expect(board).toMatch(/Picture: Leaderboard of November 2026[^\]]*1\. Mia: 2 weeks/)
  await w.close()
})
