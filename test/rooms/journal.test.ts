import fs from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromLine, toLine } from '../../src/links/click-line.ts'
import { type Disk, openJournal } from '../../src/links/journal.ts'
import { click, journalFolder, noon, now } from './journal-folder.ts'

const folder = journalFolder()

describe('appending', () => {
  test('a line is read back as the click it was, whatever a browser sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.boolean(), (userAgent, referer, bot) => {
        const one = click(1, { userAgent, referer, bot, country: bot ? 'DE' : null })
        const line = toLine(one)
        expect(line.indexOf('\n')).toBe(line.length - 1)
        expect(fromLine(line)).toEqual(one)
        const cut = Math.floor(line.length / 2)
        expect(fromLine(line.slice(0, cut))).toBeNull()
      }),
    )
  })

  test('all clicks of a turn share one write, and are in the file when they resolve', async () => {
    let writes = 0
    const disk: Disk = {
      ...fs,
      writeSync: ((...args: Parameters<typeof fs.writeSync>) => {
        writes++
        return fs.writeSync(...args)
      }) as typeof fs.writeSync,
    }
    const journal = folder.open({ disk })
    await Promise.all(Array.from({ length: 100 }, () => journal.append(click())))
    expect(writes).toBe(1)
    expect(folder.lines()).toHaveLength(100)
    await journal.appendAll([click(), click()])
    expect(folder.lines()).toHaveLength(102)
    expect(journal.stats()).toEqual({ degraded: false, dropped: 0, waitingBytes: 0, appended: 102 })
  })

  test('with fsync nothing resolves before its fdatasync, and those who wait share one', async () => {
    const order: string[] = []
    const fdatasync: Disk['fdatasync'] = Object.assign(
      (fd: number, done: fs.NoParamCallback) =>
        fs.fdatasync(fd, (error) => {
          order.push('synced')
          done(error)
        }),
      { __promisify__: fs.fdatasync.__promisify__ },
    )
    const disk: Disk = { ...fs, fdatasync }
    const journal = folder.open({ disk, fsync: true, maxBytes: 2_000 })
    const many: Promise<unknown>[] = []
    for (let turn = 0; turn < 50; turn++) {
      many.push(journal.append(click()).then(() => order.push('resolved')))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(many)
    expect(order[0]).toBe('synced')
    expect(order.filter((one) => one === 'synced').length).toBeLessThanOrEqual(50)
    expect(order.filter((one) => one === 'resolved')).toHaveLength(50)
    expect(folder.lines()).toHaveLength(50)
    expect(journal.stats().degraded).toBe(false)
  })

  test('files are ended by size and by age', async () => {
    let time = noon
    const journal = folder.open({ maxBytes: 1_000, maxAgeMs: 5_000, now: () => new Date(time) })
    for (let i = 0; i < 20; i++) await journal.append(click())
    expect(journal.segments().length).toBeGreaterThan(2)
    expect(journal.segments().filter((segment) => segment.open)).toHaveLength(1)
    time += 6_000
    await expect.poll(() => journal.segments().some((segment) => segment.open), { timeout: 3_000 }).toBe(false)
    await journal.append(click())
    expect(folder.lines()).toHaveLength(21)
  })

  test('a file that somebody deletes is written anew', async () => {
    const journal = folder.open()
    await journal.append(click())
    fs.rmSync(journal.segments()[0]!.path)
    await expect.poll(() => folder.lines().length, { timeout: 3_000 }).toBe(1)
    await journal.append(click())
    expect(folder.lines()).toHaveLength(2)
  })
})

test('a folder that somebody deletes is made anew, and nobody else takes what is written there', async () => {
  const journal = folder.open()
  await journal.append(click())
  fs.rmSync(dirname(journal.segments()[0]!.path), { recursive: true })
  await expect.poll(() => folder.lines().length, { timeout: 3_000 }).toBe(1)
  const other = folder.open({ instance: 'other' })
  expect([other.segments().length, journal.segments().length]).toEqual([0, 1])
  await journal.append(click())
  expect(folder.lines()).toHaveLength(2)
})

