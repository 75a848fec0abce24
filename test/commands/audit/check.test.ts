import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a line is checked once, by somebody else than its creator, and only where it is in the sample', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code] }))
  w.at('2026-12-03T12:00:00Z')
  await ana.run('audit sample')
  const line = await w.within((ctx) => ctx.db.sampleLine.findFirstOrThrow())
  const given = { sample: line.sampleId, order: line.orderId, finding: 'ok' }
  expect(await mia.run('audit check', given)).toContain('/audit check is for managers.')
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: mia.personId }, data: { role: 'manager' } }))
  expect(await mia.run('audit check', given)).toContain('This is your own order.')
  expect(await ana.run('audit check', { ...given, order: 'ord_01JD0000000000000000000000' })).toContain('not part of the sample')
  expect(await ana.run('audit check', given)).toMatch(/Checked +1 of 1/)
  expect(await ana.run('audit check', { ...given, finding: 'fraud' })).toContain('checked already: ok')
})
