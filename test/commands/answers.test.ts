import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('answers are found by their words, best first, and by tag; strangers are asked to join', async () => {
  const mia = await enlist(w, 'Mia')
  const ana = await w.manager('Ana')
  expect(await mia.run('answers')).toContain('Nothing was asked yet.')
  await mia.run('ask', { words: 'Where is the soap made?' })
  expect(await mia.run('answers')).toMatch(/Nothing was answered yet\.\n1 question waits for an answer\./)
  expect(await ana.run('answers')).toContain('Waits for an answer: Where is the soap made?')
  await ana.press('Answer')
  expect((await ana.fill({ words: 'In Halle.' })).text).toContain('Answered')
  // Who is no creator has nobody to ask.
  expect(await ana.run('answers')).not.toMatch(/Waits for an answer|\[Ask/)
  expect(await mia.run('answers')).toContain('[Ask something else]')
  const ask = async (words: string, answer: string, tag: string) => {
    await mia.run('ask', { words })
    const { id } = await w.within((ctx) => ctx.db.question.findFirstOrThrow({ where: { state: 'open' } }))
    await ana.run('question answer', { question: id, words: answer, tag })
  }
  await ask('Is the night balm vegan?', 'Yes, without beeswax.', 'balm')
  await ask('How long does shipping take?', 'Two days; the balm leaves from Berlin.', 'shipping')
  const found = await mia.run('answers', { search: 'balms' })
  expect(found.indexOf('vegan')).toBeLessThan(found.indexOf('shipping take'))
  expect(await mia.run('answers', { search: 'balm', tag: 'shipping' })).not.toContain('vegan')
  expect(await mia.run('answers', { search: 'vegan unicorn' })).toMatch(/come near[\s\S]*beeswax/)
  expect(await mia.run('answers', { search: 'vegna' })).toMatch(/come near[\s\S]*beeswax/)
  expect(await mia.run('answers', { search: 'beesw' })).toMatch(/come near[\s\S]*beeswax/)
  expect(await mia.run('answers', { search: 'shiping' })).toMatch(/come near[\s\S]*Two days/)
  expect(await mia.run('answers', { search: 'calm' })).toContain('Nothing was answered')
  expect(await mia.run('ask', { words: 'Is the nihgt blam vegann?' })).toMatch(/Perhaps this is it[\s\S]*beeswax/)
  expect(await mia.run('answers', { search: `"' & | ! <-> \\ :*` })).toContain('Nothing was answered')
  expect(await (await w.applicant('Zed')).run('answers')).toContain('Join first')
})
