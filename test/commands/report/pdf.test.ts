import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-10-20T10:00:00Z' })
})
afterAll(() => w.close())

test('the report card comes as a PDF, the same bytes on the same day', async () => {
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code], at: '2026-10-19T10:00:00Z' }))
  w.at('2026-11-03T10:00:00Z')
  const ana = await w.manager('Ana')
  expect(await ana.run('report pdf')).toContain('The evaluation of October 2026')
  await ana.run('report pdf')
  await ana.run('report pdf', { creator: mia.creatorId })
  const files = await w.within((ctx) => ctx.db.file.findMany({ where: { mime: 'application/pdf' } }))
  expect(files).toHaveLength(2)
  const { bytes } = await w.within((ctx) => ctx.read(files[0]!.id))
  expect(Buffer.from(bytes.slice(0, 5)).toString()).toBe('%PDF-')
})
