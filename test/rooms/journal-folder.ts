/** A folder of its own for each test of the journal, clicks to keep in it, and a database to ship them to. */
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type Database, openDatabase } from '../../src/db/client.ts'
import type { Click } from '../../src/links/click-line.ts'
import { clickSink } from '../../src/links/click-sink.ts'
import { type Journal, type JournalOptions, openJournal } from '../../src/links/journal.ts'
import { type ClickSink, createShipper } from '../../src/links/shipper.ts'
import { freshDatabase } from '../database.ts'

export const noon = Date.parse('2026-11-21T12:00:00Z')
export const now = () => new Date(noon)

let count = 0

/** A click; without a number it has the next one. */
export function click(n: number = ++count, more: Partial<Click> = {}): Click {
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

function linesIn(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) => fs.readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean))
}

/** Makes and removes the folder around each test. Journals opened here are closed with it. */
export function journalFolder() {
  let root = ''
  let opened: Journal[] = []

  beforeEach(() => {
    root = join(fs.mkdtempSync(join(tmpdir(), 'troupe-journal-')), 'journal')
    opened = []
  })
  afterEach(async () => {
    for (const journal of opened) await journal.close()
    fs.rmSync(join(root, '..'), { recursive: true, force: true })
  })

  return {
    path: (...parts: string[]) => join(root, ...parts),
    open(more: Partial<JournalOptions> = {}): Journal {
      const journal = openJournal({ root, instance: 'web', now, retryMs: 5, ...more })
      opened.push(journal)
      return journal
    },
    lines: () => linesIn(root),
  }
}

/** A database for all tests of a file, whose clicks are gone before each. */
export function clickDatabase() {
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

  return {
    get url() {
      return made.url
    },
    get db() {
      return db
    },
    get sink() {
      return sink
    },
    stored: async (): Promise<{ id: string; bot: boolean; uniqueInHour: boolean }[]> =>
      (await db.owner.query('SELECT id, bot, "uniqueInHour" FROM "Click" ORDER BY id')).rows,
    ship: (journal: Journal, more: Partial<ClickSink> = {}, rows = 10) =>
      createShipper({ journal, sink: { ...sink, ...more }, now, rows, pauseMs: 1 }),
  }
}
