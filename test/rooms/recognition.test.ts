import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { plain } from '../../src/kernel/plain.ts'
import { days, weekRange } from '../../src/kernel/time.ts'
import { standings } from '../../src/recognition/queries.ts'
import { celebrateApproval, celebrateSale, tellSales } from '../../src/recognition/wins.ts'
import { approved, brings, cardOf, postsTo, type Sale, sell } from '../boards.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-23T08:00:00Z' })
})
afterAll(() => w.close())
beforeEach(() => w.at('2026-11-23T08:00:00Z'))

const inProgram = <T>(programId: string, work: (ctx: Context) => Promise<T>): Promise<T> => w.app.within(programId, work)
const week = (instant: string) => weekRange(new Date(instant), 'Europe/Berlin')
const shown = (programId: string, audience: string) => inProgram(programId, (ctx) => postsTo(ctx, audience))
const fresh = () => w.neighbour({ name: 'Glow', currency: 'EUR', zone: 'Europe/Berlin' })

/** Numbers that repeat, so that a failure can be looked at again. */
function dice(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
}

describe('standings', () => {
  test('equal a recount by hand: refunds, cancellations, edges, other states and other programs', async () => {
    const roll = dice(20_261_123)
    const { from, to } = week('2026-11-18T12:00:00Z')
    const instants = [from, to, new Date(from.getTime() - 1), new Date(to.getTime() - 1)]
    const somewhen = () => (roll(8) === 0 ? instants[roll(4)]! : days(from, (roll(1_400) - 350) / 100))
    const programId = await fresh()
    const sold: { creatorId: string; sale: Sale }[] = []
    const content: { creatorId: string; at: Date; state: string }[] = []
    const banned = await inProgram(programId, async (ctx) => {
      const creators = [...Array.from({ length: 5 }, (_, i) => `C${i}`), 'Banned'].map((name) =>
        brings(ctx, name, name === 'Banned' ? { state: 'banned' } : {}),
      )
      const ids = await Promise.all(creators)
      for (let n = 0; n < 250; n++) {
        const base = BigInt(roll(9_000)) - 200n
        const refunds = Array.from({ length: roll(3) === 0 ? roll(4) : 0 }, () => ({
          at: somewhen(),
          base: BigInt(roll(6_000)),
          ...(roll(9) === 0 ? { currency: 'USD' } : {}),
        }))
        const sale = {
          at: somewhen(),
          base,
          refunds,
          source: roll(2) ? 'generic' : 'shopify',
          ...(roll(10) === 0 ? { cancelledAt: somewhen() } : {}),
        }
        sold.push({ creatorId: ids[roll(6)]!, sale })
        content.push({ creatorId: ids[roll(6)]!, at: somewhen(), state: roll(4) === 0 ? 'rejected' : 'approved' })
      }
      for (const { creatorId, sale } of sold) await sell(ctx, creatorId, sale)
      for (const { creatorId, at, state } of content) await approved(ctx, creatorId, at, state)
      return ids[5]!
    })
    await inProgram(w.programId, async (ctx) => sell(ctx, await brings(ctx, 'Elsewhere'), { at: days(from, 1), base: 99_999n }))

    const inside = (at: Date) => at >= from && at < to
    const net = ({ base, refunds, cancelledAt }: Sale) => {
      if (cancelledAt && cancelledAt < to) return 0n
      const back = refunds!.filter((r) => r.at < to && r.currency === undefined).reduce((sum, r) => sum + r.base, 0n)
      return base > back ? base - back : 0n
    }
    const recount = new Map<string, { revenue: bigint; orders: number; last: number }>()
    for (const { creatorId, sale } of sold) {
      const at = new Date(sale.at)
      if (!inside(at) || net(sale) === 0n || creatorId === banned) continue
      const before = recount.get(creatorId) ?? { revenue: 0n, orders: 0, last: 0 }
      recount.set(creatorId, {
        revenue: before.revenue + net(sale),
        orders: before.orders + 1,
        last: Math.max(before.last, at.getTime()),
      })
    }
    await inProgram(programId, async (ctx) => {
      const byRevenue = await standings(ctx, { from, to, metric: 'revenue' })
      expect(byRevenue.length).toBe(5)
      expect(
        new Map(byRevenue.map((p) => [p.creatorId, { revenue: p.value, orders: p.orders, last: p.reachedAt.getTime() }])),
      ).toEqual(recount)
      expect(byRevenue.map((p) => p.value)).toEqual([...recount.values()].map((r) => r.revenue).sort((a, b) => (a > b ? -1 : 1)))
      const byOrders = await standings(ctx, { from, to, metric: 'orders' })
      expect(new Map(byOrders.map((p) => [p.creatorId, Number(p.value)]))).toEqual(
        new Map([...recount].map(([id, r]) => [id, r.orders])),
      )
      const byContent = await standings(ctx, { from, to, metric: 'content' })
      const counts = new Map<string, number>()
      for (const one of content) {
        if (inside(one.at) && one.state === 'approved' && one.creatorId !== banned)
          counts.set(one.creatorId, (counts.get(one.creatorId) ?? 0) + 1)
      }
      expect(new Map(byContent.map((p) => [p.creatorId, Number(p.value)]))).toEqual(counts)
    })
  })

  test('growth is against one’s own weeks before, and a newcomer is not ranked by it', async () => {
    const programId = await fresh()
    await inProgram(programId, async (ctx) => {
      const [steady, rising, fresh] = [await brings(ctx, 'Steady'), await brings(ctx, 'Rising'), await brings(ctx, 'Fresh')]
      for (const day of ['2026-10-21', '2026-10-28', '2026-11-04', '2026-11-11', '2026-11-18'])
        await sell(ctx, steady, { at: `${day}T12:00:00Z`, base: 90_000n })
      await sell(ctx, rising, { at: '2026-11-11T12:00:00Z', base: 1_000n })
      await sell(ctx, rising, { at: '2026-11-18T12:00:00Z', base: 1_500n })
      await sell(ctx, fresh, { at: '2026-11-18T12:00:00Z', base: 500_000n })
      const places = await standings(ctx, { ...week('2026-11-18T12:00:00Z'), metric: 'growth' })
      expect(places.map((p) => [p.creatorId, p.value])).toEqual([[rising, 5_000n]])
    })
  })
})

