import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('versions are for managers', async () => {
  expect(await mia.run('asset show', { asset: 'ast_01J00000000000000000000000' })).toContain('is for managers')
  await ana.run('asset add', { title: 'Logo', url: 'https://glow.example/1' })
  const { id: asset } = await w.within((ctx) => ctx.db.asset.findFirstOrThrow())
  expect(await ana.run('asset show', { asset })).toContain('In use')
})
