import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('says how many entries there are and that both sides are the same', async () => {
  const root = await w.admin('Root')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code] }), order('2', { codes: [mia.code] }))
  const text = await root.run('books journal')
  expect(text).toContain('Journal of November 2026')
  expect(text).toMatch(/Entries +1/)
  expect(text).toMatch(/Debit and credit, EUR +€16\.00 each/)
  expect(await root.run('books journal', { month: '2027-02' })).toContain('has not begun yet')
})
