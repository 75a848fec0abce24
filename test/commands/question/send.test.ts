import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('what was kept is sent once, and is forgotten after a day without a press', async () => {
  const mia = await enlist(w, 'Mia')
  const own = { programId: w.programId, personId: mia.personId, state: 'draft', createdAt: w.now }
  const id = await w.within(async (ctx) => {
    await ctx.db.question.create({ data: { ...own, id: ctx.id('question'), words: 'Never sent at all' } })
    return (await ctx.db.question.create({ data: { ...own, id: ctx.id('question'), words: 'Is it vegan?' } })).id
  })
  expect(await mia.run('question send', { question: id })).toContain('is with the team')
  await mia.run('question send', { question: id })
  const ana = await w.manager('Ana')
  expect((await ana.sees('managers')).match(/Is it vegan/g)).toHaveLength(1)
  w.at('2026-11-22T12:00:00Z')
  await w.tick()
  expect(await w.within((ctx) => ctx.db.question.findMany({ select: { words: true } }))).toEqual([{ words: 'Is it vegan?' }])
})
