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

test('a licence shows its clauses, its history and where the content stands', async () => {
  const { grant, submission } = await licensed(w, ana, mia)
  await ana.run('rights place', { submission, channel: 'website', where: 'https://glow.example/serum' })
  const shown = await ana.run('rights show', { grant })
  for (const words of ['Granted', 'Ana (brand): asked for rights', 'Mia (creator): signed', 'glow.example/serum', 'SHA-256'])
    expect(shown).toContain(words)
  expect(shown).toContain('[Give it back]')
  expect(await mia.run('rights show', { grant })).toContain('[Take it back]')
  const zoe = await w.creator('Zoe')
  expect(await zoe.run('rights show', { grant })).toContain('no such licence of yours')
})
