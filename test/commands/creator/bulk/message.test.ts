import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a preview as they will read it, then a card in each private place and nowhere else', async () => {
  const ana = await w.manager('Ana')
  const [mia, bo] = [await w.creator('Mia'), await w.creator('Bo', { niche: 'food' })]
  await ana.ask('creator invite', { name: 'Lou' })
  await ana.ask('creator list')
  await ana.press('Message all')
  const { text } = await ana.fill({ words: 'New serum next week.\n\n<b>Ask</b> for a sample.' })
  expect(text).toMatch(/^Write to 2 creators\?\n/)
  expect(text).toContain('New serum next week.\n<b>Ask</b> for a sample.')
  expect(text).toContain('1 creator has no account yet')
  expect(await mia.sees()).not.toContain('serum')
  expect((await ana.press('Send message')).text).toContain('The message goes to 2 creators')
  for (const one of [mia, bo]) expect(await one.sees()).toMatch(/News from Glow\nNew serum next week\.[\s\S]*Ana, for the team/)
  expect(await ana.sees('start-here')).not.toContain('serum')
})
