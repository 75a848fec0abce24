import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a tracking id is set, shown, belongs to one creator, and goes into bare Amazon links', async () => {
  const [ana, mia, lea] = [await w.manager('Ana'), await w.creator('Mia'), await w.creator('Lea')]
  const page = 'https://www.amazon.de/Tasse-blau/dp/B000TEST01/ref=sr_1_1?crid=X&tag=else-21'
  expect(await mia.run('link', { to: page })).toContain('Ask a manager to set it with /creator network.')
  expect(await ana.run('creator network', { creator: mia.creatorId })).toContain('No network key is set.')
  const set = { creator: mia.creatorId, network: 'amazon', key: 'BrandMaya-20' }
  expect(await ana.run('creator network', set)).toMatch(/Amazon tracking id +brandmaya-20/)
  expect(await ana.run('creator network', set)).toMatch(/Amazon tracking id +brandmaya-20/)
  expect(await ana.run('creator network', { ...set, creator: lea.creatorId })).toContain('brandmaya-20 belongs to Mia.')
  expect(await ana.run('creator network', { ...set, key: 'brandmaya' })).toContain('It ends in a number, such as brandmaya-20.')
  expect(await ana.run('creator network', { creator: mia.creatorId, key: 'brandmaya-20' })).toContain('belong together')

  const links = await w.within((ctx) => ctx.db.link.count())
  const given = await mia.run('link', { to: page })
  expect(given).toContain('https://www.amazon.de/dp/B000TEST01?tag=brandmaya-20')
  expect(given).toContain('As an Amazon Associate I earn from qualifying purchases.')
  expect(given).not.toContain('go.glow.example')
  expect(await mia.run('link', { to: 'https://amzn.to/3abc' })).toContain('not the full address of a page on Amazon')
  expect(await w.within((ctx) => ctx.db.link.count())).toBe(links)

  expect(await ana.run('creator network', { ...set, remove: 'yes' })).toContain('No network key is set.')
  expect(await ana.run('creator network', { ...set, creator: lea.creatorId })).toContain('brandmaya-20')
  expect(await mia.run('creator network', { creator: mia.creatorId })).toContain('is for managers')
})
