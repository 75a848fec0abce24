import { mkdirSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'
import { histories, live } from './ledger-model.ts'

const STREAMS = 5
const HISTORIES = 500
const STEPS = 50

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('500 histories of 50 steps: balances and every law, after every step', async () => {
  const began = performance.now()
  const seed = Math.floor(Math.random() * 2 ** 31)
  let told = 0
  const tell = async (history: Parameters<typeof live>[1]) => {
    await live(w, history, true)
    told++
  }
  const stream = (n: number) =>
    fc.assert(fc.asyncProperty(histories(STEPS), tell), { numRuns: HISTORIES / STREAMS, seed: seed + n, endOnFailure: true })
  await Promise.all(Array.from({ length: STREAMS }, (_, n) => stream(n)))
  expect(told).toBe(HISTORIES)
  const seconds = Math.round((performance.now() - began) / 1_000)
  mkdirSync('test/results', { recursive: true })
  const result = { name: 'ledger-model', histories: told, steps: told * STEPS, differences: 0, seed, seconds }
  writeFileSync('test/results/ledger-model.json', `${JSON.stringify(result, null, 2)}\n`)
}, 3_600_000)
