import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('each version with its words and links beside the one before, and the note it answers', async () => {
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  await mia.run('submit', { url: 'https://site.example/a https://site.example/b', caption: '#Werbung My honest morning' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  const once = await ana.run('review history', { submission })
  expect(once).toContain('#Werbung My honest morning')
  expect(once).toContain('Links and files: https://site.example/a, https://site.example/b')
  await ana.run('review changes', { submission, note: 'Say less\n0:12 softer light' })
  const asked = (await ana.press('Tell now')).text
  expect(asked).toContain('Changes asked for by Ana')
  expect(await mia.sees()).toMatch(/At +Please change\n0:12 +softer light/)
  await mia.press('Hand in again')
  await mia.fill({ caption: '#Werbung My morning', url: 'https://site.example/b' })
  const { text } = await ana.press('What changed')
  expect(text).toContain('#Werbung My [−honest ]morning')
  expect(text).toContain('Note: Say less')
  expect(text).toContain('Gone: https://site.example/a')
  expect(await mia.run('review history', { submission })).toContain('is for managers')
})
