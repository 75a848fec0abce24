import { expect, test } from 'vitest'
import { figure } from './figure.ts'
import { attacks, type Found, regexes, shortest, strings } from './regexes.ts'

/** Fast enough for whatever comes; what is slower must at least be linear: four times as many, about four times as long. */
const LIMIT_MS = 10
const STEEPEST = 8

/** What its slowest attack does: null where it is harmless. Where nothing is found it looks longest, so that is what is tried. */
function judge(found: Found): { worstMs: number; slow: string | null } {
  const regex = new RegExp(found.pattern, found.flags.replace(/[gy]/g, ''))
  let worstMs = 0
  for (const unit of attacks(found)) {
    // Up a ladder, so that what explodes is seen while it is small.
    for (const length of [24, 2_000, 25_000, 100_000]) {
      for (const words of strings(unit, length)) {
        const ms = shortest(() => regex.test(words), LIMIT_MS)
        if (length === 100_000) worstMs = Math.max(worstMs, ms)
        if (ms <= LIMIT_MS) continue
        const fourfold = shortest(() => regex.test(words.repeat(4)), ms * STEEPEST)
        if (fourfold > ms * STEEPEST)
          return {
            worstMs: ms,
            slow: `${JSON.stringify(unit)} × ${length}: ${Math.round(ms)} ms, four times as long ${Math.round(fourfold)} ms`,
          }
      }
    }
  }
  return { worstMs, slow: null }
}

/** Slow on what never comes there. */
const shortOnly = new Map([
  ['\\/+$', 'addresses that the operator or an admin names'],
  ['0+$', 'at most ten digits'],
])

test('each regular expression of the house is linear', { timeout: 600_000 }, () => {
  const tried = regexes().filter(({ pattern }) => !shortOnly.has(pattern))
  const all = [...new Map(tried.map((one) => [`/${one.pattern}/${one.flags}`, one])).values()]
  expect(all.length).toBeGreaterThan(200)
  const slow: string[] = []
  const worst: [number, string][] = []
  for (const found of all) {
    const { worstMs, slow: how } = judge(found)
    worst.push([worstMs, `/${found.pattern}/${found.flags}`])
    if (how !== null) slow.push(`${found.file}:${found.line} /${found.pattern}/${found.flags}: ${how}`)
  }
  const [most] = worst.sort(([a], [b]) => b - a)
  figure('F27', 'expressions tried', all.length)
  figure('F27', 'slowest on 100,000 characters, ms', `${most![0].toFixed(1)} (${most![1].slice(0, 60)})`)
  expect(slow).toEqual([])
})
