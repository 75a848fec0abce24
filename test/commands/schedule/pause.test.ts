import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let root: Persona
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
  root = await w.admin('Root')
})
afterAll(() => w.close())

const posts = () => w.within((ctx) => ctx.db.outbox.count({ where: { audience: 'leaderboard' } }))

test('a paused schedule rests, and what fell into the pause is not made up for', async () => {
  await root.run('schedule show', { schedule: 'leaderboard' })
  expect((await root.press('Pause')).text).toMatch(/^Paused\n/)
  expect(await root.run('schedule show', { schedule: 'leaderboard' })).toMatch(/Next +paused[\s\S]*\[Run it now\] \[Resume\]/)
  w.at('2026-11-24T10:00:00Z')
  await w.app.runJob('schedule')
  expect(await posts()).toBe(0)
  expect((await root.press('Resume')).text).toMatch(/^Running\n[\s\S]*Next +Mon, Nov 30, 2026, 8:00 AM UTC/)
  await w.app.runJob('schedule')
  expect(await posts()).toBe(0)
  w.at('2026-11-30T08:00:00Z')
  await w.app.runJob('schedule')
  expect(await posts()).toBe(1)
})

test('pausing twice is the same as once, and a manager may not', async () => {
  for (let n = 0; n < 2; n++)
    expect(await root.run('schedule pause', { schedule: 'leaderboard', state: 'paused' })).toMatch(/^Paused/)
  const ana = await w.manager('Ana')
  expect(await ana.run('schedule pause', { schedule: 'leaderboard', state: 'running' })).toMatch(/is for admins/)
  expect((await root.ask('schedule pause', { schedule: 'leaderboard' })).form?.fields.map((field) => field.name)).toEqual([
    'state',
  ])
})

test('what was planned before the pause is not said, nor made up for, and the other weeks go on', async () => {
  const mia = await w.creator('Mia')
  const pause = (state: string) => root.run('schedule pause', { schedule: 'digest', state })
  const rings = async (at: string) => {
    w.at(at)
    await w.app.runJob('messages')
    await w.app.runJob('deliver')
  }
  const digests = () => w.within((ctx) => ctx.db.outbox.count({ where: { key: { startsWith: 'digest:' } } }))
  await rings('2026-12-06T12:00:00Z')
  expect(await w.within((ctx) => ctx.db.message.count({ where: { kind: 'digest', personId: mia.personId } }))).toBe(1)
  await pause('paused')
  await rings('2026-12-07T10:00:00Z')
  expect(await digests()).toBe(0)
  await pause('running')
  await rings('2026-12-07T12:00:00Z')
  expect(await digests()).toBe(0)
  // A pause that was over before the hour took nothing.
  await rings('2026-12-13T12:00:00Z')
  await pause('paused')
  await pause('running')
  await rings('2026-12-14T10:00:00Z')
  expect(await digests()).toBe(1)
})
