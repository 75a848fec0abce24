import { afterAll, beforeAll, expect, test } from 'vitest'
import { due, reconcile } from '../../src/recognition/badges.ts'
import { nextBadge, reachedBadges } from '../../src/recognition/rules-badges.ts'
import { pickStar, reasonsFor, type Week } from '../../src/recognition/rules-star.ts'
import { postStar } from '../../src/recognition/star.ts'
import { approved, brings, sell } from '../boards.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('ten orders are a badge, told in private, in #wins without an amount, and as a role; once', async () => {
  await w.within(async (ctx) => {
    for (let i = 0; i < 10; i++) await sell(ctx, mia.creatorId, { at: '2026-11-20T10:00:00Z', base: 98_765n })
    for (let i = 0; i < 9; i++) await sell(ctx, mia.creatorId, { at: '2026-11-20T10:00:00Z', base: 5n, cancelledAt: ctx.now })
  })
  while ((await w.within(due)) > 0);
  await w.tick()
  expect(await mia.sees()).toContain('New badge: 10 orders')
  const wins = await mia.sees('wins')
  expect(wins).toContain('Mia brought 10 orders.')
  expect(wins).not.toMatch(/987|50 orders/)
  expect(w.door.grants).toContainEqual({ user: 'mia', role: 'badge:10 orders', on: true })
  const before = w.door.messages.length
  await w.within((ctx) => sell(ctx, mia.creatorId, { at: '2026-11-20T11:00:00Z', base: 5n }))
  await w.tick()
  expect(w.door.messages.length).toBe(before)
})

test('four weeks in a row are a badge; what was imported from long ago is no news to others', async () => {
  await w.within(async (ctx) => {
    for (const at of ['2026-10-29', '2026-11-05', '2026-11-12', '2026-11-19'])
      await approved(ctx, mia.creatorId, `${at}T10:00:00Z`)
    const old = await brings(ctx, 'Olga')
    for (let i = 0; i < 10; i++) await sell(ctx, old, { at: '2026-01-20T10:00:00Z', base: 5n })
  })
  await w.tick()
  // One push a day: this one waits for another day or the digest, and the role does not.
  const waits = await w.within((ctx) => ctx.db.outbox.findFirst({ where: { key: 'badge:streak_4' } }))
  expect(JSON.stringify(waits?.payload)).toContain('New badge: 4 weeks in a row')
  expect(await mia.sees('wins')).not.toContain('Olga')
  expect(await w.within((ctx) => ctx.db.badge.count({ where: { kind: 'orders_10' } }))).toBe(2)
})

test('what is reached at once is told in one message, and to others the most of it', async () => {
  const ida = await w.creator('Ida')
  await w.within(async (ctx) => {
    for (let i = 0; i < 51; i++) await sell(ctx, ida.creatorId, { at: '2026-11-20T11:00:00Z', base: 5n })
  })
  while ((await w.within(due)) > 0);
  await w.tick()
  const seen = await ida.sees()
  expect(seen).toContain('2 new badges: 10 orders, 50 orders')
  expect(seen).toContain('Next: 100 orders.')
  expect(await ida.sees('wins')).toContain('Ida brought 50 orders.')
  expect(await ida.sees('wins')).not.toContain('Ida brought 10 orders.')
  const roles = w.door.grants.filter(({ user }) => user === 'ida').map(({ role }) => role)
  expect(roles).toEqual(expect.arrayContaining(['badge:10 orders', 'badge:50 orders']))
})

test('the hourly look grants what is missing and takes what nobody has', async () => {
  expect(await w.within(reconcile)).toBe(0)
  await w.within(async (ctx) => {
    await ctx.db.outbox.deleteMany({ where: { kind: 'grant', key: 'badge:4 weeks in a row' } })
    await ctx.grant(mia.personId, 'badge:100 orders', true)
  })
  expect(await w.within(reconcile)).toBe(2)
  await w.tick()
  expect(w.door.grants.slice(-2)).toEqual(
    expect.arrayContaining([
      { user: 'mia', role: 'badge:4 weeks in a row', on: true },
      { user: 'mia', role: 'badge:100 orders', on: false },
    ]),
  )
  await w.within((ctx) => ctx.db.creator.update({ where: { id: mia.creatorId }, data: { state: 'banned' } }))
  expect(await w.within(reconcile)).toBeGreaterThanOrEqual(2)
  expect(await w.within(reconcile)).toBe(0)
  await w.within((ctx) => ctx.db.creator.update({ where: { id: mia.creatorId }, data: { state: 'approved' } }))
})

test('the creator of the week is said once, with reasons and without amounts; never somebody hidden', async () => {
  const ids = await w.within(async (ctx) => {
    const hid = await brings(ctx, 'Hidden', { shown: 'hidden' })
    for (let i = 0; i < 9; i++) await sell(ctx, hid, { at: '2026-11-18T10:00:00Z', base: 500n })
    for (let i = 0; i < 4; i++) await approved(ctx, hid, '2026-11-18T10:00:00Z')
    return { hid }
  })
  w.at('2026-11-23T12:00:00Z')
  expect(await w.within(postStar)).toBe(true)
  expect(await w.within(postStar)).toBe(false)
  const wins = await mia.sees('wins')
  expect(wins).toMatch(/Creator of the week\nMia: 11 orders, [\s\S]*4 weeks in a row|Creator of the week\nMia: .*orders/)
  expect(wins).not.toMatch(/Hidden: |987/)
  expect((await w.within((ctx) => ctx.db.star.findFirstOrThrow())).creatorId).not.toBe(ids.hid)
})

const week = (creatorId: string, extra: Partial<Week> = {}): Week => ({
  creatorId,
  named: true,
  orders: 0,
  approvals: 0,
  thankedBy: 0,
  streak: 0,
  growthBps: null,
  helped: 0,
  lastAt: null,
  ...extra,
})
const pause = new Date('2026-10-20T00:00:00Z')

test.each<[string, Week[], string | undefined]>([
  ['nobody', [], undefined],
  ['one reason is not enough', [week('a', { orders: 50 })], undefined],
  [
    'orders are capped, so work beside them counts',
    [week('a', { orders: 500, helped: 1 }), week('b', { orders: 4, approvals: 4 })],
    'b',
  ],
  ['not again within four weeks', [week('a', { orders: 5, approvals: 5, lastAt: new Date('2026-11-09') })], undefined],
  [
    'among equals who was it longest ago',
    [week('a', { orders: 5, approvals: 5, lastAt: new Date('2026-09-09') }), week('b', { orders: 5, approvals: 5 })],
    'b',
  ],
  ['nobody hidden', [week('a', { orders: 5, approvals: 5, named: false })], undefined],
])('%s', (_, weeks, wanted) => {
  expect(pickStar(weeks, pause)?.creatorId).toBe(wanted)
})

test('reasons are words, strongest first', () => {
  expect(reasonsFor(week('a', { orders: 1, approvals: 2, growthBps: 2_550n })).map(({ says }) => says)).toEqual([
    '2 approved pieces',
    '1 order',
    'up 25 % on their own past',
  ])
  expect(nextBadge('sales', 10)).toMatchObject({ kind: 'orders_50', missing: 40 })
  expect(reachedBadges('sales', 60, new Set(['orders_10'])).map(({ kind }) => kind)).toEqual(['orders_50'])
})
