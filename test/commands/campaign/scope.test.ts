import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { drafted } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('budget, kinds, countries, reviewers and repetition', async () => {
  const ana = await w.manager('Ana')
  const mission = await drafted(w, { budgetMinor: 0n })
  const given = { mission, budget: '250', kinds: 'short video, review', territories: 'de us', reviewers: '2', repeat: 'week' }
  const text = await ana.run('campaign scope', given)
  for (const words of ['enough for 5 more', 'short video, review', 'DE, US', '2 have to approve', 'every week'])
    expect(text).toContain(words)
  expect(await ana.run('campaign scope', { mission, budget: '49' })).toContain('does not pay for a single submission')
  expect(await ana.run('campaign scope', { mission, kinds: 'song' })).toContain('is no kind of content')
  expect(await ana.run('campaign publish', { mission })).toContain('every week, next on Nov 27, 2026')
  expect(await ana.run('campaign scope', { mission, kinds: 'live stream', stream: '10' })).toContain('live stream')
  expect(await ana.run('campaign preview', { mission })).toContain('at the start and every 10 minutes')
  expect(await ana.run('campaign scope', { mission, repeat: 'once' })).not.toContain('every week')
})
