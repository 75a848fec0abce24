import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('from a filtered list: one form, how many are meant, then the tag for exactly those', async () => {
  const ana = await w.manager('Ana')
  await w.creator('Mia')
  await w.creator('Bo', { niche: 'food' })
  await ana.ask('creator list', { niche: 'food' })
  const { form } = await ana.press('Tag all')
  expect(form?.fields.map((field) => field.name)).toEqual(['add'])
  const { text } = await ana.fill({ add: 'Kitchen, vip' })
  expect(text).toMatch(/^Put kitchen, vip on 1 creator\?\nThese are all creators with: food\./)
  // Whoever comes to fit meanwhile is not meant.
  await w.creator('Cy', { niche: 'food' })
  expect((await ana.press('Tag them')).text).toContain('1 creator tagged')
  expect((await w.within((ctx) => ctx.db.creator.findMany({ where: { tags: { has: 'kitchen' } } }))).map((c) => c.name)).toEqual([
    'Bo',
  ])
  expect(await ana.run('creator bulk tag', { who: 'niche=travel', add: 'x' })).toContain('Nobody fits this filter.')
  expect(await ana.run('creator bulk tag', { who: 'state=king', add: 'x' })).toContain('can not be read')
})
