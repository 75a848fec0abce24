import { afterAll, beforeAll, expect, test } from 'vitest'
import { nextToClose } from '../../../src/ledger/close.ts'
import { openingAccount } from '../../../src/ledger/rules.ts'
import { move } from '../../../src/ledger/service.ts'
import { finance } from '../../rooms/payees.ts'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-10-20T10:00:00Z' })
})
afterAll(() => w.close())

test('finance sees what is owed and what is to be closed, and presses it; a manager does not', async () => {
  const fay = await finance(w, 'Fay')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code], at: '2026-10-19T10:00:00Z' }))
  const early = await fay.run('books show')
  expect(early).toMatch(/Next to close +October 2026, which is not over yet/)
  expect(early).not.toContain('Close a month')
  w.at('2026-11-03T10:00:00Z')
  expect(await fay.run('books show')).toMatch(
    /Closed up to +no month yet\nNext to close +October 2026\n[\s\S]*EUR +€8\.00 +€0\.00 +€0\.00/,
  )
  await fay.press('Close a month')
  expect((await fay.press('Close the month')).text).toContain('October 2026 is closed')
  expect(await fay.run('books show')).toMatch(/Closed up to +October 2026\nNext to close +November 2026, which is not over yet/)
  const ana = await w.manager('Ana')
  expect(await ana.run('books show')).toContain('for finance members and admins')
})

test('the first month may be that of a debt with which somebody came', async () => {
  const programId = await w.neighbour({ currency: 'EUR', zone: 'Europe/Berlin' })
  const next = () => w.app.within(programId, nextToClose)
  const book = (key: string, from: string, to: string) =>
    w.app.within(programId, (ctx) => move(ctx, { from, to, money: { minor: 5n, currency: 'EUR' }, key, because: {} }))
  const then = w.now
  w.at('2026-11-03T10:00:00Z')
  expect(await next()).toBeNull()
  await book('debt', 'creator:crt_x:payable', openingAccount)
  expect(await next()).toBe('2026-11')
  w.at('2026-12-03T10:00:00Z')
  await book('sale', 'program:commission', 'creator:crt_x:pending')
  expect(await next()).toBe('2026-11')
  w.at(then)
})
