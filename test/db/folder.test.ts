import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { acquireFolder, makeFolder, saysFull } from '../../src/db/folder.ts'

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

test.skipIf(process.platform !== 'linux')(
  'a folder that a process of another container holds is refused while that one shows itself',
  () => {
    const dir = join(base, 'shared')
    acquireFolder(dir)()
    const lock = join(dir, 'lock')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    writeFileSync(lock, `2\n${boot} 1\npid:[1]\n`)
    expect(() => acquireFolder(dir)).toThrow(
      /already running in this folder in another container, or was until half a minute ago; stop it there/,
    )
    const before = new Date(Date.now() - 60_000)
    utimesSync(lock, before, before)
    acquireFolder(dir)()
    expect(existsSync(lock)).toBe(false)
    // Of a machine that was started anew since, nothing lives.
    writeFileSync(lock, '2\nanother-boot 1\npid:[1]\n')
    acquireFolder(dir)()
  },
)

test('whoever holds a folder shows itself, and gives it up with its last word', async () => {
  const dir = join(base, 'held')
  const lock = join(dir, 'lock')
  const release = acquireFolder(dir)
  const before = new Date(Date.now() - 60_000)
  utimesSync(lock, before, before)
  const words = readFileSync(lock, 'utf8')
  await expect.poll(() => statSync(lock).mtimeMs, { timeout: 10_000 }).toBeGreaterThan(before.getTime() + 1_000)
  expect(readFileSync(lock, 'utf8')).toBe(words)
  release()
  expect(existsSync(lock)).toBe(false)
}, 15_000)
