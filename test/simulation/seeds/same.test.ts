import { expect, test } from 'vitest'
import { openBuilding } from '../building.ts'
import { planOf, simulate } from '../simulate.ts'

test('the same seed tells the same story, to the last row, whatever was told before it', async () => {
  const one = await simulate(8, planOf('small', 8))
  const building = await openBuilding()
  const different = await simulate(9, { ...planOf('small', 9), steps: 1 }, building)
  const again = await simulate(8, planOf('small', 8), building)
  await building.close()
  expect(again.lines).toEqual(one.lines)
  expect(again.hash).toBe(one.hash)
  expect(different.hash).not.toBe(one.hash)
}, 300_000)
