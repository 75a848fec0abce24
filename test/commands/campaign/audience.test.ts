import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { drafted } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('is counted as it is chosen, and unknown names are refused', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await w.creator('Nils', { niche: 'food', country: 'AT' })
  const mission = await drafted(w)
  const choose = (given: Record<string, string>) => ana.run('campaign audience', { mission, ...given })
  expect(await choose({ countries: 'DE, AT' })).toContain('It is for 2 creators now.')
  expect(await choose({ niches: 'Food' })).toContain('food · DE, AT: 1 creator')
  expect(await choose({ niches: '-', platforms: 'tiktok' })).toContain('It is for 0 creators now.')
  await ana.run('creator tag', { creator: mia.creatorId, add: 'tiktok' })
  expect(await choose({})).toContain('It is for 1 creator now.')
  expect(await choose({ niches: 'cars' })).toContain('“cars” is not known here.')
  expect(await choose({ platforms: 'myspace' })).toContain('There are: tiktok')
})