describe('a disk that refuses', () => {
  /** Real files on a disk that, while `fault` is set, takes at most `some` bytes of a write and then fails. */
  function failing() {
    const state = { fault: null as string | null, some: 0 }
    const writeSync = (fd: number, bytes: Buffer, from: number) => {
      if (state.fault === null) return fs.writeSync(fd, bytes, from)
      const some = Math.min(state.some, bytes.length - from)
      state.some = 0
      if (some > 0) return fs.writeSync(fd, bytes, from, some)
      throw Object.assign(new Error(`${state.fault}: write`), { code: state.fault })
    }
    return { state, disk: { ...fs, writeSync: writeSync as typeof fs.writeSync } satisfies Disk }
  }

  test.each(['ENOSPC', 'EIO'])('%s: clicks still resolve, wait in memory, and are all written later', async (fault) => {
    const { state, disk } = failing()
    const journal = folder.open({ disk })
    const sent = [click()]
    await journal.append(sent[0]!)
    for (const some of [0, 1, 100, 350]) {
      Object.assign(state, { fault, some })
      for (let i = 0; i < 5; i++) {
        sent.push(click())
        await journal.append(sent.at(-1)!)
      }
      expect(journal.stats().degraded).toBe(true)
      expect(journal.stats().waitingBytes).toBeGreaterThan(0)
      await pause(20)
      state.fault = null
      await expect.poll(() => journal.stats().degraded).toBe(false)
    }
    sent.push(click())
    await journal.append(sent.at(-1)!)
    const kept = new Set(folder.lines().map((line) => fromLine(line)?.id))
    expect(sent.filter((one) => !kept.has(one.id))).toEqual([])
    expect(journal.stats()).toMatchObject({ dropped: 0, waitingBytes: 0, degraded: false })
  })

  test('memory is bounded; what is over is counted', async () => {
    const { state, disk } = failing()
    const journal = folder.open({ disk, waitingBytes: 2_000 })
    state.fault = 'ENOSPC'
    for (let i = 0; i < 100; i++) await journal.append(click())
    const { waitingBytes, dropped } = journal.stats()
    expect(waitingBytes).toBeLessThanOrEqual(2_000)
    expect(dropped).toBeGreaterThan(80)
    state.fault = null
    await expect.poll(() => journal.stats().degraded).toBe(false)
    expect(folder.lines()).toHaveLength(100 - dropped)
  })
})

describe('folders', () => {
  test('a name is used once at a time, and a living process keeps its files', async () => {
    const journal = folder.open()
    await journal.append(click())
    expect(() => openJournal({ root: folder.path(), instance: 'web', now })).toThrow(/in use/)
    const other = folder.open({ instance: 'other' })
    expect(other.segments()).toEqual([])
    expect(journal.segments()).toHaveLength(1)
  })

  test('what a process that is gone has left is adopted by one of those that start', async () => {
    const journal = folder.open()
    await journal.append(click())
    await journal.close()
    const lock = folder.path('web', 'lock')
    const owner = JSON.parse(fs.readFileSync(lock, 'utf8')) as object
    fs.writeFileSync(lock, JSON.stringify({ ...owner, start: 'an earlier process with this number' }))
    const next = [folder.open({ instance: 'a' }), folder.open({ instance: 'b' }), folder.open()]
    expect(next.map((one) => one.segments().length)).toEqual([1, 0, 0])
    expect(next[0]!.segments()[0]).toMatchObject({ instance: 'web', open: false })
    expect(folder.lines()).toHaveLength(1)
  })

  test('a lock of another machine is respected until it has been silent for two minutes', async () => {
    const journal = folder.open()
    await journal.append(click())
    await journal.close()
    const lock = folder.path('web', 'lock')
    fs.writeFileSync(lock, JSON.stringify({ host: 'another-machine', pid: 1, start: 'then' }))
    fs.utimesSync(lock, new Date(noon - 60_000), new Date(noon - 60_000))
    const other = folder.open({ instance: 'other' })
    expect(other.segments()).toHaveLength(0)
    fs.utimesSync(lock, new Date(noon - 121_000), new Date(noon - 121_000))
    expect(other.adopt()).toBe(1)
    expect(other.segments()).toHaveLength(1)
  })
})
