import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { borrowDatabase, holdDatabase } from '../../src/db/borrow.ts'
import { doctor } from '../../src/doctor.ts'

const folder = mkdtempSync(join(tmpdir(), 'troupe-borrow-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a database that was moved elsewhere is no command’s, and the doctor says where it is', async () => {
  writeFileSync(join(folder, 'moved-to'), 'db.example/troupe\n')
  const config = readConfig({ NODE_ENV: 'test', DATA_DIR: folder })
  const sentence = 'The database of this folder was moved to db.example/troupe.'
  await expect(borrowDatabase(config)).rejects.toThrow(sentence)
  await expect(holdDatabase(config)).rejects.toThrow(sentence)
  expect(readdirSync(folder)).toEqual(['moved-to'])
  const there = 'postgres://troupe@db.example/troupe'
  expect((await borrowDatabase({ ...config, DATABASE_URL: there })).url).toBe(there)

  const { lines, code } = await doctor(() => config)
  expect(lines).toContain(
    `✗ Database: ${sentence} Set DATABASE_URL to that address, or remove ${join(folder, 'moved-to')} to go on with what was here.`,
  )
  expect(code).toBe(1)
})

test.skipIf(process.getuid?.() !== 0)(
  'what root’s commands make in another user’s folder is that user’s afterwards, the database too',
  async () => {
    const dir = join(folder, 'anothers')
    mkdirSync(dir, { mode: 0o700 })
    chownSync(dir, 65534, 65534)
    chmodSync(folder, 0o755)
    const config = readConfig({ NODE_ENV: 'test', DATA_DIR: dir })
    const { stop } = await holdDatabase(config)
    mkdirSync(join(dir, 'backups'), { mode: 0o700 })
    writeFileSync(join(dir, 'backups', 'one.zip'), '', { mode: 0o600 })
    await stop()
    const made = readdirSync(dir, { recursive: true }).map((name) => lstatSync(join(dir, String(name))).uid)
    expect(made.length).toBeGreaterThan(100)
    expect(new Set(made)).toEqual(new Set([65534]))
  },
  60_000,
)
