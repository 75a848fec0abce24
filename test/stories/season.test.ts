/** A season from its announcement to its archive, in chat: ties, an alias, prizes by rule, and refunds that come too late. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, minutes } from '../../src/kernel/time.ts'
import type { Persona } from '../chat.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
let root: Persona
let ana: Persona
let mia: Member
let ben: Member
let zoe: Member
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
  root = await w.admin('Root')
  ana = await w.manager('Ana')
  mia = await enlist(w, 'Mia')
  ben = await enlist(w, 'Ben')
  zoe = await enlist(w, 'Zoe')
})
afterAll(() => w.close())

/** The bells, and the schedule at whose hour seasons end. */
const tick = async () => {
  await w.app.runJob('schedule')
  await w.tick()
}
const later = (n = 1) => w.at(minutes(w.now, n))
const bought = async (id: string, code: string, total: string) => {
  later()
  await w.hook('generic', {
    type: 'order.created',
    data: { id, number: `#${id}`, at: w.now, currency: 'EUR', total, codes: [code] },
  })
}
const gaveBack = async (order: string, base: string) => {
  later()
  const data = { id: `back-${order}`, order_id: order, at: w.now, currency: 'EUR', base }
  await w.hook('generic', { type: 'order.refunded', data })
}

test('a season with prizes is announced, runs, and is frozen; late refunds change nothing', async () => {
  await ana.run('season create', {
    kind: 'custom',
    title: 'Winter sprint',
    prizes: 'A dinner for two',
    from: '2026-11-20',
    until: '2026-11-30',
    metric: 'revenue',
  })
  expect(await mia.sees('leaderboard')).toMatch(/A new season: Winter sprint[\s\S]*A dinner for two/)
  await root.run('reward rule', { kind: 'top', number: '1', each: '25.00', budget: '60.00', season: 'custom' })
  expect((await root.press('Start the rule')).text).toContain('The rule runs')
  await ben.run('settings', { alias: 'Lion' })

  await bought('a', mia.code, '80.00')
  await bought('b', ben.code, '80.00')
  await bought('c', zoe.code, '90.00')
  await gaveBack('c', '40.00')
  await tick()

  // Equal values share the place; whoever got there first stands first. A refund in time counts.
  const { id } = await w.within((ctx) => ctx.db.season.findFirstOrThrow({ where: { kind: 'custom' } }))
  const running = await mia.run('season show', { season: id })
  expect(running).toMatch(/1 +You +1[\s\S]*1 +Lion +1[\s\S]*3 +Zoe +1/)
  expect(running).toContain('A dinner for two')
  expect(running).not.toMatch(/Ben|50\.00|90\.00/)
  // Before the sweep has come, a reader sees the same as after it.
  await bought('d', zoe.code, '1.00')
  expect(await zoe.run('season show', { season: id })).toMatch(/3 +You +2/)

  // The weekly boards of these days have their own hour.
  w.at('2026-11-30T12:00:00Z')
  await tick()
  w.at('2026-11-30T23:30:00Z')
  await tick()
  const board = await mia.sees('leaderboard')
  expect(board).toMatch(/Leaderboard of Winter sprint[\s\S]*1 +Mia +1[\s\S]*1 +Lion +1[\s\S]*3 +Zoe +2/)
  expect(board).not.toMatch(/Ben|80\.00/)
  expect(w.door.messages.find(({ card }) => card.title === 'Leaderboard of Winter sprint')?.pin).toBe(true)
  // Both who share the first place get the prize of the rule, which stays within its budget; nobody is woken for it.
  expect(await mia.sees()).not.toContain('A reward for you')
  w.at('2026-12-01T09:00:00Z')
  await tick()
  expect(await mia.sees()).toMatch(/A reward for you[\s\S]*Place 1 of Winter sprint\. That adds €25\.00/)
  expect(await ben.sees()).toContain('Place 1 of Winter sprint')
  expect(await zoe.sees()).not.toContain('Winter sprint')

  w.at(days(w.now, 1))
  await gaveBack('a', '80.00')
  await tick()
  await tick()
  const after = await mia.run('season show', { season: id })
  expect(after).toMatch(/Frozen[\s\S]*1 +You +1[\s\S]*1 +Lion +1[\s\S]*3 +Zoe +2/)
  expect(after).toMatch(/Your place +1 of 3/)
  expect(await mia.sees('leaderboard')).toBe(board)
  // Days are the program's, also for who reads them where it is another day when a season begins.
  expect(board).toMatch(/Leaderboard of Winter sprint\nNov 20, 2026 to Nov 30, 2026/)
  expect(await mia.run('season list')).toMatch(/Archive[\s\S]*Winter sprint +net revenue +Nov 20, 2026 +Nov 30, 2026/)
  expect(await w.within((ctx) => ctx.db.ruleReward.count())).toBe(2)
}, 90_000)

test('the newest board is pinned and the one before is let go', async () => {
  await ana.run('season create', { kind: 'custom', title: 'Two days', from: '2026-12-02', until: '2026-12-03' })
  w.at('2026-12-04T12:00:00Z')
  await tick()
  // What was edited a moment ago is edited again a little later.
  later()
  await tick()
  const pinned = w.door.messages.filter(({ pin, place }) => pin && place.endsWith(':leaderboard')).map(({ card }) => card.title)
  expect(pinned).toEqual(['Leaderboard of Two days'])
})

test('months go on by themselves until one is ended for good; each tier has a board where the season says so', async () => {
  await ana.run('season create', { kind: 'month', metric: 'revenue', divisions: 'yes', prizes: 'Fame' })
  await bought('e', mia.code, '10.00')
  await bought('f', ben.code, '10.00')
  await w.within((ctx) => ctx.db.creator.update({ where: { id: ben.creatorId }, data: { tier: 'Gold' } }))
  w.at('2027-01-01T12:00:00Z')
  await tick()
  later()
  await tick()
  const board = await mia.sees('leaderboard')
  expect(board).toMatch(/Leaderboard of December 2026: Gold[\s\S]*1 +Lion +1/)
  expect(board).toMatch(/Leaderboard of December 2026: No tier yet\n.*by net revenue.*\nPlace +Creator +Orders\n +1 +Mia +1/)
  const running = await w.within((ctx) => ctx.db.season.findFirstOrThrow({ where: { frozenAt: null } }))
  expect(running).toMatchObject({ period: '2027-01', prizes: 'Fame', again: true })
  await ana.run('season end', { season: running.id })
  w.at('2027-02-01T12:00:00Z')
  await tick()
  expect(await w.within((ctx) => ctx.db.season.count({ where: { frozenAt: null } }))).toBe(0)
  expect(await mia.run('leaderboard', { period: 'last_week', among: 'tier' })).toContain('No tier yet')
})
