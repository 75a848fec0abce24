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

test('what came down is recorded once, and no longer counts as standing', async () => {
  const { submission } = await licensed(w, ana, mia)
  await ana.run('rights place', { submission, channel: 'website', where: 'https://glow.example' })
  const [found] = await ana.suggest('rights unplace', 'placement', 'glow')
  expect(await ana.run('rights unplace', { placement: found!.value })).toContain('Taken down')
  expect(await ana.run('rights unplace', { placement: found!.value })).toContain('taken down before')
  expect(await ana.suggest('rights unplace', 'placement', 'glow')).toEqual([])
})
