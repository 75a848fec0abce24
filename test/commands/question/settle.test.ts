import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('only an answer settles a question, and only one’s own', async () => {
  const mia = await enlist(w, 'Mia')
  const ben = await enlist(w, 'Ben')
  const [draft, open] = await w.within(async (ctx) => {
    const own = { programId: w.programId, personId: mia.personId, words: 'Is it vegan?', createdAt: w.now }
    const make = (state: string) => ctx.db.question.create({ data: { ...own, id: ctx.id('question'), state } })
    return [await make('draft'), await make('open')]
  })
  expect(await mia.run('question settle', { question: draft!.id, answer: open!.id })).toContain('does not exist any more')
  expect(await ben.run('question settle', { question: draft!.id, answer: open!.id })).toContain('somebody else’s')
})
