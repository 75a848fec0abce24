/** The table of `npm run planted` must not rot: what it would break still stands where it says. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { laws } from '../../bench/planted/laws.ts'

const root = join(import.meta.dirname, '../..')

test('each law stands exactly once in its file, is broken by the change, and has its tests', () => {
  expect(laws.length).toBeGreaterThanOrEqual(20)
  expect(new Set(laws.map(({ law }) => law)).size).toBe(laws.length)
  for (const { law, file, sound, broken, tests } of laws) {
    expect(readFileSync(join(root, file), 'utf8').split(sound).length - 1, `${law}: ${file}`).toBe(1)
    expect(broken, law).not.toBe(sound)
    expect(tests.filter((one) => !existsSync(join(root, one)))).toEqual([])
  }
})
