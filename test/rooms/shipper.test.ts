import fs from 'node:fs'
import { expect, test } from 'vitest'
import { toLine } from '../../src/links/click-line.ts'
import { ensurePartitions } from '../../src/links/partitions.ts'
import { type ClickSink, createShipper } from '../../src/links/shipper.ts'
import { click, clickDatabase, journalFolder, noon, now } from './journal-folder.ts'

const folder = journalFolder()
const clicks = clickDatabase()

test('every line becomes a row once; files are removed when their last line is stored', async () => {
  const journal = folder.open({ maxBytes: 3_000 })
  const shipper = clicks.ship(journal)
  await journal.appendAll(Array.from({ length: 25 }, () => click()))
  expect(shipper.stats().pendingBytes).toBeGreaterThan(0)
  expect(await shipper.shipAll()).toBe(true)
  expect(await clicks.stored()).toHaveLength(25)
  expect(shipper.stats()).toMatchObject({ shipped: 25, pendingBytes: 0, lagMs: 0, torn: 0 })
  await journal.append(click())
  await journal.append(click())
  expect(await shipper.drain()).toBe(true)
  expect(await clicks.stored()).toHaveLength(27)
  expect(fs.existsSync(folder.path('web'))).toBe(false)
  expect((await clicks.db.owner.query('SELECT * FROM "JournalOffset"')).rows).toEqual([])
})

test('rows keep what the click said, for all programs', async () => {
  const journal = folder.open()
  await journal.appendAll([
    click(1001, { userAgent: 'Mozilla/5.0 "é\\', referer: 'https://x.example/', country: 'DE' }),
    click(1002, { programId: 'prg_2', userAgent: 'curl/8.5.0', ip: '' }),
    click(1003, { bot: true }),
  ])
  await clicks.ship(journal).shipAll()
  const { rows } = await clicks.db.owner.query('SELECT * FROM "Click" ORDER BY id')
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
  expect(await clicks.db.within('prg_2', (one) => one.click.count())).toBe(1)
})

test('a visitor counts once an hour, over batches', async () => {
  const journal = folder.open()
  const minutes = [0, 10, 59, 60, 61, 119, 120]
  await journal.appendAll(minutes.map((minute, i) => click(2000 + i, { at: noon + minute * 60_000, visitor: 'same' })))
  await clicks.ship(journal, {}, 2).shipAll()
  expect((await clicks.stored()).map((row) => row.uniqueInHour)).toEqual([true, false, false, true, false, false, true])
})

test('a torn last line is skipped and counted, and so is rubbish', async () => {
  const journal = folder.open()
  await journal.appendAll([click(), click()])
  const { path } = journal.segments()[0]!
  await journal.close()
  fs.appendFileSync(path, `rubbish\n${toLine(click()).slice(0, 90)}`)
  const shipper = clicks.ship(journal)
  await shipper.shipAll()
  expect(await clicks.stored()).toHaveLength(2)
  expect(shipper.stats()).toMatchObject({ torn: 2, shipped: 2 })
  expect(journal.segments()).toEqual([])
})

test('a commit whose answer is lost stores nothing twice and stops nothing', async () => {
  const journal = folder.open()
  await journal.appendAll(Array.from({ length: 30 }, () => click()))
  let lost = 0
  const store: ClickSink['store'] = async (shipment) => {
    const done = await clicks.sink.store(shipment)
    if (lost++ % 2 === 0) throw new Error('connection reset after COMMIT')
    return done
  }
  const shipper = clicks.ship(journal, { store })
  for (let tries = 0; tries < 20; tries++) await shipper.shipAll().catch(() => {})
  expect(await clicks.stored()).toHaveLength(30)
  expect(shipper.stats().pendingBytes).toBe(0)
})

test('what is stored already is passed over, and what is new beside it is stored', async () => {
  const [a, b, c, d] = [click(), click(), click(), click()]
  const sink = clicks.sink
  expect(await sink.store({ instance: 'x', file: 'first', from: 0, to: 1, clicks: [a!, b!] })).toBe(true)
  expect(await sink.store({ instance: 'x', file: 'again', from: 0, to: 1, clicks: [b!, c!, d!, d!] })).toBe(true)
  expect((await clicks.stored()).map(({ id }) => id).sort()).toEqual([a!.id, b!.id, c!.id, d!.id].sort())
  expect(await sink.offset('x', 'again')).toBe(1)
})

test('a database that is away is asked again, and then everything arrives', async () => {
  const journal = folder.open()
  let away = true
  let asked = 0
  const offset: ClickSink['offset'] = async (...file) => {
    asked++
    if (away) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    return clicks.sink.offset(...file)
  }
  const troubles: unknown[] = []
  const shipper = createShipper({
    journal,
    sink: { ...clicks.sink, offset },
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
  await expect.poll(async () => (await clicks.stored()).length, { timeout: 5_000 }).toBe(50)
  expect(shipper.stats().failures).toBe(0)
  expect(await shipper.drain()).toBe(true)
})

test('a row that the database refuses is set aside, the others are stored', async () => {
  const journal = folder.open()
  await journal.appendAll([click(), click(undefined, { userAgent: 'a\u0000b' }), click()])
  const shipper = clicks.ship(journal)
  expect(await shipper.shipAll()).toBe(true)
  expect(await clicks.stored()).toHaveLength(2)
  expect(shipper.stats()).toMatchObject({ refused: 1, shipped: 2, pendingBytes: 0 })
  expect(fs.readFileSync(folder.path('refused.log'), 'utf8')).toContain('clk_')
})

test('months are made ahead, also when clicks came first, and programs stay apart in them', async () => {
  const journal = folder.open()
  await journal.appendAll([
    click(),
    click(undefined, { at: Date.parse('2026-12-31T23:59:59.999Z') }),
    click(undefined, { at: Date.parse('2027-01-01T00:00:00Z') }),
  ])
  await clicks.ship(journal).shipAll()
  const made = await Promise.all([ensurePartitions(clicks.db.owner, now()), ensurePartitions(clicks.db.owner, now())])
  expect(made.flat().sort()).toEqual(['Click_2026_11', 'Click_2026_12', 'Click_2027_01'])
  expect(await ensurePartitions(clicks.db.owner, now())).toEqual([])
  const { rows } = await clicks.db.owner.query(
    'SELECT tableoid::regclass::text AS month, count(*)::int AS n FROM "Click" GROUP BY 1 ORDER BY 1',
  )
  expect(rows).toEqual(['"Click_2026_11"', '"Click_2026_12"', '"Click_2027_01"'].map((month) => ({ month, n: 1 })))
  await expect(clicks.db.pool.query('SELECT * FROM "Click_2026_11"')).rejects.toThrow(/permission denied/)
  expect(await clicks.db.within('prg_1', (one) => one.click.count())).toBe(3)
  expect(await clicks.db.within('prg_2', (one) => one.click.count())).toBe(0)
})
