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

test('the galleries with what they show; without any, how to make one', async () => {
  expect(await ana.run('gallery list')).toContain('No galleries yet')
  await ana.run('gallery create', { name: 'Shelf' })
  expect(await ana.run('gallery list')).toMatch(/Shelf\s+0\s+https:\/\/shop\.example\.com\//)
})
