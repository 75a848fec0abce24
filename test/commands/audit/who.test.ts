import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('shows what somebody did with which values, a day at a time and page by page', async () => {
  const root = await w.admin('Root')
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  for (let n = 0; n < 22; n++) await ana.run('creator note', { creator: mia.creatorId, words: `secret words ${n}` })
  const first = await root.run('audit who', { person: ana.personId })
  expect(first).toContain('What Ana did')
  expect(first).toMatch(new RegExp(`/creator note +words: \\(\\d+ characters\\), creator: ${mia.creatorId} +done`))
  expect(first).not.toContain('secret words')
  expect(first.match(/\/creator note/g)).toHaveLength(20)
  expect((await root.press('Show older')).text.match(/\/creator note/g)).toHaveLength(2)
  expect(await root.run('audit who', { person: ana.personId, day: '2020-01-01' })).toContain('Nobody did anything')
  expect(await root.run('audit who', { person: ana.personId, day: 'yesterday' })).toContain('yesterday is not a day')
  expect(await ana.run('audit who', { person: root.personId })).toContain('/audit who is for admins.')
})
