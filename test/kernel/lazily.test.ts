import { expect, test } from 'vitest'
import { lazily } from '../../src/kernel/lazily.ts'

test('it is made once, by the first of those who need it', async () => {
  let made = 0
  const one = lazily(async () => ++made)
  expect(made).toBe(0)
  expect(await Promise.all([one(), one()])).toEqual([1, 1])
  expect(await one()).toBe(1)
})

test('a making that failed is told to who waited, and tried again by the next', async () => {
  let tries = 0
  const one = lazily(async () => {
    if (++tries === 1) throw new Error('no file can be opened')
    return tries
  })
  expect(await Promise.allSettled([one(), one()])).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
  expect(await one()).toBe(2)
})
