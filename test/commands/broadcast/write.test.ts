import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world({ now: '2026-11-24T12:00:00Z' })
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('a manager sees what it says and whom it would reach before anybody gets it, and may write it anew', async () => {
  const said = await ana.run('broadcast write', {
    title: 'New serum',
    words: 'First part.\n\nSecond part.',
    audience: 'beauty, DE',
  })
  expect(said).toMatch(/^Preview: New serum/)
  expect(said).toMatch(/For +beauty · DE\nFits +1 creator\nWould get it +1 in the chat, 0 by e-mail/)
  expect(said).toContain('Second part.')
  const { form } = await ana.press('Rewrite')
  expect(form?.fields.map((field) => field.name)).toEqual(['title', 'words', 'audience', 'link'])
  expect((await ana.fill({ title: 'Newer serum', words: 'x' })).text).toMatch(/^Preview: Newer serum[\s\S]*Every active creator/)
  expect(await w.within((ctx) => ctx.db.broadcast.count())).toBe(1)
  expect(await mia.sees()).not.toContain('serum')
})

test('an audience that nobody is in is refused by its word', async () => {
  expect(await ana.run('broadcast write', { title: 'x', words: 'y', audience: 'beuaty' })).toContain(
    'Nobody in the program is “beuaty”.',
  )
  expect(await ana.run('broadcast write', { title: 'x', words: 'y', audience: 'paused' })).toMatch(
    /Every creator who is paused\nFits +0 creators/,
  )
})
