import { describe, expect, test } from 'vitest'
import { planOf, simulate, tale } from './simulate.ts'

const SEEDS = 2

test('the same seed tells the same story, to the last row', async () => {
  const one = await simulate(7, planOf('small', 7))
  const other = await simulate(7, planOf('small', 7))
  expect(other.lines).toEqual(one.lines)
  expect(other.hash).toBe(one.hash)
  expect((await simulate(9, { ...planOf('small', 9), steps: 1 })).hash).not.toBe(one.hash)
}, 300_000)

describe('whatever is lost, doubled, late or killed, every law holds', () => {
  test.each(Array.from({ length: SEEDS }, (_, n) => n + 1))(
    'seed %i',
    async (seed) => {
      const told = await simulate(seed, planOf('small', seed))
      expect(told.broken, tale(told, 'small')).toEqual([])
    },
    180_000,
  )
})
