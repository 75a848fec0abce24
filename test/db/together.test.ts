import fc from 'fast-check'
import { expect, test } from 'vitest'
import { together } from '../../src/db/together.ts'

const later = () => new Promise((resolve) => setTimeout(resolve, 1))

test('what comes while the work is under way goes together next, each with its own result', async () => {
  const batches: string[][] = []
  let open!: () => void
  const closed = new Promise<void>((resolve) => {
    open = resolve
  })
  const shout = together(async (_key: string, words: string[]) => {
    batches.push(words)
    if (batches.length === 1) await closed
    return words.map((word) => word.toUpperCase())
  })
  const first = shout('k', 'a')
  await later()
  const others = [shout('k', 'b'), shout('k', 'c')]
  open()
  expect(await Promise.all([first, ...others])).toEqual(['A', 'B', 'C'])
  expect(batches).toEqual([['a'], ['b', 'c']])
})

test('keys do not wait for each other', async () => {
  const echo = together(async (key: string, items: string[]) => {
    if (key === 'stuck') await new Promise(() => {})
    return items
  })
  void echo('stuck', 'x')
  expect(await echo('free', 'y')).toBe('y')
})

test('a failure that one item may be to blame for is that item’s alone; any other is everybody’s', async () => {
  let calls = 0
  const strict = together(
    async (_key: string, items: string[]) => {
      calls++
      if (items.includes('bad')) throw new Error('refused')
      if (items.includes('dead')) throw new Error('away')
      return items
    },
    { blames: (error) => (error as Error).message === 'refused' },
  )
  const outcome = async (...items: string[]) =>
    (await Promise.allSettled(items.map((item) => strict('k', item)))).map((one) => one.status)
  expect(await outcome('a', 'bad', 'b')).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  calls = 0
  expect(await outcome('a', 'dead', 'b')).toEqual(['rejected', 'rejected', 'rejected'])
  expect(calls).toBe(1)
  expect(await outcome('c')).toEqual(['fulfilled'])
})

test('never more at once than allowed, never beside itself, nothing twice and nothing left out', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 20 }),
      async (weights, most, heaviest) => {
        let under = 0
        const done: number[] = []
        const sum = (items: { weight: number }[]) => items.reduce((all, { weight }) => all + weight, 0)
        const carry = together(
          async (_key: string, items: { n: number; weight: number }[]) => {
            expect(++under).toBe(1)
            expect(items.length).toBeLessThanOrEqual(most)
            if (items.length > 1) expect(sum(items)).toBeLessThanOrEqual(heaviest)
            await Promise.resolve()
            under--
            done.push(...items.map(({ n }) => n))
            return items.map(({ n }) => n)
          },
          { most, weigh: ({ weight }) => weight, heaviest },
        )
        const results = await Promise.all(weights.map((weight, n) => carry('k', { n, weight })))
        expect(results).toEqual(weights.map((_, n) => n))
        expect(done).toEqual(results)
      },
    ),
    { numRuns: 50 },
  )
})
