import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { licensed } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let mia: Persona
let ana: Persona

beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
  ana = await w.manager('Ana')
}, 60_000)
afterAll(() => w.close())

test('an admin publishes the next version; what is signed keeps the one it was signed under', async () => {
  const { grant } = await licensed(w, ana, mia)
  const text = '1. The content stays the creator’s.\n2. Everything else is agreed in each licence.'
  expect(await ana.run('rights terms', { text })).toContain('Only an admin')
  const ada = await w.admin('Ada')
  expect(await ada.run('rights terms', { text })).toContain('version 2')
  expect(await ada.run('rights terms', { text })).toContain('the text of version 2 already')
  expect(await mia.run('rights terms')).toContain('Everything else is agreed in each licence.')
  expect(await mia.run('rights terms', { grant })).toContain('version 1')
})
