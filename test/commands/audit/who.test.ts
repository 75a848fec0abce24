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

test('what somebody did with an account that they connected later is theirs as well', async () => {
  const root = await w.admin('Rita')
  const [sam, samuel] = [await w.manager('Sam'), await w.manager('Samuel')]
  const zoe = await w.creator('Zoe')
  await samuel.run('creator note', { creator: zoe.creatorId, words: 'before they were one' })
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await sam.run('profile connect'))![0]
  await samuel.run('profile connect', { code })
  expect(await root.run('audit who', { person: sam.personId })).toContain('/creator note')
})
