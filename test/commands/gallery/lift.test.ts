import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('a gallery that nobody saw says that there is not enough data', async () => {
  await ana.run('gallery create', { name: 'Shelf', earns: 'no' })
  const { id: gallery } = await w.within((ctx) => ctx.db.gallery.findFirstOrThrow())
  const shown = await ana.run('gallery lift', { gallery })
  expect(shown).toMatch(/Seen\s+0/)
  expect(shown).toMatch(/Clicks per view\s+Not enough data/)
  expect(shown).toContain('orders are not known')
})
