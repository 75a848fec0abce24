/** A disk that takes nothing any more, under half a million clicks. */
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Disk, openJournal } from '../../src/links/journal.ts'
import { click } from '../rooms/journal-folder.ts'
import { figure } from './figure.ts'

let folder: string
beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'troupe-disk-'))
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

test.each(['ENOSPC', 'EIO'])('%s: shoppers are led on, health says it, memory stays bounded', async (code) => {
  const state = { broken: true }
  const writeSync = ((fd: number, bytes: Buffer, from: number) => {
    if (state.broken) throw Object.assign(new Error(`${code}: write`), { code })
    return fs.writeSync(fd, bytes, from)
  }) as typeof fs.writeSync
  const disk = { ...fs, writeSync } satisfies Disk
  const journal = openJournal({ root: join(folder, code), instance: 'web', now: () => new Date(), disk, retryMs: 20 })
  const many = Array.from({ length: 1_000 }, (_, n) => click(n))
  let answered = 0
  for (let n = 0; n < 500; n++) {
    await journal.appendAll(many)
    answered += many.length
    if (n % 50 === 0) await nextTurn()
  }
  const { degraded, waitingBytes, dropped } = journal.stats()
  expect({ answered, degraded }).toEqual({ answered: 500_000, degraded: true })
  expect(waitingBytes).toBeLessThanOrEqual(64 * 2 ** 20)
  state.broken = false
  await expect.poll(() => journal.stats(), { timeout: 20_000 }).toMatchObject({ degraded: false, waitingBytes: 0 })
  const bytes = journal.segments().reduce((sum, { end }) => sum + end, 0)
  expect(bytes).toBeGreaterThanOrEqual(waitingBytes)
  figure('F3', `${code}: clicks answered / lost once memory was full too`, `${answered} / ${dropped}`)
  figure('F3', `${code}: most that waited in memory, MB`, (waitingBytes / 2 ** 20).toFixed(1))
  await journal.close()
})
