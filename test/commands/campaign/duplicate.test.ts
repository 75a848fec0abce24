import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { opened } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

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
