import { afterAll, beforeAll, expect, test } from 'vitest'
import { suggestOpen } from '../../../src/moments/questions.ts'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a tag of many words becomes one, a strange one is refused, and creators do not answer', async () => {
  const mia = await enlist(w, 'Mia')
  const ana = await w.manager('Ana')
  await mia.run('ask', { words: 'Is the balm vegan?' })
  const { id } = await w.within((ctx) => ctx.db.question.findFirstOrThrow())
  expect(await w.within((ctx) => suggestOpen(ctx, 'balm'))).toEqual([{ label: 'Is the balm vegan?', value: id }])
  expect(await ana.run('question answer', { question: id, words: 'Yes', tag: '<b>' })).toContain('This is no tag.')
  expect(await mia.run('question answer', { question: id, words: 'Yes' })).toContain('is for managers')
  expect(await ana.run('question answer', { question: id, words: 'Yes', tag: '#Night  Balm' })).toContain('#night-balm')
})
