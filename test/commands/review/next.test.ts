import { afterAll, beforeAll, expect, test } from 'vitest'
import { share } from '../../../src/http/share.ts'
import { minutes } from '../../../src/kernel/time.ts'
import { openShare, shared } from '../../customers.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
  await openShare(w)
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

test('telling at once, or taking back, keeps the next one below', async () => {
  const eve = await w.manager('Eve')
  const lea = await w.creator('Lea')
  const start = minutes(w.now, 30)
  for (const [n, name] of ['p', 'q', 'r'].entries()) {
    w.at(minutes(start, n))
    await lea.run('submit', { url: `https://site.example/${name}`, caption: '#Werbung' })
  }
  await eve.run('review next')
  await eve.press('Approve')
  const told = (await eve.press('Tell now')).text
  expect(told).toMatch(/^Lea has been told[\s\S]*1 of 2 that wait[\s\S]*site\.example\/q \([\s\S]*\[Next\]/)
  await eve.press('Approve')
  const back = (await eve.press('Undo')).text
  expect(back).toMatch(/^Taken back: Lea[\s\S]*2 of 2 that wait[\s\S]*site\.example\/r \(/)
  await eve.press('Approve')
  await eve.run('review next')
  await eve.press('Approve')
})

test('what customers sent waits in the same queue, under one count', async () => {
  const ben = await w.manager('Ben')
  const noor = await w.creator('Noor')
  const start = minutes(w.now, 60)
  w.at(start)
  await noor.run('submit', { url: 'https://site.example/one', caption: '#Werbung' })
  w.at(minutes(start, 1))
  await shared(w, { words: 'A glow in a week' })
  w.at(minutes(start, 2))
  await noor.run('submit', { url: 'https://site.example/two', caption: '#Werbung' })
  expect(await ben.sees('review')).toMatch(/To review: 3\n2 submissions wait, 1 entry of a customer waits\. The oldest came/)
  expect(await ben.run('review queue')).toContain('1 entry of a customer waits too.')
  expect(await ben.run('review next')).toContain('site.example/one (')
  const { text } = await ben.press('Next')
  expect(text).toMatch(/From a customer: Kim\n2 of 3 that wait[\s\S]*A glow in a week/)
  expect((await ben.press('Previous')).text).toContain('1 of 3 that wait')
  await ben.press('Next')
  const decided = (await ben.press('Approve')).text
  expect(decided).toMatch(/Approved by Ben[\s\S]*2 of 2 that wait[\s\S]*site\.example\/two/)
  expect((await ben.press('Next')).text).toContain('site.example/one (')
})
