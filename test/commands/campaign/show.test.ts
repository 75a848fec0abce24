import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { opened } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('who takes part and what it cost, for managers', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  const mission = await opened(w, { seats: 3 })
  await mia.run('mission claim', { mission })
  const text = await ana.run('campaign show', { mission })
  for (const words of ['1 of 3 taken', '€0.00 of €500.00', 'Mia', 'has a seat']) expect(text).toContain(words)
  expect(await mia.run('campaign show', { mission })).toContain('is for managers')
  const other = await w.neighbour()
  const found = await w.app.within(other, (ctx) => ctx.db.seat.count())
  expect(found).toBe(0)
})
