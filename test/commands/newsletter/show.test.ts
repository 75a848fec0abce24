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

test('a creator of the week who was banned since, or would not be named, is not praised in it', async () => {
  const [ana, leo] = [await w.manager('Bea'), await w.creator('Leo')]
  const star = { period: '2026-W46', creatorId: leo.creatorId, reasons: ['3 orders', '2 approved pieces'] }
  await w.within((ctx) =>
    ctx.db.star.create({ data: { ...star, programId: ctx.program.id, at: new Date('2026-11-09T00:00:00Z') } }),
  )
  expect(await ana.run('newsletter show')).toContain('Creator of the week: Leo (3 orders, 2 approved pieces).')
  await ana.run('creator ban', { creator: leo.creatorId, why: 'Bought followers' })
  expect(await ana.run('newsletter show')).not.toContain('Creator of the week')
})
