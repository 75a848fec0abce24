import { afterAll, beforeAll, expect, test } from 'vitest'
import { letterWords } from '../../../src/messages/rules-newsletter.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
})
afterAll(() => w.close())

test('a manager sees what would go out; a creator may not', async () => {
  const ana = await w.manager('Ana')
  await ana.run('season create', {
    kind: 'custom',
    title: 'Winter sprint',
    from: '2026-11-20',
    until: '2026-11-30',
    prizes: 'Dinner',
  })
  expect(await ana.run('newsletter show')).toContain('Winter sprint runs until')
  const mia = await w.creator('Mia')
  expect(await mia.run('newsletter show')).toMatch(/is for managers/)
})

test('whatever there is to say, it stays as short as a broadcast', () => {
  const missions = Array.from({ length: 40 }, () => ({ title: '🌿'.repeat(80), fee: null, closesAt: null }))
  const words = letterWords({ words: '🙂'.repeat(1_800), missions, star: null, seasons: [] }, 'UTC', 'en')!
  expect([...words]).toHaveLength(1_800)
  expect(letterWords({ missions: [], star: null, seasons: [] }, 'UTC', 'en')).toBeNull()
})
