import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeFolder, saysFull } from '../../src/db/folder.ts'

const base = mkdtempSync(join(tmpdir(), 'troupe-folder-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

test('what can be no folder is told by the name of its variable', () => {
  const [file, link] = [join(base, 'a-file'), join(base, 'a-link')]
  writeFileSync(file, '')
  symlinkSync(join(base, 'nowhere', 'at', 'all'), link)
  expect(() => makeFolder(file)).toThrow(/a-file is no folder; set DATA_DIR to one\.$/)
  expect(() => makeFolder(join(file, 'within'))).toThrow(
    /a-file\/within can't be made \((ENOTDIR|EEXIST)\); set DATA_DIR to another folder\.$/,
  )
  expect(() => makeFolder(link)).toThrow(/a-link leads to nothing; set DATA_DIR to another folder\.$/)
})

test('a disk that fills up while PostgreSQL starts is full in any of its words', () => {
  expect(saysFull('FATAL:  could not write lock file "postmaster.pid": No space left on device')).toBe(true)
  expect(saysFull('FATAL:  could not extend file "base/5/2619": wrote only 4096 of 8192 bytes at block 3')).toBe(true)
  expect(saysFull('FATAL:  data directory "/x" has invalid permissions')).toBe(false)
})
