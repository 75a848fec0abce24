import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('open invitations, those that end first in front; ended ones are gone', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('creator invitations')).toContain('No invitation is open')
  await ana.ask('creator invite', { name: 'First' })
  w.at('2026-11-25T12:00:00Z')
  await ana.ask('creator invite', { name: 'Second', rate: '15' })
  const text = await ana.run('creator invitations')
  expect(text).toMatch(/^2 open invitations\n[\s\S]*First +10 % +Ana +Dec 20, 2026[\s\S]*Second +15 % +Ana +Dec 25, 2026/)
  w.at('2026-12-21T12:00:00Z')
  expect(await ana.run('creator invitations')).toMatch(/^One open invitation\n(?![\s\S]*First)[\s\S]*Second/)
})
