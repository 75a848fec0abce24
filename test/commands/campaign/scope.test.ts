import { afterAll, beforeAll, expect, test } from 'vitest'
import { due } from '../../../src/campaigns/due.ts'
import { days } from '../../../src/kernel/time.ts'
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

test('a mission that comes again is stopped as well once its first time is over, from any of its copies', async () => {
  const ana = await w.manager('Ana')
  const copies = () => w.within((ctx) => ctx.db.mission.findMany({ where: { copyOf: mission }, orderBy: { createdAt: 'asc' } }))
  const mission = await drafted(w, { title: 'Weekly', closesAt: days(w.now, 3) })
  await ana.run('campaign scope', { mission, repeat: 'week' })
  await ana.run('campaign publish', { mission })
  w.at(days(w.now, 4))
  await w.within(due)
  expect(await ana.run('campaign close', { mission })).toContain('is closed already and comes again every week.')
  expect(await ana.run('campaign edit', { mission, title: 'Other' })).toContain('[Stop repeating]')
  w.at(days(w.now, 4))
  await w.within(due)
  const [copy] = await copies()
  expect(await ana.run('campaign close', { mission: copy!.id, sure: 'yes' })).toContain('every week, next on Dec 4, 2026')
  const stopped = (await ana.press('Stop repeating')).text
  expect(stopped).toContain('The mission says so now.')
  expect(stopped).not.toContain('every week')
  w.at(days(w.now, 8))
  await w.within(due)
  expect(await copies()).toHaveLength(1)
})
