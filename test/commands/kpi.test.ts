import { afterAll, beforeAll, expect, test } from 'vitest'
import { change, figure } from '../../src/insight/cards.ts'
import { parts } from '../../src/insight/cards-kpi.ts'
import { funnelCard } from '../../src/insight/cards-reports.ts'
import { share } from '../../src/insight/rules.ts'
import { format, fromJson } from '../../src/kernel/money.ts'
import { plain } from '../../src/kernel/plain.ts'
import { enlist, order, refund, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const eur = (minor: number) => ({ minor: String(minor), currency: 'EUR' })

test('managers see each figure beside the period before; creators do not', async () => {
  const ana = await w.manager('Ana')
  const text = await ana.run('kpi', { period: '7d' })
  for (const name of [
    'Clicks',
    'CTR',
    'ER',
    'Net revenue',
    'AOV',
    'ROAS',
    'ROI',
    'LTV',
    'Month-two retention',
    'Approval time',
    'Rights coverage',
  ])
    expect(text).toContain(name)
  expect(text).toMatch(/AOV +n\/a/)
  const mia = await w.creator('Mia')
  expect(await mia.run('kpi')).toMatch(/is for managers/)
})

test('a refund moves AOV and ROAS, and neither clicks nor what was sold before it', async () => {
  const ana = await w.manager('Ana')
  const zoe = await enlist(w, 'Zoe')
  await tell(w, order('1', { codes: [zoe.code], at: '2026-11-19T10:00:00Z' }))
  const before = await ana.run('kpi', { of: zoe.creatorId })
  expect(before).toMatch(/AOV +€80\.00/)
  await tell(w, {
    type: 'order.refunded',
    orderId: '1',
    refundId: 'r1',
    at: '2026-11-19T12:00:00Z',
    base: { minor: '4000', currency: 'EUR' },
  })
  const after = await ana.run('kpi', { of: zoe.creatorId })
  expect(after).toMatch(/AOV +€40\.00/)
  expect(after).toMatch(/AOV before refunds +€80\.00/)
  const clicks = /Clicks +(\d+)/
  expect(clicks.exec(after)![1]).toBe(clicks.exec(before)![1])
})

test.each(['creator', 'mission', 'offer', 'niche', 'platform', 'moment'])('apart by %s, each in a row', async (by) => {
  const ana = await w.manager('Ana')
  const text = await ana.run('kpi', { by })
  expect(text).toContain(`By ${by}: 30 days`)
  if (by === 'creator') expect(text).toMatch(/Zoe +0 +1 +€40\.00 +n\/a/)
  if (by === 'platform') expect(text).toMatch(/Not known/)
})

test('what there is none of is said so, and things are suggested by their names', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('kpi', { of: 'nobody' })).toMatch(/^Not found/)
  expect(await ana.suggest('kpi', 'of', 'zo')).toEqual([{ label: 'Creator: Zoe', value: expect.stringMatching(/^crt_/) }])
  expect(await ana.run('kpi', { of: 'beauty' })).toContain('beauty: 30 days')
  expect(await ana.suggest('kpi', 'of', 'tikt')).toEqual([{ label: 'Platform: TikTok', value: 'tiktok' }])
  expect(await ana.run('kpi', { of: 'tiktok' })).toContain('TikTok: 30 days')
})

test('where refunds took more than was spent, nothing was spent, and there is nothing to divide by', async () => {
  const ana = await w.manager('Ana')
  const ida = await enlist(w, 'Ida')
  await tell(w, order('i1', { codes: [ida.code], at: '2026-11-20T11:00:00Z' }))
  w.at('2026-11-29T12:00:00Z')
  await tell(w, refund('i1', 'ri1', 8_000), order('i2', { codes: [ida.code], at: '2026-11-29T11:00:00Z', base: eur(500) }))
  w.at('2026-11-29T12:01:00Z')
  const text = await ana.run('kpi', { of: ida.creatorId, period: '7d' })
  expect(text).toMatch(/Cost +-€7\.50/)
  expect(text).toMatch(/ROAS +n\/a/)
})

test('creators whose niche nobody knows any more have a row with a name', async () => {
  const ana = await w.manager('Ana')
  const una = await enlist(w, 'Una')
  await w.within((ctx) => ctx.db.creator.update({ where: { id: una.creatorId }, data: { niche: '' } }))
  await tell(w, order('u1', { codes: [una.code], at: '2026-11-29T11:00:00Z' }))
  expect(await ana.run('kpi', { by: 'niche' })).toMatch(/\nNot known +0 +1 +€80\.00/)
})

test('a share is rounded once, so that figures and the funnel say the same of it, and what money is made of is money', () => {
  expect(figure(share(15n, 19n))).toEqual(['78.9 %'])
  expect(figure(share(-9_999n, 20_000n))).toEqual(['-50.0 %'])
  const funnel = { clicks: 19, orders: 15, approved: 15, ripe: 0, codeOrders: 0, codeApproved: 0 }
  expect(plain(funnelCard(funnel, 'Glow', 'a month', {}))).toMatch(/Orders by click +15 +78\.9 %/)
  const roi = parts({ measure: share(23_859n, 60_970n, 'KWD') })
  expect(roi.map((part) => (typeof part === 'object' && part.part === 'money' ? format(fromJson(part)) : part)).join('')).toBe(
    'KWD\u00a023.859\u00a0/\u00a0KWD\u00a060.970',
  )
})

test('numbers of thousands have their sign everywhere, and none breaks in a narrow column', () => {
  const times = (value: number) => ({ kind: 'count' as const, value })
  expect(change(times(203), times(100))).toBe('▲\u00a0+103\u00a0%')
  const of = { numerator: 247_250n, denominator: 1_129n }
  const each = parts({ measure: { kind: 'each', value: { minor: 219n, currency: 'EUR' }, of } })
  expect(each.at(-1)).toBe('\u00a0/\u00a01,129')
  expect(parts({ measure: { kind: 'share', value: 257, of: { ...of, numerator: 29n } } })).toEqual(['29\u00a0/\u00a01,129'])
  const funnel = { clicks: 1_129, orders: 29, approved: 20, ripe: 3, codeOrders: 1_200, codeApproved: 1_100 }
  const told = plain(funnelCard(funnel, 'Glow', 'a month', {}))
  expect(told).toMatch(/Unique clicks +1,129[\s\S]*1,200 orders, 1,100 approved/)
})
