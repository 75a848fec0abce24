import { expect, test } from 'vitest'
import { remembered } from '../../src/kernel/remember.ts'

test('what was asked before is not worked out again, until so many others were asked', () => {
  const worked: number[] = []
  const double = remembered(
    (n: number) => {
      worked.push(n)
      return n * 2
    },
    2,
    String,
  )
  expect([1, 1, 2, 1].map(double)).toEqual([2, 2, 4, 2])
  expect(worked).toEqual([1, 2])
  // The third drives out the first, and the first, asked again, the second.
  expect([3, 2, 1, 3, 2].map(double)).toEqual([6, 4, 2, 6, 4])
  expect(worked).toEqual([1, 2, 3, 1, 2])
})

test('an answer that is no is an answer', () => {
  let worked = 0
  const ask = remembered(() => worked++ < 0, 2, String)
  expect([ask(1), ask(1), worked]).toEqual([false, false, 1])
})
