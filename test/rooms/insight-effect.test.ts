import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { effectsAmong, studentAt, type Weeks } from '../../src/insight/rules-effect.ts'

/** Even numbers in [0, 1) from a seed. */
function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

type Plan = { creators: number; weeks: number; effect: number; treated: (spark: number[]) => boolean }

/** Creators of very different levels, weeks that are good or bad for all of them, and luck; some get something in one of six weeks. */
function played(seed: number, { creators, weeks, effect, treated }: Plan) {
  const draw = numbers(seed)
  const luck = () => draw() + draw() + draw() - 1.5
  const season = Array.from({ length: weeks }, (_, week) => 1 + 0.3 * Math.sin(week) + 0.02 * week)
  const rows = new Map<string, Weeks>()
  const given = new Map<string, number>()
  for (let i = 0; i < creators; i++) {
    const level = 40 * Math.exp(luck())
    const week = 6 + Math.floor(draw() * 6)
    const own = season.map((good) => Math.max(0, level * good * (1 + 0.8 * luck())))
    if (treated(own.map((value) => value / level)) && draw() < 0.5) given.set(`c${i}`, week)
    const from = given.get(`c${i}`)
    rows.set(
      `c${i}`,
      own.map((value, at) => (from !== undefined && at > from ? value + effect * level : value)),
    )
  }
  return effectsAmong(rows)(given)
}

/** The law as it is written, in as many steps as it says. */
function oneByOne(weeks: ReadonlyMap<string, Weeks>, given: ReadonlyMap<string, number>) {
  const four = (own: Weeks, from: number) => {
    const some = Array.from({ length: 4 }, (_, i) => own[from + i])
    return some.some((value) => value === null || value === undefined)
      ? null
      : some.reduce((sum: number, value) => sum + value!, 0) / 4
  }
  const changeAt = (id: string, week: number) => {
    const [before, after] = [four(weeks.get(id)!, week - 4), four(weeks.get(id)!, week + 1)]
    return week < 4 || before === null || after === null ? null : { id, before, change: after - before }
  }
  const alike = (own: number, other: number) => (own <= 0 ? other <= 0 : other >= own / 2 && other <= own * 2)
  const pairs = [...given].flatMap(([id, week]) => {
    const own = changeAt(id, week)
    if (!own) return []
    const like = [...weeks.keys()].flatMap((other) => {
      const theirs = changeAt(other, week)
      return theirs && (given.get(other) ?? 99) > week + 4 && alike(own.before, theirs.before) ? [theirs] : []
    })
    return like.length < 8 ? [] : [{ own, like, usual: like.reduce((sum, { change }) => sum + change, 0) / like.length }]
  })
  const n = pairs.length
  const shares = new Map<string, number>()
  for (const { like, usual } of pairs)
    for (const { id, change } of like) shares.set(id, (shares.get(id) ?? 0) + (change - usual) / (n * like.length))
  const m = shares.size
  const effects = pairs.map(({ own, usual }) => own.change - usual)
  const more = effects.reduce((sum, one) => sum + one, 0) / n
  const treated = effects.reduce((sum, one) => sum + (one - more) ** 2, 0) / (n - 1) / n
  const beside = ([...shares.values()].reduce((sum, one) => sum + one ** 2, 0) * m) / (m - 1)
  const variance = treated + beside
  const freedom = variance === 0 ? n - 1 : variance ** 2 / (treated ** 2 / (n - 1) + beside ** 2 / (m - 1))
  return { known: n >= 8, treated: n, compared: m, more, variance, freedom }
}

const anyone = { creators: 80, weeks: 18, effect: 0, treated: () => true }

