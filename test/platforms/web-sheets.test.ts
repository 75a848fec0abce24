import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = new URL('../../src/platforms/web/assets/', import.meta.url)
const sheets = readdirSync(folder).filter((name) => name.endsWith('.css'))
const words = (name: string) => readFileSync(new URL(name, folder), 'utf8')

test('a sheet uses no colour or size that no sheet names: browsers leave such a line out without a word', () => {
  const named = new Set(sheets.flatMap((name) => [...words(name).matchAll(/^\s*(--[\w-]+):/gm)].map(([, variable]) => variable)))
  expect(named.size).toBeGreaterThan(30)
  for (const name of sheets)
    for (const [, variable] of words(name).matchAll(/var\((--[\w-]+)\)/g))
      expect(named, `${variable} in ${name}`).toContain(variable)
})
