import { afterAll, beforeAll, expect, test } from 'vitest'
import { duplicate } from '../../../src/campaigns/plans.ts'
import { type World, world } from '../../world.ts'
import { opened } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a copy of a copy shows the brand material of what it was made from, and the first one shows none of theirs', async () => {
  const ana = await w.manager('Vera')
  const from = await opened(w, { title: 'With material' })
  await ana.run('asset add', { title: 'The logo', url: 'https://glow.example/logo.png', mission: from })
  const copy = (await w.within((ctx) => duplicate(ctx, from))).id
  const again = (await w.within((ctx) => duplicate(ctx, copy))).id
  await ana.run('asset add', { title: 'The new guide', url: 'https://glow.example/guide.pdf', mission: again })
  const shown = await ana.run('assets', { mission: again })
  expect(shown).toContain('The logo')
  expect(shown).toContain('The new guide')
  expect(await ana.run('assets', { mission: from })).not.toContain('The new guide')
  await w.within((ctx) => ctx.db.mission.deleteMany())
})

test('the last one, or the one that is named, as a new draft', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('campaign duplicate')).toContain('There is no mission yet.')
  const first = await opened(w, { title: 'First', dos: 'Daylight' })
  w.at('2026-11-20T13:00:00Z')
  await opened(w, { title: 'Second' })
  expect(await ana.run('campaign duplicate')).toContain('Draft: Second')
  expect(await ana.run('campaign duplicate', { mission: first })).toContain('Daylight')
  expect(await w.within((ctx) => ctx.db.mission.count({ where: { state: 'draft' } }))).toBe(2)
})
