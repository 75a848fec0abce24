import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Building, openBuilding } from './building.ts'
import { planOf, simulate, tale } from './simulate.ts'

/** What fits into half a minute; SEEDS = another number. */
const SEEDS = Number(process.env.SEEDS ?? 8)

let building: Building
beforeAll(async () => {
  building = await openBuilding()
})
afterAll(() => building.close())

test('the same seed tells the same story, to the last row, whatever was told before it', async () => {
  const one = await simulate(8, planOf('small', 8))
  const different = await simulate(9, { ...planOf('small', 9), steps: 1 }, building)
  const again = await simulate(8, planOf('small', 8), building)
  expect(again.lines).toEqual(one.lines)
  expect(again.hash).toBe(one.hash)
  expect(different.hash).not.toBe(one.hash)
}, 300_000)

describe('whatever is lost, doubled, late or killed, every law holds', () => {
  test.each(Array.from({ length: SEEDS }, (_, n) => n + 1))(
    'seed %i',
    async (seed) => {
      const told = await simulate(seed, planOf('small', seed), building)
      expect(told.broken, tale(told, 'small')).toEqual([])
    },
    180_000,
  )
})
