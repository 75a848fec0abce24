import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('ends after the notice, once, and tells those concerned', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  await ana.run('rate set', { name: 'Launch', pays: '2.00' })
  const [rule] = await ana.suggest('rate end', 'rule', 'lau')
  expect(await ana.run('rate end', { rule: rule!.value })).toContain('It holds until Dec 4, 2026')
  expect(await ana.run('rate end', { rule: rule!.value })).toContain('has an end already')
  await w.app.runJob('announce', { program: w.programId })
  expect(await mia.sees()).toContain('The rate “Launch” (€2.00 for each order for every sale) ends on Dec 4, 2026')
})
