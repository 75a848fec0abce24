import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-10-20T10:00:00Z' })
})
afterAll(() => w.close())

test('the report card of one creator has their figures alone', async () => {
  const mia = await enlist(w, 'Mia')
  const zoe = await enlist(w, 'Zoe')
  await tell(w, order('1', { codes: [mia.code], at: '2026-10-19T10:00:00Z' }))
  await tell(w, order('2', { codes: [zoe.code], at: '2026-10-19T11:00:00Z' }))
  w.at('2026-11-03T10:00:00Z')
  const ana = await w.manager('Ana')
  const text = await ana.run('report creator', { creator: mia.creatorId })
  expect(text).toContain('Mia, October 2026')
  expect(text).toMatch(/Net revenue +€80\.00/)
  expect(text).toContain('Nothing stands out')
})

test('a button from before a creator connected another account shows the figures of both', async () => {
  const kim = await enlist(w, 'Kim')
  w.at('2026-11-03T10:00:01Z')
  const twin = await enlist(w, 'Twin')
  await tell(w, order('k1', { codes: [kim.code], at: '2026-10-19T10:00:00Z' }))
  await tell(w, order('k2', { codes: [twin.code], at: '2026-10-19T11:00:00Z' }))
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await kim.run('profile connect'))![0]
  await twin.run('profile connect', { code })
  const ana = await w.manager('Bea')
  for (const { creatorId } of [kim, twin]) {
    expect(await ana.run('report creator', { creator: creatorId })).toMatch(/Net revenue +€160\.00/)
    expect(await ana.run('kpi', { of: creatorId })).toMatch(/Orders +2 /)
    expect(await ana.run('creator show', { creator: creatorId })).toMatch(/Sales +2/)
  }
})
