import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a chargeback holds the line, and what the bank decides is written into the case, once', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  const leo = await enlist(w, 'Leo')
  const bank = (orderId: string, outcome: 'open' | 'won' | 'lost', minute: number) =>
    tell(w, { type: 'order.disputed', orderId, disputeId: `dp_${orderId}`, outcome, at: `2026-11-20T11:3${minute}:00Z` })
  await tell(w, order('w', { codes: [mia.code] }), order('l', { codes: [mia.code] }))
  await bank('w', 'open', 1)
  await bank('l', 'open', 1)
  const held = () => w.within((ctx) => ctx.db.hold.count({ where: { caseId: { not: null } } }))
  expect(await held()).toBe(2)
  expect(await mia.sees()).toContain('The shopper’s bank asks the shop for the money back. That is nothing you did')
  const cases = await w.within((ctx) => ctx.db.case.findMany({ orderBy: { id: 'asc' } }))
  expect(cases).toHaveLength(2)
  expect(await leo.run('case show', { case: cases[0]!.id })).toContain('There is no such case of yours.')
  for (const round of [2, 3]) {
    await bank('w', 'won', round)
    await bank('l', 'lost', round)
  }
  expect(await held()).toBe(0)
  const balances = await mia.run('earnings')
  expect(balances).toMatch(/Pending +€8\.00/)
  const shown = await Promise.all(cases.map(({ id }) => ana.run('case show', { case: id })))
  expect(shown.join()).toContain('The bank decided for the shop.')
  expect(shown.join()).toContain('The bank gave the shopper the money back')
  const [lost] = await w.within((ctx) => ctx.db.case.findMany({ where: { state: 'upheld' } }))
  expect(await mia.run('appeal', { case: lost!.id, words: 'Please' })).toContain('The shopper’s bank decided this.')
})
