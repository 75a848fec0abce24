import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { drafted } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a bonus for views is said on the post, and goes again', async () => {
  const ana = await w.manager('Ana')
  const mission = await drafted(w)
  const bonus = { mission, per_thousand: '2.00', at_most: '40' }
  expect(await ana.run('campaign bonus', bonus)).toContain('€2.00 for every 1,000 views, €40.00 at most')
  expect(await ana.run('campaign preview', { mission })).toContain('€2.00 for every 1,000 views')
  expect(await ana.run('campaign bonus', { ...bonus, at_most: '1' })).toContain('less than what a thousand views pay')
  expect(await ana.run('campaign bonus', { ...bonus, per_thousand: '0' })).not.toContain('1,000 views')
  // What creators rely on stays once it is out; more is always welcome.
  await ana.run('campaign bonus', bonus)
  await ana.run('campaign publish', { mission })
  for (const less of [{ per_thousand: '0' }, { per_thousand: '1.00' }, { at_most: '20' }])
    expect(await ana.run('campaign bonus', { ...bonus, ...less })).toContain('its bonus was promised')
  expect(await ana.run('campaign bonus', { ...bonus, at_most: '60' })).toContain('€60.00 at most')
})
