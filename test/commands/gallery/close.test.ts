import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../../src/http/doors.ts'
import type { Persona } from '../../chat.ts'
import { licensed } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => openWebDoor(app, false) })
  ana = await w.manager('Ana')
}, 60_000)
afterAll(() => w.close())

test('a closed gallery shows nothing, and is placed nowhere', async () => {
  const { submission } = await licensed(w, ana, await w.creator('Mia'))
  await ana.run('gallery create', { name: 'Shelf' })
  const { id: gallery, programId, token } = await w.within((ctx) => ctx.db.gallery.findFirstOrThrow())
  await ana.run('gallery add', { gallery, submission })
  const { server } = await w.serve()
  const items = async () => (await server.inject(`/gallery/${programId}.${token}/feed.json`)).json().items.length
  expect(await items()).toBe(1)
  expect(await ana.run('gallery close', { gallery })).toContain('Closed “Shelf”')
  expect(await items()).toBe(0)
  expect(await w.within((ctx) => ctx.db.placement.findMany())).toMatchObject([{ until: w.now }])
  expect(await ana.run('gallery add', { gallery, submission })).toContain('was closed')
})
