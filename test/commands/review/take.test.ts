import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../../src/kernel/time.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('who takes it is shown for half an hour; another manager is warned and may go on; then it is free again', async () => {
  const [ana, ben, mia] = [await w.manager('Ana'), await w.manager('Ben'), await w.creator('Mia')]
  await mia.run('submit', { url: 'https://site.example/a', caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  expect((await ana.press('I take it')).text).toContain('Yours for 30 minutes: Mia')
  expect(await ben.sees('review')).toContain('Ana looks at it until')
  expect(await ben.run('review queue')).toContain('Ana looks at it')
  const warned = await ben.run('review approve', { submission })
  expect(warned).toContain('Taken: Mia: site.example/a\nAna looks at it until')
  expect(await w.within((ctx) => ctx.db.submission.findFirstOrThrow())).toMatchObject({ state: 'submitted' })
  expect(await ben.run('review take', { submission })).toContain('Taken: Mia')
  expect((await ben.press('Take it over')).text).toContain('Yours for 30 minutes')
  expect(await ana.run('review approve', { submission })).toContain('Ben looks at it')
  w.at(minutes(w.now, 31))
  expect(await ana.run('review queue', { submission })).toContain('[I take it]')
  expect(await ana.run('review approve', { submission })).toContain('Approved by Ana')
})

test('taken in the queue, or taken over, one goes on through it', async () => {
  const [eve, kim, lea] = [await w.manager('Eve'), await w.manager('Kim'), await w.creator('Lea')]
  for (const name of ['p', 'q', 'r']) {
    w.at(minutes(w.now, 1))
    await lea.run('submit', { url: `https://site.example/${name}`, caption: '#Werbung' })
  }
  await kim.run('review next')
  await eve.run('review next')
  const took = (await eve.press('I take it')).text
  expect(took).toMatch(/^Yours for 30 minutes: Lea\n1 of 3 that wait[\s\S]*site\.example\/p \([\s\S]*\[Next\]/)
  await kim.press('Approve')
  expect((await kim.press('Take it over')).text).toMatch(/^Yours for 30 minutes: Lea[\s\S]*site\.example\/p \([\s\S]*\[Next\]/)
  expect((await kim.press('Approve')).text).toMatch(/Approved by Kim[\s\S]*that wait[\s\S]*\[Next\]/)
})
