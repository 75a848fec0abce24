import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/client.ts'
import { type Click, fromLine, toLine } from '../../src/links/click-line.ts'
import { clickSink } from '../../src/links/click-sink.ts'
import { type Disk, type Journal, type JournalOptions, openJournal } from '../../src/links/journal.ts'
import { ensurePartitions } from '../../src/links/partitions.ts'
import { type ClickSink, createShipper } from '../../src/links/shipper.ts'
import { freshDatabase } from '../database.ts'

/** Six in every run; the long run asks for 200. */
const kills = Number(process.env.TEST_KILLS ?? 6)
const noon = Date.parse('2026-11-21T12:00:00Z')
const now = () => new Date(noon)
let root = ''
let count = 0
let opened: Journal[] = []

function click(n: number = ++count, more: Partial<Click> = {}): Click {
  const fixed = {
    programId: 'prg_1',
    linkId: 'lnk_1',
    ip: '203.0.113.0',
    userAgent: 'Mozilla/5.0 Firefox/143.0',
    referer: '',
    country: null,
    bot: false,
  }
  return { ...fixed, id: `clk_${String(n).padStart(26, '0')}`, at: noon + n, visitor: `v${n}`, ...more }
}

function open(more: Partial<JournalOptions> = {}): Journal {
  const journal = openJournal({ root, instance: 'web', now, retryMs: 5, ...more })
  opened.push(journal)
  return journal
}

function linesIn(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) => fs.readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean))
}

beforeEach(() => {
  root = join(fs.mkdtempSync(join(tmpdir(), 'troupe-journal-')), 'journal')
  opened = []
})

afterEach(async () => {
  for (const journal of opened) await journal.close()
  fs.rmSync(join(root, '..'), { recursive: true, force: true })
})

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
    const journal = open({ disk })
    await Promise.all(Array.from({ length: 100 }, () => journal.append(click())))
    expect(writes).toBe(1)
    expect(linesIn(root)).toHaveLength(100)
    await journal.appendAll([click(), click()])
    expect(linesIn(root)).toHaveLength(102)
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
    const journal = open({ disk, fsync: true, maxBytes: 2_000 })
    const many: Promise<unknown>[] = []
    for (let turn = 0; turn < 50; turn++) {
      many.push(journal.append(click()).then(() => order.push('resolved')))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(many)
    expect(order[0]).toBe('synced')
    expect(order.filter((one) => one === 'synced').length).toBeLessThanOrEqual(50)
    expect(order.filter((one) => one === 'resolved')).toHaveLength(50)
    expect(linesIn(root)).toHaveLength(50)
    expect(journal.stats().degraded).toBe(false)
  })

  test('files are ended by size and by age', async () => {
    let time = noon
    const journal = open({ maxBytes: 1_000, maxAgeMs: 5_000, now: () => new Date(time) })
    for (let i = 0; i < 20; i++) await journal.append(click())
    expect(journal.segments().length).toBeGreaterThan(2)
    expect(journal.segments().filter((segment) => segment.open)).toHaveLength(1)
    time += 6_000
    await expect.poll(() => journal.segments().some((segment) => segment.open), { timeout: 3_000 }).toBe(false)
    await journal.append(click())
    expect(linesIn(root)).toHaveLength(21)
  })

  test('a file that somebody deletes is written anew', async () => {
    const journal = open()
    await journal.append(click())
    fs.rmSync(journal.segments()[0]!.path)
    await expect.poll(() => linesIn(root).length, { timeout: 3_000 }).toBe(1)
    await journal.append(click())
    expect(linesIn(root)).toHaveLength(2)
  })
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
    const journal = open({ disk })
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
    const kept = new Set(linesIn(root).map((line) => fromLine(line)?.id))
    expect(sent.filter((one) => !kept.has(one.id))).toEqual([])
    expect(journal.stats()).toMatchObject({ dropped: 0, waitingBytes: 0, degraded: false })
  })

  test('memory is bounded; what is over is counted', async () => {
    const { state, disk } = failing()
    const journal = open({ disk, waitingBytes: 2_000 })
    state.fault = 'ENOSPC'
    for (let i = 0; i < 100; i++) await journal.append(click())
    const { waitingBytes, dropped } = journal.stats()
    expect(waitingBytes).toBeLessThanOrEqual(2_000)
    expect(dropped).toBeGreaterThan(80)
    state.fault = null
    await expect.poll(() => journal.stats().degraded).toBe(false)
    expect(linesIn(root)).toHaveLength(100 - dropped)
  })
})

