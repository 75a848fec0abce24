import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRows } from '../../src/results/import.ts'
import {
  checkNumbers,
  engagement,
  later,
  type Numbers,
  rankGroups,
  readCount,
  shareRate,
  unknown,
} from '../../src/results/rules.ts'

const numbers = (known: Partial<Numbers>): Numbers => ({ ...unknown, ...known })

test('counts are read as people and exports write them, and never guessed', () => {
  for (const words of ['12300', '12,300', '12.300', '12 300', '12’300', ' 12300 '])
    expect(readCount(words, 'views')).toBe(12_300n)
  for (const words of [undefined, '', ' ', '-', 'n/a', 'NA']) expect(readCount(words, 'views')).toBeNull()
  for (const words of ['1.2K', '12.3', '-5', '1e3', '12,30', '9999999999999'])
    expect(() => readCount(words, 'views'), words).toThrow(/number of views/)
  expect(readCount('0', 'views')).toBe(0n)
})

test('engagement names its formula and is silent about what it cannot know', () => {
  expect(engagement(numbers({ likes: 80n, comments: 20n, views: 2_000n }))).toEqual({
    bps: 500,
    formula: '(likes + comments) / views',
  })
  expect(engagement(numbers({ likes: 80n, comments: 20n, saves: 10n, views: 2_000n, reach: 1_000n }))).toEqual({
    bps: 1_100,
    formula: '(likes + comments + saves) / reach',
  })
  expect(engagement(numbers({ likes: 80n, views: 2_000n }))).toBeNull()
  expect(engagement(numbers({ likes: 80n, comments: 1n, views: 0n }))).toBeNull()
  expect(shareRate(numbers({ shares: 5n, views: 1_000n }))).toEqual({ bps: 50, formula: 'shares / views' })
  expect(shareRate(numbers({ views: 1_000n }))).toBeNull()
})

test('a later word counts, and silence takes nothing back', () => {
  const count = fc.option(fc.bigInt({ min: 0n, max: 1_000n }), { nil: null })
  const row = fc.record({
    views: count,
    likes: count,
    comments: count,
    shares: count,
    saves: count,
    reach: count,
    followers: count,
  })
  fc.assert(
    fc.property(row, row, (a, b) => {
      const both = later(a, b)
      for (const [name, value] of Object.entries(both)) expect(value).toBe(b[name as keyof Numbers] ?? a[name as keyof Numbers])
      expect(later(both, b)).toEqual(both)
    }),
  )
  expect(() => checkNumbers(unknown)).toThrow('no number')
  expect(() => checkNumbers(numbers({ views: 10n, reach: 11n }))).toThrow('reached')
})

test('groups of fewer than three pieces are not ranked, and unknown is not zero', () => {
  const piece = (group: string | null, likes: bigint | null, views: bigint) => ({
    group,
    numbers: numbers({ likes, comments: likes === null ? null : 0n, views }),
    orders: null,
    netMinor: null,
  })
  const pieces = [
    ...[10n, 20n, 90n].map((likes) => piece('reel', likes, 100n)),
    ...[50n, 60n, null].map((likes) => piece('carousel', likes, 100n)),
    piece('story', 99n, 100n),
    piece(null, 99n, 100n),
  ]
  const { ranked, few } = rankGroups(pieces)
  expect(ranked).toEqual([
    { name: 'reel', pieces: 3, views: 100n, engagementBps: 2_000, netMinor: null },
    { name: 'carousel', pieces: 3, views: 100n, engagementBps: null, netMinor: null },
  ])
  expect(few).toEqual(['story'])
})

test('a list is read by its headings; what is wrong in it is named with its line', () => {
  const list = 'Permalink;Date;Plays;Likes;Mood\nhttps://site.example/a;2026-11-20;1.200;30;ok\nhttps://site.example/b;;1.2K;1;ok'
  expect(readRows(list)).toEqual({
    rows: [{ line: 2, post: 'https://site.example/a', day: '2026-11-20', numbers: numbers({ views: 1_200n, likes: 30n }) }],
    problems: [{ line: 3, says: 'The number of views is no whole count. Write it in full, such as 12300.' }],
    ignored: ['Mood'],
  })
  expect(() => readRows('name,age\nMia,30')).toThrow('which posts')
})
