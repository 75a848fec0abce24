import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../../src/kernel/time.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('oldest first, ten at most, each with a look from which it can be decided', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  expect(await ana.run('review queue')).toContain('Nothing waits for review.')
  const start = w.now
  for (let n = 0; n < 12; n++) {
    w.at(minutes(start, n))
    await mia.run('submit', { url: `https://site.example/${String.fromCharCode(97 + n)}`, caption: '#ad' })
  }
  const text = await ana.run('review queue')
  expect(text).toContain('Review queue: 12 waiting')
  expect(text.indexOf('site.example/a')).toBeLessThan(text.indexOf('site.example/b'))
  expect(text).toContain('site.example/j')
  expect(text).not.toContain('site.example/k')
  expect(text).toContain('… and 2 more, newer than these.')
  expect((await ana.press('Look')).text).toContain('https://site.example/a')
  expect((await ana.press('Approve')).text).toContain('Approved by Ana')
  expect(await ana.run('review queue')).toContain('Review queue: 11 waiting')
  expect((await ana.suggest('review approve', 'submission', 'site.example/k')).map((s) => s.label)).toEqual([
    'Mia: site.example/k',
  ])
  expect(await mia.run('review queue')).toContain('is for managers')
})
