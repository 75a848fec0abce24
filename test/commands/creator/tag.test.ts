import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('tags are put on, taken off, suggested, and listed by', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  const creator = mia.creatorId
  expect(await ana.run('creator tag', { creator, add: 'VIP, summer 26' })).toContain('summer-26, vip')
  expect(await ana.run('creator tag', { creator, add: 'new', remove: 'vip, none' })).toContain('new, summer-26')
  expect(await ana.suggest('creator list', 'tag', 'su')).toEqual([{ label: 'summer-26', value: 'summer-26' }])
  expect(await ana.run('creator list', { tag: 'summer-26' })).toContain('@mia.glow')
  expect(await ana.run('creator list', { tag: 'vip' })).toContain('Nobody fits this filter.')
  expect((await ana.ask('creator tag', { creator })).form).toBeDefined()
  expect((await ana.fill({})).text).toContain('No tag was given.')
  expect(await ana.run('creator tag', { creator, add: '<b>' })).toContain('is no tag')
})
