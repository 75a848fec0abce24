/** The table of faults is true: what it names exists, and what it leaves out says why. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chosen, faults, wanted } from './faults.ts'

const root = join(import.meta.dirname, '../..')

test('every fault has tests that exist, or a reason why not', () => {
  expect(faults.map(({ id }) => id)).toEqual(Array.from({ length: 38 }, (_, n) => `F${n + 1}`))
  const missing = faults.flatMap(({ id, proofs, not }) => {
    if (proofs.length === 0) return not === undefined ? [`${id} has neither tests nor a reason`] : []
    return proofs.flatMap(({ file, tests, before = [] }) => {
      if (!existsSync(join(root, file))) return [`${id}: there is no ${file}`]
      const source = readFileSync(join(root, file), 'utf8')
      const stands = (name: string): boolean =>
        // A name may be put together: then its first word stands before the rest.
        source.includes(name) || source.includes(`${name.split(' ')[0]} %s`)
      return [...before, ...tests].filter((name) => !stands(name)).map((name) => `${id}: ${file} has no test "${name}"`)
    })
  })
  expect(missing).toEqual([])
})

test('a run may be of some faults alone', () => {
  const { include, pattern } = chosen(wanted('F15 F26'))
  expect(include).toContain('test/kernel/clock-changes.test.ts')
  expect(include).not.toContain('test/log.test.ts')
  expect(pattern.test('Shopify: the signature of the known vector')).toBe(false)
  expect(() => wanted('F39')).toThrow('no fault F39')
})