describe('what an incentive did', () => {
  test('where it did nothing, the interval holds 0 in at least 93 of 100 cases', () => {
    const found = Array.from({ length: 300 }, (_, seed) => played(seed + 1, anyone))
    const covers = found.filter((one) => one.known && one.from <= 0 && one.to >= 0).length
    expect(found.every(({ known }) => known)).toBe(true)
    expect(covers / 300).toBeGreaterThanOrEqual(0.93)
  })

  test('where it did much, that is found, and about as much as it was', () => {
    const found = Array.from({ length: 100 }, (_, seed) => played(seed + 1, { ...anyone, effect: 0.6 }))
    expect(found.filter((one) => one.known && one.from > 0).length).toBeGreaterThanOrEqual(95)
    const parts = found.map((one) => (one.known ? one.more / one.before : Number.NaN))
    const middle = parts.sort((a, b) => a - b)[50]!
    expect(middle).toBeGreaterThan(0.3)
    expect(middle).toBeLessThan(0.7)
  })

  test('what was given before the weeks begin, or in their first four, is not read off other weeks', () => {
    const weeks = Array.from({ length: 26 }, (_, week) => 100 + week)
    const rows = new Map(Array.from({ length: 40 }, (_, i): [string, Weeks] => [`c${i}`, weeks]))
    for (const week of [-26, -22, -10, -6, -1, 0, 3]) {
      const given = new Map(Array.from({ length: 20 }, (_, i) => [`c${i}`, week]))
      expect(effectsAmong(rows)(given), String(week)).toEqual({ known: false, treated: 0, compared: 0 })
    }
  })

  test('it is what going through everybody one by one would give', () => {
    const week = fc.option(fc.integer({ min: -5, max: 60 }), { freq: 40 })
    const given = fc.option(fc.oneof(fc.integer({ min: 4, max: 7 }), fc.integer({ min: -1, max: 12 })), { freq: 2 })
    const creators = fc.array(fc.tuple(fc.array(week, { minLength: 12, maxLength: 12, size: 'max' }), given), {
      minLength: 30,
      maxLength: 60,
      size: 'max',
    })
    let known = 0
    fc.assert(
      fc.property(creators, (some) => {
        const rows = new Map(some.map(([weeks], i): [string, Weeks] => [`c${i}`, weeks]))
        const given = new Map(some.flatMap(([, at], i): [string, number][] => (at === null ? [] : [[`c${i}`, at]])))
        const [found, slowly] = [effectsAmong(rows)(given), oneByOne(rows, given)]
        expect(found).toMatchObject({ treated: slowly.treated, compared: slowly.compared, known: slowly.known })
        if (!found.known) return
        known += 1
        expect(found.more).toBeCloseTo(slowly.more, 9)
        expect(((found.to - found.from) / 2 / studentAt(slowly.freedom)) ** 2).toBeCloseTo(slowly.variance, 6)
      }),
      { numRuns: 300 },
    )
    expect(known).toBeGreaterThan(20)
  })

  test('ten thousand creators and eight incentives are no reason to wait', () => {
    const draw = numbers(1)
    const rows = new Map(
      Array.from({ length: 10_000 }, (_, i): [string, Weeks] => [
        `c${i}`,
        Array.from({ length: 26 }, () => Math.floor(draw() * 500)),
      ]),
    )
    const among = effectsAmong(rows)
    const began = performance.now()
    for (let n = 0; n < 8; n++) {
      const given = new Map([...rows.keys()].filter((_, i) => i % 3 === n % 3).map((id) => [id, Math.floor(draw() * 26)]))
      expect(among(given)).toMatchObject({ known: true })
    }
    // One by one it took half a minute.
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  test('with too few on either side there is no answer, never 0', () => {
    expect(played(1, { ...anyone, creators: 10 })).toMatchObject({ known: false })
    expect(effectsAmong(new Map())(new Map())).toEqual({ known: false, treated: 0, compared: 0 })
  })

  test('a week that lifts everybody is no effect, and one who came too late for the weeks before is left out', () => {
    const rows = new Map<string, Weeks>()
    const given = new Map<string, number>()
    for (let i = 0; i < 40; i++) {
      rows.set(
        `c${i}`,
        [10, 10, 10, 10, 10, 30, 30, 30, 30].map((value) => value + (i % 5) * 0.1),
      )
      if (i % 2) given.set(`c${i}`, 4)
    }
    rows.set('late', [null, null, 10, 10, 10, 90, 90, 90, 90])
    given.set('late', 4)
    const effect = effectsAmong(rows)(given)
    expect(effect).toMatchObject({ known: true, treated: 20, compared: 20 })
    expect(effect.known && Math.abs(effect.more)).toBeLessThan(1e-9)
  })

  test.each([
    [5, 2.5706],
    [10, 2.2281],
    [30, 2.0423],
    [1_000, 1.9623],
  ])('Student with %d degrees of freedom is %d', (freedom, value) => expect(studentAt(freedom)).toBeCloseTo(value, 2))
})
