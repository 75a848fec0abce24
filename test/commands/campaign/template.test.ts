import { afterAll, beforeAll, expect, test } from 'vitest'
import { templates } from '../../../src/campaigns/rules-templates.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('each of the three is a draft that could be published at once', async () => {
  const ana = await w.manager('Ana')
  expect(Object.keys(templates)).toHaveLength(3)
  for (const [template, { title }] of Object.entries(templates)) {
    expect(await ana.run('campaign template', { template })).toContain(`Draft: ${title}`)
    expect((await ana.press('Publish')).text).toContain('Mission opened.')
  }
  expect(await ana.run('campaign template', { template: 'other' })).toContain('must be one of')
})
