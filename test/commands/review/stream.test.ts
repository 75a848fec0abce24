import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('when a stream is over reviewers are asked once; the first answer counts and its creator hears of a no', async () => {
  const mia = await w.creator('Mia')
  const ana = await w.manager('Ana')
  const ben = await w.manager('Ben')
  await mia.run('submit', { kind: 'live_stream', caption: '#Werbung Glow live' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  expect(await ana.run('review stream', { submission, kept: 'yes' })).toContain('has not said when it runs')
  await ana.run('review approve', { submission })
  await mia.run('stream', { submission, start: '2026-11-20 18:00', minutes: '30' })
  expect(await ana.sees('review')).toContain('Goes live')
  await w.app.runJob('live')
  expect(await ana.sees('review')).not.toContain('Was it said?')
  w.at('2026-11-20T17:31:00Z')
  await w.app.runJob('live')
  await w.app.runJob('live')
  expect(await ana.sees('review')).toMatch(/Was it said\? Live stream of Mia[\s\S]*5:15/)
  await ana.press('No, not at each')
  expect((await ana.fill({ note: 'Nothing after six' })).text).toContain('not disclosed at each time')
  expect(await mia.sees()).toMatch(/did not hear or read at each time[\s\S]*Nothing after six/)
  expect(await ben.run('review stream', { submission, kept: 'yes' })).toMatch(/not disclosed at each time[\s\S]*Ana/)
  expect(await mia.run('stream', { submission, start: '2026-11-21 18:00', minutes: '30' })).toContain('looked at already')
})
