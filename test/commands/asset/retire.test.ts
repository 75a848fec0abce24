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

test('only managers take out, and only what is there', async () => {
  expect(await mia.run('asset retire', { asset: 'ast_01J00000000000000000000000' })).toContain('is for managers')
  expect(await ana.run('asset retire', { asset: 'ast_01J00000000000000000000000' })).toContain('This asset does not exist.')
})
