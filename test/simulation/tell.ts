/** Stories as tests: in each of them every law holds, whatever is lost, doubled, late or killed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Building, openBuilding } from './building.ts'
import { planOf, simulate, tale } from './simulate.ts'

/** The seeds from `first` on, so many of them, one test each, in one building. */
export function seeds(first: number, count: number): void {
  let building: Building
  beforeAll(async () => {
    building = await openBuilding()
  })
  afterAll(() => building.close())

  test.each(Array.from({ length: count }, (_, n) => first + n))(
    'seed %i',
    async (seed) => {
      const told = await simulate(seed, planOf('small', seed), building)
      expect(told.broken, tale(told, 'small')).toEqual([])
    },
    180_000,
  )
}
