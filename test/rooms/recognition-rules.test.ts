import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { counted } from '../../src/recognition/cards.ts'
import {
  around,
  fold,
  growth,
  moves,
  nameOn,
  type Place,
  periodAt,
  rank,
  steps,
  type Tally,
} from '../../src/recognition/rules.ts'

const at = (day: number) => new Date(`2026-11-${String(day).padStart(2, '0')}T12:00:00Z`)
const tally = (creatorId: string, value: number, day = 16): Tally => ({
  creatorId,
  value: BigInt(value),
  orders: 1,
  reachedAt: at(day),
})
const line = (places: Place[]) => places.map((place) => `${place.rank} ${place.creatorId}`)

describe('ranking', () => {
  test('ties share a rank, the next is left out, and whoever got there first stands first', () => {
    const places = rank([tally('late', 50, 19), tally('low', 10), tally('early', 50, 17), tally('none', 0), tally('minus', -5)])
    expect(line(places)).toEqual(['1 early', '1 late', '3 low'])
  })

  const tallies = fc.array(
    fc.record({ creatorId: fc.uuid(), value: fc.integer({ min: -3, max: 6 }), day: fc.integer({ min: 1, max: 5 }) }),
    { maxLength: 30 },
  )

  test('a rank is one more than the number of those who have more, and the order of what comes in does not matter', () => {
    fc.assert(
      fc.property(tallies, (given) => {
        const list = given.map(({ creatorId, value, day }) => tally(creatorId, value, day))
        const places = rank(list)
        expect(places).toEqual(rank(list.toReversed()))
        expect(places.length).toBe(list.filter((one) => one.value > 0n).length)
        for (const place of places) expect(place.rank).toBe(1 + places.filter((other) => other.value > place.value).length)
        for (const [i, place] of places.entries()) {
          const above = places[i - 1]
          if (above?.value === place.value) expect(above.reachedAt.getTime()).toBeLessThanOrEqual(place.reachedAt.getTime())
        }
      }),
    )
  })

  test('everyone finds themselves and their neighbours, nobody twice', () => {
    const places = rank(Array.from({ length: 30 }, (_, i) => tally(`c${i + 1}`, 100 - i)))
    const ids = (list: Place[]) => list.map((place) => place.rank)
    expect(ids(around(places, 'c20', 10, 2).near)).toEqual([18, 19, 20, 21, 22])
    expect(ids(around(places, 'c11', 10, 2).near)).toEqual([11, 12, 13])
    expect(ids(around(places, 'c30', 10, 2).near)).toEqual([28, 29, 30])
    expect(around(places, 'c3')).toMatchObject({ near: [], mine: { rank: 3 } })
    expect(around(places, 'nobody')).toMatchObject({ near: [], mine: undefined })
    expect(around(places, undefined).top).toHaveLength(10)
    expect(around([], 'c1')).toEqual({ top: [], near: [], mine: undefined })
  })
})

test('a bar has ten lengths, however far the values lie apart', () => {
  expect([steps(100n, 100n), steps(51n, 100n), steps(50n, 100n), steps(1n, 10n ** 17n), steps(0n, 5n), steps(0n, 0n)]).toEqual([
    10, 6, 5, 1, 0, 0,
  ])
})

test('what moved: up, down, same, new; in the first season nothing', () => {
  const places = rank([tally('a', 9), tally('b', 8), tally('c', 7), tally('d', 6)])
  const found = moves(
    places,
    new Map([
      ['a', 3],
      ['b', 2],
      ['c', 1],
    ]),
  )
  expect([...found.values()]).toEqual([{ kind: 'up', by: 2 }, { kind: 'same' }, { kind: 'down', by: 2 }, { kind: 'new' }])
  expect(moves(places, undefined).size).toBe(0)
})

describe('growth', () => {
  const week = { from: at(16), to: at(23) }
  const past = (value: number, since: Date) => ({ value: BigInt(value), since })

  test.each([
    ['twice the usual of four weeks', 200, past(400, new Date('2026-10-20T12:00:00Z')), 10_000n],
    ['twice the usual of one week, for who began last week', 200, past(100, at(10)), 10_000n],
    ['half as much more than in two weeks', 150, past(200, at(3)), 5_000n],
    ['as much as always', 100, past(100, at(10)), null],
    ['less', 50, past(100, at(10)), null],
    ['no past', 500, undefined, null],
    ['a past that was all refunded', 500, past(0, at(10)), null],
    ['more than tenfold', 100_000, past(1, at(10)), 100_000n],
  ])('%s', (_, value, before, expected) => {
    expect(growth(BigInt(value), before, week)).toBe(expected)
  })
})

describe('names', () => {
  const mia = { name: 'Mia Lind', shown: 'name', alias: 'Moon', state: 'approved' }
  test.each([
    ['name', mia, 'Mia Lind'],
    ['alias', { ...mia, shown: 'alias' }, 'Moon'],
    ['hidden', { ...mia, shown: 'hidden' }, null],
    ['paused', { ...mia, state: 'paused' }, 'Mia Lind'],
    ['left', { ...mia, state: 'left' }, null],
    ['banned', { ...mia, state: 'banned' }, null],
  ])('%s', (_, creator, name) => {
    expect(nameOn(creator)).toBe(name)
  })
})

test('the count that all may read is never the amount', () => {
  const place: Place = { creatorId: 'a', value: 123_456n, orders: 3, rank: 1, reachedAt: at(16) }
  expect([
    counted('revenue', place),
    counted('orders', { ...place, orders: 1 }),
    counted('content', { ...place, value: 4n }),
    counted('growth', { ...place, value: 3_549n }),
  ]).toEqual(['3 orders', '1 order', '4 approved', '+35 %'])
})

test('a day names most first and sums up the hidden and those beyond the limit', () => {
  const win = (name: string | null, count: number) => ({ name, count })
  const { named, rest } = fold([win('a', 1), win('b', 3), win(null, 2), win('c', 2), win('d', 0)], 2)
  expect(named.map((one) => one.name)).toEqual(['b', 'c'])
  expect(rest.map((one) => one.count)).toEqual([1, 2])
})

test('periods are those of the program, over months, years and changes of the clock', () => {
  const says = (period: 'this_week' | 'last_week' | 'month', now: string, zone = 'Europe/Berlin') => {
    const { season, from, to } = periodAt(period, new Date(now), zone)
    return [season, from.toISOString(), to.toISOString()]
  }
  expect(says('this_week', '2026-11-22T22:59:00Z')).toEqual(['2026-W47', '2026-11-15T23:00:00.000Z', '2026-11-22T23:00:00.000Z'])
  expect(says('this_week', '2026-11-22T23:00:00Z')[0]).toBe('2026-W48')
  expect(says('last_week', '2027-01-06T12:00:00Z')[0]).toBe('2026-W53')
  expect(says('last_week', '2026-03-30T12:00:00Z')).toEqual(['2026-W13', '2026-03-22T23:00:00.000Z', '2026-03-29T22:00:00.000Z'])
  expect(says('month', '2026-10-31T23:30:00Z')).toEqual(['2026-11', '2026-10-31T23:00:00.000Z', '2026-11-30T23:00:00.000Z'])
})
