import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { licensed } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let submission: string
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  ;({ submission } = await licensed(w, ana, await w.creator('Mia')))
}, 60_000)
afterAll(() => w.close())

test('what is taken out is taken down, once', async () => {
  await ana.run('gallery create', { name: 'Shelf' })
  const { id: gallery } = await w.within((ctx) => ctx.db.gallery.findFirstOrThrow())
  expect(await ana.run('gallery remove', { gallery, submission })).toContain('is not in the gallery')
  await ana.run('gallery add', { gallery, submission })
  expect(await ana.run('gallery remove', { gallery, submission })).toContain('Taken out of “Shelf”')
  expect(await w.within((ctx) => ctx.db.placement.findMany())).toMatchObject([{ until: w.now }])
  expect(await ana.run('gallery remove', { gallery, submission })).toContain('is not in the gallery')
})
