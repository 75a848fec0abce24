import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, seeded, totals } from './demo-house.ts'

let one: House
let other: House

beforeAll(async () => {
  one = await seeded()
  other = await seeded()
}, 300_000)

afterAll(async () => {
  await one?.close()
  await other?.close()
})

test('the same end gives the same ledger', async () => {
  const sums = await totals(one)
  expect(sums.length).toBeGreaterThan(16)
  expect(await totals(other)).toEqual(sums)
})
