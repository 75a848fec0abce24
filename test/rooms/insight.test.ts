import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dailyOf } from '../../src/insight/days.ts'
import { countsOf } from '../../src/insight/own.ts'
import { creatorKpis, moved, rounded, windowOf } from '../../src/insight/rules.ts'
import { kpisOf, noCost, noSales, nothing, type Tally } from '../../src/insight/rules-kpi.ts'
import { type World, world } from '../world.ts'

const tally = (part: Partial<Tally> = {}): Tally => ({ ...nothing({ clicks: true, pieces: true, people: true }), ...part })
const terms = { currency: 'EUR', marginBps: null, discountsCost: false, horizonDays: 90 }
const value = (of: Tally, name: string) => kpisOf(of, terms).find((kpi) => kpi.name === name)!.measure

describe('rules', () => {
  test('every ratio without a denominator is null, never 0', () => {
    for (const name of ['AOV', 'CVR', 'EPC', 'RPC', 'CPA', 'ROAS', 'Activation', 'Approval time', 'Rights coverage'])
      expect(value(tally(), name).value, name).toBeNull()
    expect(value(tally(), 'Orders').value).toBe(0)
    expect(creatorKpis({ clicks: 0, orders: 0, byClick: 0, earnedMinor: 0n }, 'EUR').CVR).toMatchObject({ value: null })
  })

  test('the worked example: 200 clicks, 10 orders, 800.00 net, 80.00 commission, 20.00 fees', () => {
    const c = tally({
      clicks: 200,
      sales: { ...noSales, orders: 10, approved: 10, byClick: 10, netMinor: 80_000n },
      cost: { ...noCost, commissionMinor: 8_000n, feesMinor: 2_000n },
      people: { joined: 4, activated: 3, twoMonths: 0, stayed: 0 },
    })
    expect(value(c, 'AOV').value).toEqual({ minor: 8_000n, currency: 'EUR' })
    expect(value(c, 'CVR')).toMatchObject({ value: 500, of: { numerator: 10n, denominator: 200n } })
    expect(value(c, 'EPC').value).toEqual({ minor: 50n, currency: 'EUR' })
    expect(value(c, 'RPC').value).toEqual({ minor: 400n, currency: 'EUR' })
    expect(value(c, 'CPA').value).toEqual({ minor: 1_000n, currency: 'EUR' })
    expect(value(c, 'ROAS').value).toBe(800)
    expect(value(c, 'Activation').value).toBe(7_500)
  })

  test.each([
    [1n, 2n, 1n],
    [-1n, 2n, -1n],
    [1n, 3n, 0n],
    [2n, 3n, 1n],
    [0n, 7n, 0n],
  ])('%d / %d is shown as %d', (a, b, shown) => expect(rounded(a, b)).toBe(shown))

  test('a change is told against the period before, and not at all without one', () => {
    expect(moved({ kind: 'count', value: 15 }, { kind: 'count', value: 10 })).toBe(5_000)
    expect(moved({ kind: 'count', value: 15 }, { kind: 'count', value: 0 })).toBeNull()
  })

  test('a window is whole local days, also over a change of clocks', () => {
    const w = windowOf('7d', new Date('2026-03-30T10:00:00Z'), 'Europe/Berlin')
    expect(w.from.toISOString()).toBe('2026-03-23T23:00:00.000Z')
    expect(w.before.toISOString()).toBe('2026-03-16T23:00:00.000Z')
    // Twelve hours of today, which the clocks did not change, beside as many of the last day before.
    expect(w.beforeTo.toISOString()).toBe('2026-03-23T11:00:00.000Z')
  })
})

describe('queries', () => {
  let w: World
  beforeAll(async () => {
    w = await world()
  })
  afterAll(() => w.close())

  test('clicks, orders, refunds and fees are counted as they happened; a refund moves revenue, not clicks', async () => {
    const mia = await w.creator('Mia')
    const { slug } = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
    await w.click(slug, { 'x-visitor': '1' })
    await w.click(slug, { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' })
    const { code } = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
    const order = { id: '1', number: '#1', at: '2026-11-20T11:00:00Z', currency: 'EUR', total: '80.00', codes: [code], items: [] }
    await w.hook('generic', { type: 'order.created', data: order })
    const window = { from: new Date('2026-11-14T00:00:00Z'), to: new Date('2026-11-21T00:00:00Z') }
    const before = await w.within((ctx) => countsOf(ctx, window, mia.creatorId))
    expect(before).toEqual({ clicks: 1, orders: 1, byClick: 0, earnedMinor: 800n })
    await w.hook('generic', {
      type: 'order.refunded',
      data: { id: 'r1', order_id: '1', at: '2026-11-20T11:30:00Z', currency: 'EUR', base: '40.00' },
    })
    const after = await w.within((ctx) => countsOf(ctx, window, mia.creatorId))
    expect(after).toEqual({ clicks: 1, orders: 1, byClick: 0, earnedMinor: 400n })
    const nobody = await w.within((ctx) => countsOf(ctx, window, 'crt_nobody'))
    expect(nobody).toEqual({ clicks: 0, orders: 0, byClick: 0, earnedMinor: 0n })
    const daily = await w.within((ctx) => dailyOf(ctx, window, 'Europe/Berlin', mia.creatorId))
    expect(daily).toHaveLength(8)
    expect(daily.find((d) => d.day === '2026-11-20')).toMatchObject({
      clicks: 1,
      orders: 1,
      revenueMinor: 4_000n,
      earnedMinor: 400n,
    })
  })
})
