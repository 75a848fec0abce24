/** What others may ask of those who run Troupe: nothing but to keep their notices. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Package = { name: string; version: string; licence: string }
const { packages, page } = (await import(new URL('../../docs/licences.mjs', import.meta.url).href)) as {
  packages: () => Package[]
  page: () => string
}

const free = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'OFL-1.1',
])

/** Used as they come and never changed, which these ask for; each for one purpose. */
const asTheyCome: [RegExp, string, string][] = [
  [/^@resvg\/resvg-js/, 'MPL-2.0', 'turns charts into pictures'],
  [/^@img\/sharp-/, 'LGPL-3.0-or-later', 'a shared library that makes pictures smaller'],
  [/^elkjs$/, 'EPL-2.0', 'comes with the schema tool of the database and is never loaded'],
]

const parts = (licence: string): string[] => licence.replace(/[()]/g, '').split(/ AND | and | OR /)

test('no package brings a licence that is not on the list', () => {
  const all = packages()
  expect(all.length).toBeGreaterThan(300)
  const offending = all.filter(
    ({ name, licence }) =>
      !parts(licence).every((one) => free.has(one) || asTheyCome.some(([which, what]) => which.test(name) && what === one)),
  )
  expect(offending).toEqual([])
})

test('docs/licences.md lists what is installed', () => {
  expect(readFileSync(new URL('../../docs/licences.md', import.meta.url), 'utf8')).toBe(page())
})
