import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('what several persons ask within 30 days is an idea; one who asks often is not', async () => {
  const ana = await w.manager('Ana')
  await w.within(async (ctx) => {
    const ask = (personId: string, words: string, sameAs: string | null, at = w.now) =>
      ctx.db.question.create({
        data: { id: ctx.id('question'), programId: w.programId, personId, words, sameAs, state: 'open', createdAt: at },
      })
    const root = await ask('per_a', 'When is the mist back?', null)
    await ask('per_b', 'Mist back when?', root.id)
    const lonely = await ask('per_a', 'Is it vegan?', null)
    await ask('per_a', 'Vegan, is it?', lonely.id)
    const old = await ask('per_a', 'Any candles?', null, new Date('2026-09-01T12:00:00Z'))
    await ask('per_b', 'Candles?', old.id)
  })
  const text = await ana.run('moment ideas')
  expect(text).toContain('2 asked: “When is the mist back?”')
  expect(text).not.toMatch(/vegan|candles/i)
})
