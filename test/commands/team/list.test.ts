import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('managers and admins by name, for admins only', async () => {
  const root = await w.admin('Root')
  const ana = await w.manager('Ana')
  await w.applicant('Mia')
  expect(await root.run('team list')).toBe('The team\nName  Role\nAna   manager\nRoot  admin\n[Change role]')
  expect(await ana.run('team list')).toContain('/team list is for admins.')
})
