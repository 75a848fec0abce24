import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('finds acts by the command or by what they were about, in this program alone', async () => {
  const root = await w.admin('Root')
  const mia = await w.creator('Mia')
  const eve = await w.creator('Eve')
  const byRun = await root.run('audit what', { about: '/creator  Approve' })
  expect(byRun).toMatch(/Judge of Mia[\s\S]*\/creator approve/)
  expect(byRun).toMatch(/Judge of Eve/)
  const byGroup = await root.run('audit what', { about: 'creator' })
  expect(byGroup).toContain('/creator approve')
  const byId = await root.run('audit what', { about: mia.creatorId })
  expect(byId).toContain('Judge of Mia')
  expect(byId).not.toContain('Judge of Eve')
  expect(eve.creatorId).not.toBe('')
  expect(await root.run('audit what', { about: "x' OR true --" })).toContain('Nobody did anything')
  expect(await root.run('audit what', { about: 'creator', day: '0000-01-01' })).toContain('is not a day')
  expect(await (await w.manager('Ana')).run('audit what', { about: 'creator' })).toContain('/audit what is for admins.')
})

test('what was done on a day is found however much was done since', async () => {
  const root = await w.admin('Rita')
  const ana = await w.manager('Ana')
  const liv = await w.creator('Liv')
  await ana.run('creator note', { creator: liv.creatorId, words: 'on the first day' })
  w.at('2026-11-21T12:00:00Z')
  for (let n = 0; n < 22; n++) await ana.run('creator note', { creator: liv.creatorId, words: `on the second day ${n}` })
  const first = await root.run('audit what', { about: 'creator note', day: '2026-11-20' })
  expect(first.match(/\/creator note/g)).toHaveLength(1)
  await root.run('audit what', { about: 'creator note', day: '2026-11-21' })
  expect((await root.press('Show older')).text.match(/\/creator note/g)).toHaveLength(2)
})
