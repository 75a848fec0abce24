import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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
