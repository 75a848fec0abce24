import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const handIn = async (url: string) => {
  const asked = await mia.ask('submit', { url, caption: '#ad Look' })
  const { id } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { url } }))
  return { id, asked }
}

test('a question pings #review, the answer settles it, and the creator may reply', async () => {
  await handIn('https://site.example/q1')
  expect((await mia.press('Ask a question')).form!.fields.map((f) => [f.name, f.max])).toEqual([['words', 500]])
  expect((await mia.fill({ words: 'May I show the old bottle?' })).text).toContain('Your question is with the team')
  expect(await ana.sees('review')).toMatch(/Question: Mia, site\.example\/q1\nMia asks:\nMay I show the old bottle\?/)
  await ana.press('Answer')
  expect((await ana.fill({ words: 'Better the new one.' })).text).toContain('Said')
  expect(await mia.sees()).toMatch(/Ana says: site\.example\/q1\nBetter the new one\./)
  w.at(new Date(w.now.getTime() + 60_000))
  const review = await ana.sees('review')
  expect(review).toContain('This is answered or decided.')
  expect(review).not.toContain('May I show the old bottle?')
  await mia.press('Reply')
  await mia.fill({ words: 'And the label?' })
  expect(await ana.sees('review')).toContain('And the label?')
})

test('a decision settles what is still asked, and ends the talk', async () => {
  const { id } = await handIn('https://site.example/q2')
  await mia.run('review ask', { submission: id, words: 'Is this long enough?' })
  expect(await ana.sees('review')).toContain('Is this long enough?')
  await ana.run('review approve', { submission: id })
  // The thread ends when the decision can no longer be undone.
  w.at(new Date(w.now.getTime() + 11 * 60_000))
  await w.tick()
  w.at(new Date(w.now.getTime() + 60_000))
  expect(await ana.sees('review')).not.toContain('Is this long enough?')
  expect(await mia.run('review ask', { submission: id, words: 'Thanks!' })).toContain('This content is decided')
})

test('only its creator and managers talk about it, in at most 500 characters', async () => {
  const { id } = await handIn('https://site.example/q3')
  const ben = await w.creator('Ben')
  expect(await ben.run('review ask', { submission: id, words: 'What is this?' })).toContain('Only its creator and managers')
  expect(await mia.run('review ask', { submission: id, words: 'x'.repeat(501) })).toContain('at most 500 characters')
})
