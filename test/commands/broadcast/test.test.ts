import { afterAll, beforeAll, expect, test } from 'vitest'
import { written } from '../../broadcasts.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world({ now: '2026-11-24T12:00:00Z' })
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('it comes to whoever asked, and to nobody else', async () => {
  const id = await written(w, ana, 'News')
  expect(await ana.run('broadcast test', { broadcast: id })).toContain('“News” is in your private place.')
  expect(await ana.sees()).toContain('Test: News')
  expect(await mia.sees()).not.toContain('News')
})
