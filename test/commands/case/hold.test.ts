import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../../src/kernel/time.ts'
import { raise } from '../../../src/trust/raise.ts'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('what a hint alone does not hold, a manager may hold with a reason the creator reads', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code] }))
  const { id: codeId } = await w.within((ctx) => ctx.db.code.findFirstOrThrow())
  const { id: orderId } = await w.within((ctx) => ctx.db.order.findFirstOrThrow())
  const hint = { creatorId: mia.creatorId, subject: 'day', strong: false, orderIds: [orderId] }
  const leak = {
    ...hint,
    rule: 'leaked_code' as const,
    says: 'MIA10 was used on 9 orders of a day without a click; usual is 1 a day.',
    code: codeId,
  }
  await w.within((ctx) => raise(ctx, [leak]))
  const alert = await ana.sees('managers')
  expect(alert).toContain('open, nothing is held')
  expect(alert).toContain('[Rotate code]')
  expect(await mia.sees()).not.toContain('on hold')

  expect((await ana.press('Hold')).form!.fields.map(({ name }) => name)).toEqual(['reason'])
  expect((await ana.fill({ reason: 'We ask the shop first.' })).text).toContain('held until somebody decides')
  const notice = await mia.sees()
  expect(notice).toContain('€8.00 of order #1 waits until somebody has looked')
  expect(notice).toContain('A manager says: We ask the shop first.')
  const found = await w.within((ctx) => ctx.db.case.findFirstOrThrow())
  expect(await ana.run('case hold', { case: found.id, reason: 'Again' })).toContain('not one that waits to be held')
  w.at(days(w.now, 30))
  await w.tick()
  expect(await w.within((ctx) => ctx.db.hold.count())).toBe(1)
  // Told again, the same finding is not told twice.
  await w.within((ctx) => raise(ctx, [leak]))
  expect(await w.within((ctx) => ctx.db.signal.count())).toBe(1)
  // The drill: the old code ends and the creator gets a new one privately.
  await ana.press('Rotate code')
  const codes = await w.within((ctx) => ctx.db.code.findMany({ orderBy: { createdAt: 'asc' } }))
  expect(codes.map(({ state }) => state === 'active')).toEqual([false, true])
  expect(await mia.sees()).toContain(codes[1]!.code)
})
