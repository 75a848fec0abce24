import { afterAll, beforeAll, expect, test } from 'vitest'
import { judge } from '../../bench/trust-plant.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('of a labelled day the rules hold at least 95 % of the fraud, and at least 99 % of what they hold is fraud', async () => {
  const { orders, frauds, precision, recall, kinds } = await judge(w.within, 20_261_120)
  expect(orders).toBeGreaterThanOrEqual(2_000)
  expect(Object.values(kinds).filter(({ fraud }) => fraud).length).toBeGreaterThanOrEqual(10)
  expect(frauds).toBeGreaterThan(500)
  const wrong = Object.entries(kinds).filter(([, { fraud, held, of }]) => (fraud ? held < of : held > 0))
  expect(precision, JSON.stringify(wrong)).toBeGreaterThanOrEqual(0.99)
  expect(recall, JSON.stringify(wrong)).toBeGreaterThanOrEqual(0.95)
}, 90_000)
