import { afterAll, beforeAll, expect, test } from 'vitest'
import { balances } from '../../../src/ledger/service.ts'
import { enlist, order, refund, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a refund in another currency is settled by a person, once, and counts then like any other', async () => {
  const mia = await enlist(w, 'Mia')
  const ana = await w.manager('Ana')
  const root = await w.admin('Root')
  const pending = async () => Number((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor)
  await tell(w, order('1', { codes: [mia.code] }), refund('1', '1-usd', 4_000, 'USD'))
  expect(await pending()).toBe(800)
  const alert = await ana.sees('managers')
  expect(alert).toContain('$40.00, but the order is in EUR. It was kept and took nothing back; say what it comes to in EUR.')
  const audit = await root.ask('audit show')
  expect(audit.text).toContain('1 refunds of paid orders that were not taken into account')
  await root.press('Settle a refund')
  expect(root.form?.fields.map(({ name }) => name)).toEqual(['refund', 'amount'])
  expect((await ana.suggest('order settle', 'refund', '#1')).map(({ label }) => label)).toEqual(['$40.00 of order #1, 1-usd'])

  await ana.press('Settle it')
  expect((await ana.fill({ amount: '90.00' })).text).toContain('Say an amount from 0 to €80.00.')
  const { id } = await w.within((ctx) => ctx.db.refund.findFirstOrThrow())
  // Two press at once: one books, the other is told that it counts.
  const answers = await Promise.all([ana, root].map((one) => one.run('order settle', { refund: id, amount: '36.00' })))
  expect(answers.filter((said) => said.includes('€3.60 of the commission was taken back.'))).toHaveLength(1)
  expect(answers.filter((said) => said.includes('This refund counts already.'))).toHaveLength(1)
  expect(await pending()).toBe(440)
  expect(await ana.sees('managers')).toContain('counts as €36.00, as')
  expect(await root.run('audit show')).toContain('The books balance')
  expect(await mia.run('why', { order: '#1' })).toMatch(/\$40\.00, settled as €36\.00 +€36\.00 +taken into account/)
  // What comes after it is counted from there, and told again it is nothing new.
  await tell(w, refund('1', '1-usd', 4_000, 'USD'), refund('1', '1-rest', 4_400))
  expect(await pending()).toBe(0)
})
