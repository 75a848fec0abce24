import fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { type World, world } from '../world.ts'
import { histories, live } from './ledger-model.ts'

const STREAMS = 10

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('50 histories of 50 steps: the books say what the model says, after every step', async () => {
  const stream = () =>
    fc.assert(
      fc.asyncProperty(histories(50), (history) => live(w, history)),
      { numRuns: 50 / STREAMS, endOnFailure: true },
    )
  await Promise.all(Array.from({ length: STREAMS }, stream))
}, 60_000)
