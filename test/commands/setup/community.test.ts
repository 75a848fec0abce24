import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('an admin reads and changes what the community lives by, and it holds at once', async () => {
  const root = await w.admin('Root')
  const [mia, ben, zoe] = [await w.creator('Mia'), await w.creator('Ben'), await w.creator('Zoe')]
  expect(await root.run('setup community')).toMatch(
    /Kudos +each creator may give 5 a day[\s\S]*Points +50 for approved content, 20 for/,
  )
  expect((await root.press('Change the community')).form?.title).toBe('Change the community')
  const given = { kudos_a_day: '1', points_kudos: '9', board: 'orders', divisions: 'yes', undo_minutes: '0' }
  const said = await root.run('setup community', given)
  expect(said).toMatch(
    /Saved[\s\S]*give 1 a day[\s\S]*Points for kudos +9 each, for 5 a week[\s\S]*by orders, and one for each tier[\s\S]*told at once/,
  )
  expect(await mia.run('kudos', { creator: ben.creatorId })).toContain('0 of 1 left today')
  expect(await mia.run('kudos', { creator: zoe.creatorId })).toContain('You have thanked 1 creator today')
  expect(await root.run('setup community', { kudos_a_day: '101' })).toMatch(/must be .*100|at most 100/)
  expect(await root.run('setup community', { kudos_a_day: '0' })).toMatch(/Kudos +off/)
  expect(await (await w.manager('Ana')).run('setup community')).toMatch(/is for admins/)
})