describe('folders', () => {
  test('a name is used once at a time, and a living process keeps its files', async () => {
    const journal = open()
    await journal.append(click())
    expect(() => openJournal({ root, instance: 'web', now })).toThrow(/in use/)
    const other = open({ instance: 'other' })
    expect(other.segments()).toEqual([])
    expect(journal.segments()).toHaveLength(1)
  })

  test('what a process that is gone has left is adopted by one of those that start', async () => {
    const journal = open()
    await journal.append(click())
    await journal.close()
    const lock = join(root, 'web', 'lock')
    const owner = JSON.parse(fs.readFileSync(lock, 'utf8')) as object
    fs.writeFileSync(lock, JSON.stringify({ ...owner, start: 'an earlier process with this number' }))
    const next = [open({ instance: 'a' }), open({ instance: 'b' }), open()]
    expect(next.map((one) => one.segments().length)).toEqual([1, 0, 0])
    expect(next[0]!.segments()[0]).toMatchObject({ instance: 'web', open: false })
    expect(linesIn(root)).toHaveLength(1)
  })

  test('a lock of another machine is respected until it has been silent for two minutes', async () => {
    const journal = open()
    await journal.append(click())
    await journal.close()
    const lock = join(root, 'web', 'lock')
    fs.writeFileSync(lock, JSON.stringify({ host: 'another-machine', pid: 1, start: 'then' }))
    fs.utimesSync(lock, new Date(noon - 60_000), new Date(noon - 60_000))
    const other = open({ instance: 'other' })
    expect(other.segments()).toHaveLength(0)
    fs.utimesSync(lock, new Date(noon - 121_000), new Date(noon - 121_000))
    expect(other.adopt()).toBe(1)
    expect(other.segments()).toHaveLength(1)
  })
})

