import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a video is asked where it says that it is advertising; the managers read the two ticks', async () => {
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  const asked = await mia.run('submit', { url: 'https://site.example/a', kind: 'short_video', caption: '#Werbung' })
  expect(asked).toContain('do you say that it is advertising')
  expect(await ana.sees('review')).toMatch(/In the video +Spoken: not said · on screen: not said/)
  expect((await mia.press('Spoken, on screen')).form!.fields.map((f) => f.name)).toEqual(['spoken', 'shown'])
  const { text } = await mia.fill({ spoken: 'no', shown: 'yes' })
  expect(text).not.toContain('[Spoken, on screen]')
  expect(
    await ana.run('review queue', { submission: (await w.within((ctx) => ctx.db.submission.findFirstOrThrow())).id }),
  ).toMatch(/Spoken: no · on screen: yes/)
  const post = await mia.run('submit', { url: 'https://site.example/b', caption: '#Werbung' })
  expect(post).not.toContain('[Spoken, on screen]')
})