describe('wins', () => {
  test('a first sale is shouted once; further sales fold into one card a day, without amounts', async () => {
    const programId = await fresh()
    w.at('2026-11-20T12:00:00Z')
    const sale = (creatorId: string, at = '2026-11-20T11:00:00Z') =>
      inProgram(programId, async (ctx) =>
        celebrateSale(ctx, { creatorId, orderId: await sell(ctx, creatorId, { at, base: 12_345n }) }),
      )
    const [mia, leo, zoe] = await inProgram(programId, async (ctx) => [
      await brings(ctx, 'Mia'),
      await brings(ctx, 'Leo', { shown: 'alias', alias: 'Lion' }),
      await brings(ctx, 'Zoe', { shown: 'hidden' }),
    ])
    await sale(mia!)
    expect((await shown(programId, 'wins')).map((post) => post.key)).toEqual([`wins:first_sale:${mia}`])
    expect(plain(cardOf((await shown(programId, 'wins'))[0]))).toContain('Mia made their first sale')
    await sale(mia!)
    await sale(mia!, '2026-11-20T11:30:00Z')
    await sale(leo!)
    await sale(leo!)
    await sale(zoe!)
    expect(await inProgram(programId, tellSales)).toBe(4)
    expect(await inProgram(programId, tellSales)).toBe(0)
    const posts = await shown(programId, 'wins')
    // Ids of one millisecond have no order among themselves.
    expect(new Set(posts.map((post) => post.key))).toEqual(
      new Set(['wins:2026-11-20', `wins:first_sale:${mia}`, `wins:first_sale:${leo}`]),
    )
    expect(plain(cardOf(posts[0]))).toMatch(
      /^Wins of Nov 20, 2026\nCreator +Sales +Approved\nMia +2 +–\nLion +1 +–\nAnd 1 sale by creators who are not named here\.$/,
    )
    expect(JSON.stringify(posts.map((post) => post.payload))).not.toMatch(/Zoe|Leo|"money"|123[.,]?45/)
    expect(await inProgram(programId, (ctx) => ctx.db.badge.count())).toBe(3)
  })

  test('whoever sold long before by an imported file makes no first sale, and the sale counts in its day', async () => {
    const programId = await fresh()
    w.at('2026-11-20T12:00:00Z')
    const mia = await inProgram(programId, (ctx) => brings(ctx, 'Mia'))
    await inProgram(programId, async (ctx) => {
      await sell(ctx, mia, { at: '2026-03-01T10:00:00Z', base: 100n })
      await sell(ctx, mia, { at: '2026-02-01T10:00:00Z', base: 100n, cancelledAt: ctx.now })
      await celebrateSale(ctx, { creatorId: mia, orderId: await sell(ctx, mia, { at: ctx.now, base: 100n }) })
    })
    await inProgram(programId, tellSales)
    const posts = await shown(programId, 'wins')
    expect(posts.map((post) => post.key)).toEqual(['wins:2026-11-20'])
    expect(plain(cardOf(posts[0]))).toMatch(/Mia +1 +–/)
    const badge = await inProgram(programId, (ctx) => ctx.db.badge.findFirstOrThrow())
    expect(badge).toMatchObject({ kind: 'first_sale', at: new Date('2026-03-01T10:00:00Z') })
  })

  test('a day ends at the program’s midnight, and an order of long ago is no news', async () => {
    const programId = await fresh()
    w.at('2026-11-20T23:30:00Z')
    const mia = await inProgram(programId, (ctx) => brings(ctx, 'Mia'))
    for (const at of ['2026-11-01T10:00:00Z', '2026-11-20T22:50:00Z', '2026-11-20T23:10:00Z', '2026-10-01T10:00:00Z']) {
      await inProgram(programId, async (ctx) =>
        celebrateSale(ctx, { creatorId: mia, orderId: await sell(ctx, mia, { at, base: 100n }) }),
      )
    }
    await inProgram(programId, tellSales)
    expect((await shown(programId, 'wins')).map((post) => post.key)).toEqual([
      'wins:2026-11-20',
      'wins:2026-11-21',
      `wins:first_sale:${mia}`,
    ])
  })

  test('a first approval is shouted, further ones are counted beside the sales', async () => {
    const programId = await fresh()
    w.at('2026-11-20T12:00:00Z')
    const mia = await inProgram(programId, (ctx) => brings(ctx, 'Mia'))
    for (let n = 0; n < 3; n++) {
      await inProgram(programId, async (ctx) =>
        celebrateApproval(ctx, { creatorId: mia, submissionId: await approved(ctx, mia, ctx.now) }),
      )
    }
    const posts = await shown(programId, 'wins')
    expect(posts.map((post) => post.key)).toEqual(['wins:2026-11-20', `wins:first_approval:${mia}`])
    expect(plain(cardOf(posts[0]))).toMatch(/Mia +– +2/)
  })

  test('an approval is counted once its creator is told, for it may be undone until then', async () => {
    const programId = await fresh()
    w.at('2026-11-20T12:00:00Z')
    const [mia, leo] = await inProgram(programId, async (ctx) => [await brings(ctx, 'Mia'), await brings(ctx, 'Leo')] as const)
    const untold = await inProgram(programId, async (ctx) => {
      const id = await approved(ctx, mia, ctx.now)
      await ctx.db.submission.update({ where: { id }, data: { toldAt: null } })
      for (let n = 0; n < 2; n++)
        await celebrateSale(ctx, { creatorId: leo, orderId: await sell(ctx, leo, { at: ctx.now, base: 100n }) })
      await tellSales(ctx)
      return id
    })
    const day = async () => plain(cardOf((await shown(programId, 'wins')).find((post) => post.key === 'wins:2026-11-20')))
    expect(await day()).toMatch(/Leo +1 +–/)
    expect(await day()).not.toContain('Mia')
    await inProgram(programId, async (ctx) => {
      await ctx.db.submission.update({ where: { id: untold }, data: { toldAt: ctx.now } })
      await celebrateApproval(ctx, { creatorId: mia, submissionId: untold })
      await celebrateSale(ctx, { creatorId: leo, orderId: await sell(ctx, leo, { at: ctx.now, base: 100n }) })
      await tellSales(ctx)
    })
    expect(await day()).toMatch(/Leo +2 +–/)
    expect(await day()).not.toContain('Mia')
  })

  test('the day counts nothing of whoever was banned since', async () => {
    const programId = await fresh()
    w.at('2026-11-20T12:00:00Z')
    await inProgram(programId, async (ctx) => {
      const [mia, leo] = [await brings(ctx, 'Mia'), await brings(ctx, 'Leo', { state: 'banned' })]
      await approved(ctx, leo, ctx.now)
      for (let n = 0; n < 2; n++)
        await celebrateSale(ctx, { creatorId: mia, orderId: await sell(ctx, mia, { at: ctx.now, base: 100n }) })
      await tellSales(ctx)
    })
    const day = (await shown(programId, 'wins')).find((post) => post.key === 'wins:2026-11-20')
    expect(plain(cardOf(day))).toMatch(/Mia +1 +–/)
    expect(plain(cardOf(day))).not.toContain('not named here')
  })

  test('sales at the same moment are all counted, and one of them is the first', async () => {
    const programId = await fresh()
    w.at('2026-11-20T12:00:00Z')
    const mia = await inProgram(programId, (ctx) => brings(ctx, 'Mia'))
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        await inProgram(programId, async (ctx) =>
          celebrateSale(ctx, { creatorId: mia, orderId: await sell(ctx, mia, { at: ctx.now, base: 100n }) }),
        )
        await inProgram(programId, tellSales)
      }),
    )
    const posts = await shown(programId, 'wins')
    expect(posts.map((post) => post.key)).toEqual(['wins:2026-11-20', `wins:first_sale:${mia}`])
    expect(plain(cardOf(posts.find((post) => post.key === 'wins:2026-11-20')))).toMatch(/Mia +7 +–/)
  })
})
