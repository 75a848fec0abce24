import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { placeOf } from '../../src/backup/place.ts'

const folder = mkdtempSync(join(tmpdir(), 'troupe-place-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = new Date('2026-11-22T10:00:00Z')

test('the data folder’s own place is made, whether a file in it is named or none', () => {
  const data = join(folder, 'data')
  expect(placeOf(join(data, 'backups/today.zip'), data, at)).toBe(join(data, 'backups/today.zip'))
  expect(existsSync(join(data, 'backups'))).toBe(true)
  expect(dirname(placeOf(undefined, join(folder, 'other'), at))).toBe(join(folder, 'other/backups'))
})

test('a folder that is not there and a file that is are one sentence each, and nothing is made', () => {
  const away = join(folder, 'not-mounted')
  expect(() => placeOf(join(away, 'a.zip'), folder, at)).toThrow(`There is no folder ${away}.`)
  expect(existsSync(away)).toBe(false)
  writeFileSync(join(folder, 'a.zip'), '')
  expect(() => placeOf(join(folder, 'a.zip'), folder, at)).toThrow('a.zip is there already.')
})
