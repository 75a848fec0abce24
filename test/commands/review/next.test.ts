import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../../src/kernel/time.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('one at a time, forth and back, round the end; a decision opens the one after it', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('review next')).toContain('Nothing waits for review.')
  const mia = await w.creator('Mia')
  const start = w.now
  for (const [n, name] of ['a', 'b', 'c'].entries()) {
    w.at(minutes(start, n))
    await mia.run('submit', { url: `https://site.example/${name}`, caption: '#Werbung' })
  }
  const first = await ana.run('review next')
  expect(first).toContain('1 of 3 that wait')
  expect(first).toContain('site.example/a (')
  expect((await ana.press('Next')).text).toContain('2 of 3 that wait')
  expect((await ana.press('Previous')).text).toContain('site.example/a (')
  expect((await ana.press('Previous')).text).toContain('site.example/c (')
  expect((await ana.press('Next')).text).toContain('site.example/a (')

  const { text } = await ana.press('Approve')
  expect(text).toContain('Approved by Ana')
  expect(text).toContain('[Undo] [Tell now]')
  expect(text).toContain('1 of 2 that wait')
  expect(text).toContain('site.example/b (')
  await ana.press('Reject')
  const turned = (await ana.fill({ reason: 'quality' })).text
  expect(turned).toContain('Turned down (quality) by Ana')
  expect(turned).toContain('site.example/c (')
  await ana.press('Ask for changes')
  expect((await ana.fill({ note: 'A brighter picture' })).text).toContain('Nothing waits for review.')
})
