import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('written once, picked when asking for changes, alone or with words of one’s own; changed and removed by its title', async () => {
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  expect(await ana.run('review replies')).toContain('There is none yet.')
  expect((await ana.press('Write one')).form!.fields.map((f) => f.name)).toEqual(['title', 'words'])
  expect((await ana.fill({ title: 'Label first', words: 'Please begin with #Werbung.' })).text).toContain('Label first')
  await mia.run('submit', { url: 'https://site.example/a', caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  const [reply] = await ana.suggest('review changes', 'reply', 'label')
  expect(reply!.label).toBe('Label first')
  expect(await ana.run('review changes', { submission })).toContain('at least 5 characters')
  const { text } = await ana.ask('review changes', { submission, reply: reply!.value, note: '0:03 louder' })
  expect(text).toContain('Note: Please begin with #Werbung.')
  expect(text).toMatch(/0:03 +louder/)
  expect(await ana.run('review replies', { title: 'Label first', words: 'Begin with #Anzeige.' })).toContain('#Anzeige')
  expect(await ana.run('review replies', { title: 'Label first' })).toContain('There is none yet.')
  expect(await ana.run('review replies', { title: 'Label first' })).toContain('There is no ready answer called')
})
