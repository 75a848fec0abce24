// By the clock of its shop an order may come some minutes before the click that won it, and so lie on the day before.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { coversOf, noneKept } from '../../src/insight/daily.ts'
import { rollDays } from '../../src/insight/roll.ts'
import { tallyOf } from '../../src/insight/tally.ts'
import { days } from '../../src/kernel/time.ts'
import { follow } from '../../src/orders/merge.ts'
import { type World, world } from '../world.ts'
import { begin, live } from './insight-daily-steps.ts'
import { click, enlist, order, tell } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
})
afterAll(() => w.close())

test('a link that is made for another piece takes the day of an order before its click along', async () => {
  const programId = await w.neighbour({ currency: 'EUR', zone: 'Europe/Berlin' })
  const within = <T>(work: (ctx: Context) => Promise<T>): Promise<T> => w.app.within(programId, work)
  const lived = await within(begin)
  // At one in the morning of the 18th, and at eleven in the evening before.
  for (const [act, b] of [['click', 12] as const, ['sell', 14] as const])
    await within((ctx) => live(ctx, { act, a: 4, b, c: 1, roll: null }, lived))
  const clicked = await within(({ db }) => db.click.findFirstOrThrow({ where: { programId } }))
  expect(await within(({ db }) => db.touch.count({ where: { programId, what: clicked.id, won: true } }))).toBe(1)
  for (let rounds = 0; (await rollDays(within, 3_000)).left > 0 && rounds < 100; rounds++);
  const sales = () =>
    within(async (ctx) => {
      const covers = await coversOf(ctx, { from: days(ctx.now, -10), to: ctx.now })
      return covers.sales.days
    })
  const kept = await sales()
  await within(({ db }) => db.link.update({ where: { id: clicked.linkId }, data: { submissionId: null } }))
  const left = await sales()
  expect(kept.filter((one) => !left.includes(one))).toEqual(['2026-11-17'])
})

test('where two become one, a code of the one and a click of the other are one’s own click, on days that are kept too', async () => {
  const [one, other] = [await enlist(w, 'One'), await enlist(w, 'Other')]
  const at = new Date('2026-11-10T10:00:00Z')
  const cid = await click(w, other, days(at, -1))
  await tell(w, order('both', { cid, codes: [one.code], at: at.toISOString() }))
  const asked = { from: days(w.now, -20), to: w.now, by: 'creator' as const, of: one.creatorId }
  const count = async () => {
    for (let rounds = 0; (await rollDays(w.within, 3_000)).left > 0 && rounds < 100; rounds++);
    return w.within(async (ctx) => {
      const kept = (await coversOf(ctx, asked)).sales.days.length > 0
      const [whole, live] = [await tallyOf(ctx, asked), await tallyOf(ctx, { ...asked, kept: noneKept })]
      return [kept, whole.sales.byClick, live.sales.byClick]
    })
  }
  expect(await count()).toEqual([true, 0, 0])
  await w.within((ctx) => follow(ctx, { from: other.creatorId, to: one.creatorId }))
  expect(await count()).toEqual([true, 1, 1])
})