describe('shipping', () => {
  let made: Awaited<ReturnType<typeof freshDatabase>>
  let db: Database
  let sink: ClickSink

  beforeAll(async () => {
    made = await freshDatabase()
    db = await openDatabase(made.url)
    sink = clickSink(db.pool)
  })
  afterAll(async () => {
    await db.close()
    await made.drop()
  })
  beforeEach(async () => {
    await db.owner.query('TRUNCATE "Click", "JournalOffset"')
  })

  async function stored(): Promise<{ id: string; bot: boolean; uniqueInHour: boolean }[]> {
    return (await db.owner.query('SELECT id, bot, "uniqueInHour" FROM "Click" ORDER BY id')).rows
  }

  function ship(journal: Journal, more: Partial<ClickSink> = {}, rows = 10) {
    return createShipper({ journal, sink: { ...sink, ...more }, now, rows, pauseMs: 1 })
  }

  test('every line becomes a row once; files are removed when their last line is stored', async () => {
    const journal = open({ maxBytes: 3_000 })
    const shipper = ship(journal)
    await journal.appendAll(Array.from({ length: 25 }, () => click()))
    expect(shipper.stats().pendingBytes).toBeGreaterThan(0)
    expect(await shipper.shipAll()).toBe(true)
    expect(await stored()).toHaveLength(25)
    expect(shipper.stats()).toMatchObject({ shipped: 25, pendingBytes: 0, lagMs: 0, torn: 0 })
    await journal.append(click())
    await journal.append(click())
    expect(await shipper.drain()).toBe(true)
    expect(await stored()).toHaveLength(27)
    expect(fs.existsSync(join(root, 'web'))).toBe(false)
    expect((await db.owner.query('SELECT * FROM "JournalOffset"')).rows).toEqual([])
  })

  test('rows keep what the click said, for all programs', async () => {
    const journal = open()
    await journal.appendAll([
      click(1001, { userAgent: 'Mozilla/5.0 "é\\', referer: 'https://x.example/', country: 'DE' }),
      click(1002, { programId: 'prg_2', userAgent: 'curl/8.5.0', ip: '' }),
      click(1003, { bot: true }),
    ])
    await ship(journal).shipAll()
    const { rows } = await db.owner.query('SELECT * FROM "Click" ORDER BY id')
    expect(rows).toEqual([
      {
        ...click(1001, { userAgent: 'Mozilla/5.0 "é\\', referer: 'https://x.example/', country: 'DE' }),
        at: new Date(noon + 1001),
        uniqueInHour: true,
      },
      {
        ...click(1002, { programId: 'prg_2', userAgent: 'curl/8.5.0' }),
        ip: null,
        referer: null,
        at: new Date(noon + 1002),
        bot: true,
        uniqueInHour: false,
      },
      { ...click(1003), referer: null, at: new Date(noon + 1003), bot: true, uniqueInHour: false },
    ])
    expect(await db.within('prg_2', (one) => one.click.count())).toBe(1)
  })

  test('a visitor counts once an hour, over batches', async () => {
    const journal = open()
    const minutes = [0, 10, 59, 60, 61, 119, 120]
    await journal.appendAll(minutes.map((minute, i) => click(2000 + i, { at: noon + minute * 60_000, visitor: 'same' })))
    await ship(journal, {}, 2).shipAll()
    expect((await stored()).map((row) => row.uniqueInHour)).toEqual([true, false, false, true, false, false, true])
  })

  test('a torn last line is skipped and counted, and so is rubbish', async () => {
    const journal = open()
    await journal.appendAll([click(), click()])
    const { path } = journal.segments()[0]!
    await journal.close()
    fs.appendFileSync(path, `rubbish\n${toLine(click()).slice(0, 90)}`)
    const shipper = ship(journal)
    await shipper.shipAll()
    expect(await stored()).toHaveLength(2)
    expect(shipper.stats()).toMatchObject({ torn: 2, shipped: 2 })
    expect(journal.segments()).toEqual([])
  })

  test('a commit whose answer is lost stores nothing twice and stops nothing', async () => {
    const journal = open()
    await journal.appendAll(Array.from({ length: 30 }, () => click()))
    let lost = 0
    const store: ClickSink['store'] = async (shipment) => {
      const done = await sink.store(shipment)
      if (lost++ % 2 === 0) throw new Error('connection reset after COMMIT')
      return done
    }
    const shipper = ship(journal, { store })
    for (let tries = 0; tries < 20; tries++) await shipper.shipAll().catch(() => {})
    expect(await stored()).toHaveLength(30)
    expect(shipper.stats().pendingBytes).toBe(0)
  })

  test('a database that is away is asked again, and then everything arrives', async () => {
    const journal = open()
    let away = true
    let asked = 0
    const offset: ClickSink['offset'] = async (...file) => {
      asked++
      if (away) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
      return sink.offset(...file)
    }
    const troubles: unknown[] = []
    const shipper = createShipper({
      journal,
      sink: { ...sink, offset },
      now: () => new Date(noon + 90_000),
      pauseMs: 1,
      maxPauseMs: 10,
      onTrouble: (error) => troubles.push(error),
    })
    shipper.start()
    const sent = Array.from({ length: 50 }, () => click())
    for (const one of sent) await journal.append(one)
    await expect.poll(() => asked).toBeGreaterThan(5)
    expect(troubles).toHaveLength(1)
    expect(shipper.stats().failures).toBeGreaterThan(3)
    away = false
    await expect.poll(async () => (await stored()).length, { timeout: 5_000 }).toBe(50)
    expect(shipper.stats().failures).toBe(0)
    expect(await shipper.drain()).toBe(true)
  })

  test('a row that the database refuses is set aside, the others are stored', async () => {
    const journal = open()
    await journal.appendAll([click(), click(++count, { userAgent: 'a\u0000b' }), click()])
    const shipper = ship(journal)
    expect(await shipper.shipAll()).toBe(true)
    expect(await stored()).toHaveLength(2)
    expect(shipper.stats()).toMatchObject({ refused: 1, shipped: 2, pendingBytes: 0 })
    expect(fs.readFileSync(join(root, 'refused.log'), 'utf8')).toContain('clk_')
  })

  test('months are made ahead, also when clicks came first, and programs stay apart in them', async () => {
    const journal = open()
    await journal.appendAll([
      click(),
      click(++count, { at: Date.parse('2026-12-31T23:59:59.999Z') }),
      click(++count, { at: Date.parse('2027-01-01T00:00:00Z') }),
    ])
    await ship(journal).shipAll()
    const made = await Promise.all([ensurePartitions(db.owner, now()), ensurePartitions(db.owner, now())])
    expect(made.flat().sort()).toEqual(['Click_2026_11', 'Click_2026_12', 'Click_2027_01'])
    expect(await ensurePartitions(db.owner, now())).toEqual([])
    const { rows } = await db.owner.query(
      'SELECT tableoid::regclass::text AS month, count(*)::int AS n FROM "Click" GROUP BY 1 ORDER BY 1',
    )
    expect(rows).toEqual(['"Click_2026_11"', '"Click_2026_12"', '"Click_2027_01"'].map((month) => ({ month, n: 1 })))
    await expect(db.pool.query('SELECT * FROM "Click_2026_11"')).rejects.toThrow(/permission denied/)
    expect(await db.within('prg_1', (one) => one.click.count())).toBe(3)
    expect(await db.within('prg_2', (one) => one.click.count())).toBe(0)
  })

  test(
    'kill -9: no acknowledged click is lost, none is stored twice',
    async () => {
      const child = compileChild()
      const acked: string[] = []
      for (let kill = 0; kill < kills; kill++) {
        const web = spawn(process.execPath, [child, root, made.url], { stdio: ['ignore', 'pipe', 'inherit'] })
        let said = ''
        web.stdout.setEncoding('utf8').on('data', (text: string) => {
          said += text
        })
        await once(web.stdout, 'data')
        await pause(40 + Math.random() * 250)
        web.kill('SIGKILL')
        await once(web, 'close')
        acked.push(...said.slice(0, said.lastIndexOf('\n')).split('\n'))
      }
      const before = (await stored()).length
      const shipper = ship(open(), {}, 1000)
      expect(await shipper.shipAll()).toBe(true)
      const { rows } = await db.owner.query<{ id: string; times: number }>(
        'SELECT id, count(*)::int AS times FROM "Click" GROUP BY id',
      )
      const kept = new Set(rows.map((row) => row.id))
      expect(acked.length).toBeGreaterThan(500)
      expect(before).toBeGreaterThan(0)
      expect(acked.filter((id) => !kept.has(id))).toEqual([])
      expect(rows.filter((row) => row.times > 1)).toEqual([])
      expect(linesIn(root)).toEqual([])
    },
    60_000 + kills * 2_000,
  )
})

/** Node 20 does not run TypeScript: the child and what it imports are compiled beside node_modules, so that packages are found. */
function compileChild(): string {
  const project = join(import.meta.dirname, '../..')
  const outDir = join(project, 'node_modules/.cache/troupe-journal-child')
  const config = {
    extends: join(project, 'tsconfig.json'),
    compilerOptions: { outDir, rootDir: project, sourceMap: false },
    include: [],
    files: [join(project, 'test/rooms/journal-child.ts')],
  }
  fs.mkdirSync(outDir, { recursive: true })
  fs.writeFileSync(join(outDir, 'tsconfig.json'), JSON.stringify(config))
  fs.writeFileSync(join(outDir, 'package.json'), '{"type":"module"}')
  execFileSync(process.execPath, [join(project, 'node_modules/typescript/bin/tsc'), '-p', join(outDir, 'tsconfig.json')], {
    stdio: 'inherit',
  })
  return join(outDir, 'test/rooms/journal-child.js')
}
