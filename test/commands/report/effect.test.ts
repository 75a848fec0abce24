import { afterAll, beforeAll, expect, test } from 'vitest'
import { rollDays } from '../../../src/insight/roll.ts'
import { days, hours } from '../../../src/kernel/time.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('says that there is not enough data, and what a chosen code or a tier did once there is, also one whose time is over', async () => {
  const ana = await w.manager('Ana')
  const before = await ana.run('report effect')
  expect(before.match(/not enough data/g)).toHaveLength(8)
  await w.within(async (ctx) => {
    const { db } = ctx
    const start = days(ctx.now, -7 * 26)
    const lines = []
    const orders = []
    for (let i = 0; i < 24; i++) {
      const creatorId = ctx.id('creator')
      const own = { programId: ctx.program.id, creatorId }
      const since = { appliedAt: days(start, -9), decidedAt: days(start, -9), createdAt: days(start, -9) }
      const words = { state: 'approved', name: `C${i}`, handle: `@c${i}`, niche: 'beauty', country: 'DE', email: 'c@example.com' }
      const given = days(start, 7 * 12 + 1)
      const held = (from: Date) => ({ name: 'Silver', from: from.toISOString(), until: days(from, 9).toISOString() })
      const earnedBefore = i % 2 ? [held(given), held(days(given, 30))] : []
      await db.creator.create({
        data: { id: creatorId, programId: ctx.program.id, personId: ctx.id('person'), ...words, ...since, earnedBefore },
      })
      if (i % 2) {
        await db.code.create({ data: { id: ctx.id('code'), ...own, code: `C${i}`, percent: 10, chosen: true, createdAt: given } })
        await db.badge.create({ data: { id: ctx.id('badge'), ...own, kind: 'first_sale', at: given } })
      }
      for (let week = 0; week < 26; week++) {
        const base = BigInt(10_000 + ((i * 7 + week * 13) % 11) * 100 + (i % 2 && week > 12 ? 5_000 : 0))
        // What was given back is no revenue: in every other week a line was bigger, and a refund left of it what is counted.
        const sold = week % 2 ? { base: base * 3n, leftBase: base } : { base }
        const [orderId, at] = [ctx.id('order'), hours(days(start, 7 * week), 30)]
        const told = { source: 'generic', externalId: orderId, number: orderId, codes: [], components: {}, rule: 'code' }
        orders.push({ id: orderId, ...own, ...told, base, currency: 'EUR', at, createdAt: at })
        const rest = { orderId, ...sold, rateBps: 1_000, minor: base / 10n, currency: 'EUR', because: {} }
        lines.push({ id: ctx.id('line'), ...own, ...rest, at })
      }
    }
    await db.order.createMany({ data: orders })
    await db.line.createMany({ data: lines })
  })
  const text = await ana.run('report effect')
  for (let left = 1; left > 0; ) left = (await rollDays(w.within, 2_000)).left
  expect(await w.within((ctx) => ctx.db.daily.count({ where: { day: { endsWith: 'week' }, way: 'creator' } }))).toBeGreaterThan(
    500,
  )
  expect(await ana.run('report effect')).toBe(text)
  expect(text).toMatch(/A code of one’s own choice +€(?:4[89]|50|51)\.\d\d +€4\d\.\d\d to €5\d\.\d\d +12 +12/)
  expect(text).toContain('it brought more')
  expect(text).toMatch(/A badge +€(?:4[89]|50|51)\.\d\d/)
  expect(text).toMatch(/Reaching a tier +€(?:4[89]|50|51)\.\d\d .* 12 +12/)
  expect(text.match(/not enough data/g)).toHaveLength(5)

  // What is told again is the last answer, as long as nothing of what it hangs on has changed.
  const more = (part: string) =>
    w.within(({ db }) => db.$executeRaw`UPDATE "Daily" SET net = net * 2 WHERE day LIKE ${part} AND way = 'creator'`)
  await more('%week')
  expect(await ana.run('report effect')).toBe(text)
  await w.within(({ db }) => db.$executeRaw`UPDATE "DayDone" SET state = state WHERE part = 'sales'`)
  const double = await ana.run('report effect')
  expect(double).toMatch(/A code of one’s own choice +€(?:9[6-9]|10[0-2])\.\d\d/)
  const [one, other] = await w.within(({ db }) => db.badge.findMany({ orderBy: { creatorId: 'asc' }, take: 2 }))
  await w.within(({ db }) => db.badge.delete({ where: { id: one!.id } }))
  expect(await ana.run('report effect')).toMatch(/A badge .* 11 +13/)
  await w.within(({ db }) => db.creator.update({ where: { id: other!.creatorId }, data: { state: 'left' } }))
  expect(await ana.run('report effect')).toMatch(/A code of one’s own choice .* 11 +12/)
  const line = await w.within(({ db }) =>
    db.line.findFirstOrThrow({ where: { creatorId: one!.creatorId }, orderBy: { at: 'asc' } }),
  )
  const known = await ana.run('report effect')
  await w.within(({ db }) =>
    db.line.updateMany({ where: { creatorId: one!.creatorId, at: { gte: days(line.at, 91) } }, data: { leftBase: 0n } }),
  )
  expect(await ana.run('report effect')).not.toBe(known)
})
