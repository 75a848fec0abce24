import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkKey, keepKey, sealerFor } from '../../src/db/key.ts'
import { createSealer, keyPrint } from '../../src/seal.ts'
import { emptyDatabase } from '../database.ts'
import { type World, world } from '../world.ts'

const [today, fresh, other] = [1, 2, 3].map(() => randomBytes(32)) as [Buffer, Buffer, Buffer]
const folder = mkdtempSync(join(tmpdir(), 'troupe-key-'))
let w: World
beforeAll(async () => {
  w = await world({ key: today })
})
afterAll(async () => {
  await w.close()
  rmSync(folder, { recursive: true, force: true })
})

const given = (key: Buffer, ...before: Buffer[]) => ({
  SECRET_KEY: key.toString('base64'),
  SECRET_KEY_BEFORE: before.map((one) => one.toString('base64')),
  DATA_DIR: folder,
})
const kept = async () => (await w.app.database.across((db) => db.keyPrint.findMany())).map(({ print }) => print)
const health = async () => (await (await w.serve()).server.inject({ url: '/health' })).json().parts.key

test('a database of before its print was kept takes the key that opens what is sealed in it, and no other', async () => {
  await expect(sealerFor(w.url, given(other))).rejects.toThrow('The rows of this database are sealed with another key.')
  await expect(sealerFor(w.url, { DATA_DIR: folder })).rejects.toThrow('sealed with a key that is not here')
  expect(readdirSync(folder)).toEqual([])
  expect(await kept()).toEqual([])
  expect(await health()).toEqual({ ok: true })
  // Nothing was sealed anew yet, so the former is still its key.
  await sealerFor(w.url, given(fresh, today))
  expect(await kept()).toEqual([keyPrint(today)])
  await sealerFor(w.url, given(today))
  expect(await kept()).toEqual([keyPrint(today)])
})

test('from then on another key is refused, and health says it of a process whose key was replaced', async () => {
  await expect(sealerFor(w.url, given(other))).rejects.toThrow('sealed with another key')
  await expect(checkKey(w.url, { DATA_DIR: folder })).rejects.toThrow('sealed with a key that is not here')
  // Both open while one is replaced, and the former stays the one of the database until all is sealed anew.
  await sealerFor(w.url, given(fresh, today))
  expect(await kept()).toEqual([keyPrint(today)])
  await expect(sealerFor(w.url, given(fresh))).rejects.toThrow('sealed with another key')
  expect(await health()).toEqual({ ok: true })
  await keepKey(w.url, createSealer(fresh, [today]))
  await sealerFor(w.url, given(fresh))
  await expect(sealerFor(w.url, given(today))).rejects.toThrow('sealed with another key')
  expect(await health()).toEqual({ ok: false, error: 'the rows are sealed with another key' })
})

test('a new database takes any key, one is made where none is, and a second machine needs the same', async () => {
  const { url, drop } = await emptyDatabase()
  expect(await checkKey(url, { DATA_DIR: folder })).toBe('nothing')
  const sealer = await sealerFor(url, { DATA_DIR: folder })
  expect(readdirSync(folder)).toEqual(['secret.key'])
  await expect(sealerFor(url, given(other))).rejects.toThrow('sealed with another key')
  expect((await sealerFor(url, { DATA_DIR: folder })).prints).toEqual(sealer.prints)
  rmSync(join(folder, 'secret.key'))
  await expect(sealerFor(url, { DATA_DIR: folder })).rejects.toThrow('sealed with a key that is not here')
  writeFileSync(join(folder, 'secret.key'), other.toString('base64'), { mode: 0o600 })
  await expect(sealerFor(url, { DATA_DIR: folder })).rejects.toThrow('sealed with another key')
  await drop()
})
