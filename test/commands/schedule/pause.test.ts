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
