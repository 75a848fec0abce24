import { expect, test } from 'vitest'
import { live } from '../quarter.ts'

test('a quarter alone: each board and digest once, at its local hour, with its numbers', async () => {
  const { boards, digests, steps } = await live('2026-09-28', 13)
  console.log(`${boards} boards and ${digests} digests in ${steps} steps`)
  expect(boards).toBe(13 + 3)
  expect(digests).toBeGreaterThanOrEqual(5 * 13)
}, 1_200_000)
