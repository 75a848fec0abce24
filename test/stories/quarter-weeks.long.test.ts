import { expect, test } from 'vitest'
import { live } from '../quarter.ts'

test('five weeks alone, over three changes of the clock: each board and digest once, at its local hour, with its numbers', async () => {
  // Sydney begins summer time on 4 October 2026, Berlin ends it on 25 October, New York and St. John’s on 1 November.
  const { boards, digests } = await live('2026-09-28', 5)
  expect(boards).toBe(7)
  expect(digests).toBeGreaterThanOrEqual(25)
}, 300_000)
