import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { borrowDatabase, holdDatabase } from '../../src/db/borrow.ts'
import { handBack } from '../../src/db/folder.ts'
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

test.skipIf(process.getuid?.() !== 0)('what that user has led into the folder from elsewhere stays root’s', () => {
  const [dir, elsewhere] = [join(folder, 'led'), join(folder, 'roots')]
  for (const one of [dir, elsewhere]) mkdirSync(one)
  writeFileSync(join(elsewhere, 'secret'), '')
  symlinkSync(elsewhere, join(dir, 'by-link'))
  linkSync(join(elsewhere, 'secret'), join(dir, 'by-name'))
  mkdirSync(join(dir, 'media', 'deep'), { recursive: true })
  writeFileSync(join(dir, 'media', 'deep', 'file'), '')
  chownSync(dir, 65534, 65534)
  handBack(dir)
  const owners = [join(elsewhere, 'secret'), elsewhere, join(dir, 'media'), join(dir, 'media', 'deep', 'file')]
  expect(owners.map((path) => lstatSync(path).uid)).toEqual([0, 0, 65534, 65534])
})

test.skipIf(process.getuid?.() !== 0)('a folder that is turned into a link while root hands back leads nowhere', async () => {
  const [dir, elsewhere] = [join(folder, 'turned'), join(folder, 'kept')]
  for (const one of [dir, elsewhere, join(dir, 'a')]) mkdirSync(one)
  for (let n = 0; n < 300; n++) writeFileSync(join(elsewhere, `secret-${n}`), '')
  chownSync(dir, 65534, 65534)
  const turning = `const fs = require('node:fs'); console.log('turns')
    const stay = () => { for (const end = performance.now() + Math.random() * 0.2; performance.now() < end; ); }
    for (;;) {
      fs.renameSync('a', 'b'); fs.symlinkSync(${JSON.stringify(elsewhere)}, 'a'); stay()
      fs.unlinkSync('a'); fs.renameSync('b', 'a'); stay()
    }`
  const other = spawn(process.execPath, ['-e', turning], { cwd: dir, stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    await once(other.stdout, 'data')
    for (let n = 0; n < 3_000; n++) handBack(dir)
  } finally {
    other.kill('SIGKILL')
  }
  expect(new Set(readdirSync(elsewhere).map((name) => lstatSync(join(elsewhere, name)).uid))).toEqual(new Set([0]))
})
