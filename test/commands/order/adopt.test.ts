import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, minutes } from '../../../src/kernel/time.ts'
import { skipRow, takeBatch } from '../../../src/orders/import.ts'
import { readImport } from '../../../src/orders/import-read.ts'
import { csv, handOver } from '../../roster.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
  w.app.log.level = 'silent'
})
afterAll(() => w.close())

const head = 'order,date,currency,total'
const readingOf = (fileId: string) =>
  w.within(async (ctx) => readImport((await ctx.read(fileId)).bytes, { zone: ctx.program.zone, source: 'csv', hash: ctx.hash }))
const begun = (fileId: string) => w.within((ctx) => ctx.db.import.findFirstOrThrow({ where: { fileId } }))

test('pressed twice it is one import; what was taken in stays where a process died, and the next goes on there', async () => {
  const ana = await w.manager('Ana')
  const file = await handOver(w, csv(head, '1,2026-11-20,EUR,10', '2,2026-11-20,EUR,10', '3,2026-11-20,EUR,10'), 'three.csv')
  expect(await ana.run('order adopt', { file: file.ref })).toContain('0 of 3 rows')
  await ana.run('order adopt', { file: file.ref })
  expect(await w.within((ctx) => ctx.db.import.count())).toBe(1)
  const { id } = await begun(file.ref)
  const reading = await readingOf(file.ref)
  expect(await w.within((ctx) => takeBatch(ctx, id, reading, 2))).toBe(2)
  expect(await ana.sees()).toContain('2 of 3 rows, 66 %')
  await Promise.all([w.app.runJob('import'), w.app.runJob('import')])
  expect(await begun(file.ref)).toMatchObject({ state: 'done', next: 3, counts: { 'not credited': 3 } })
  expect(await w.within((ctx) => ctx.db.order.count())).toBe(3)
  w.at(minutes(w.now, 1))
  expect(await ana.sees()).toMatch(/^three\.csv is in[\s\S]*Not credited +3/)
  expect(await (await w.creator('Mia')).run('order adopt', { file: file.ref })).toContain('is for managers')
})

test('a week after it was taken in the list is gone from the disk, unless it is still wanted', async () => {
  const { fileId, reportId } = await w.within((ctx) => ctx.db.import.findFirstOrThrow({ where: { name: 'three.csv' } }))
  const { sha256 } = await w.within((ctx) => ctx.db.file.findUniqueOrThrow({ where: { id: fileId } }))
  const now = w.now
  w.at(days(now, 6))
  await w.app.runJob('import')
  expect(await w.app.media.has(sha256)).toBe(true)
  w.at(days(now, 8))
  await w.app.runJob('import')
  expect(await w.app.media.has(sha256)).toBe(false)
  await expect(w.within((ctx) => ctx.read(fileId))).rejects.toThrow('not here any more')
  expect((await w.within((ctx) => ctx.read(reportId!))).bytes.length).toBeGreaterThan(0)
})

test('a row that the books refuse is left out with its reason, and the others come in', async () => {
  const ana = await w.manager('Bob')
  const file = await handOver(w, csv(head, '11,2026-11-20,EUR,10', '12,2026-11-20,EUR,10'), 'two.csv')
  await ana.run('order adopt', { file: file.ref })
  const { id } = await begun(file.ref)
  const reading = await readingOf(file.ref)
  const [first] = reading.rows
  if (first && 'fact' in first && first.fact.type === 'order.placed') first.fact.base.minor = 'much'
  await expect(w.within((ctx) => takeBatch(ctx, id, reading, 2))).rejects.toThrow('whole minor units')
  expect(await begun(file.ref)).toMatchObject({ next: 0 })
  await w.within((ctx) => skipRow(ctx, id, reading, 'An amount is odd.'))
  await w.app.runJob('import')
  expect(await begun(file.ref)).toMatchObject({ state: 'done', counts: { 'left out': 1, 'not credited': 1 } })
})
