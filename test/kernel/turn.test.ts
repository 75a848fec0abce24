import { expect, test } from 'vitest'
import { atMost, Crowded } from '../../src/kernel/turn.ts'

test('so many run at once, the others in the order they came, and one that fails hands its place on', async () => {
  const turn = atMost(2)
  const began: number[] = []
  const ends: (() => void)[] = []
  const fails: ((error: Error) => void)[] = []
  const all = Array.from({ length: 4 }, (_, n) =>
    turn(() => {
      began.push(n)
      return new Promise<number>((settle, fail) => {
        ends[n] = () => settle(n)
        fails[n] = fail
      })
    }),
  )
  const failed = all[0]!.catch((error: Error) => error.message)
  await Promise.resolve()
  expect(began).toEqual([0, 1])
  fails[0]!(new Error('gone'))
  expect(await failed).toBe('gone')
  expect(began).toEqual([0, 1, 2])
  ends[1]!()
  await all[1]
  expect(began).toEqual([0, 1, 2, 3])
  ends[2]!()
  ends[3]!()
  expect(await Promise.all(all.slice(1))).toEqual([1, 2, 3])
  const later = turn(async () => 4)
  expect(await later).toBe(4)
})

test('who is patient for so long only leaves the line, and the place goes to the next', async () => {
  const turn = atMost(1, 50)
  let end = (): void => {}
  const first = turn(
    () =>
      new Promise<void>((go) => {
        end = go
      }),
  )
  await expect(turn(async () => 'late')).rejects.toThrow(Crowded)
  await expect(turn(async () => 'hasty', 1)).rejects.toThrow(Crowded)
  const next = turn(async () => 'next')
  end()
  await first
  expect(await next).toBe('next')
})

test('for whom it is too late already nothing is begun, although a place is free', async () => {
  await expect(atMost(1)(async () => 'late', 0)).rejects.toThrow(Crowded)
})
