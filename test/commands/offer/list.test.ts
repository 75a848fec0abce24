import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('says what to do while there is none, then each with its calendar; another program’s are not there', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('offer list')).toContain('There is none yet.')
  await ana.run('offer create', { name: 'Gift days', ends: '2026-12-24', discount: 'Two for one' })
  expect(await ana.run('offer list')).toMatch(/Gift days +Two for one +all links and codes[\s\S]*on now +0/)
  const other = await w.neighbour()
  expect(await w.app.within(other, (ctx) => ctx.db.offer.count())).toBe(0)
})
