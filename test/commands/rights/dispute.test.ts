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

test('a dispute stops new placements until a manager has settled it', async () => {
  const { grant, submission } = await licensed(w, ana, mia)
  expect(await mia.run('rights dispute', { grant, reason: 'You cut my words' })).toContain('Disputed')
  expect(await ana.sees('managers')).toContain('You cut my words')
  const placed = await ana.run('rights place', { submission, channel: 'website', where: 'Home page' })
  expect(placed).toContain('Not covered (Dispute)')
  expect(await mia.run('rights dispute', { grant, reason: 'Again' })).toContain('This licence is disputed')
})
