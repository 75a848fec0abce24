import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('managers see who waits, since when and for what', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('privacy waiting')).toContain('Nobody waits to be forgotten')
  const mia = await w.creator('Mia')
  await mia.run('privacy delete', { sure: 'yes' })
  expect(await ana.run('privacy waiting')).toMatch(/Mia +[^\n]*No money is open\./)
  expect(await mia.run('privacy waiting')).toContain('is for managers')
})
