import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world({ now: '2026-11-24T12:00:00Z' })
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('who would get which hint and why, and who would not; nothing is sent', async () => {
  const lea = await w.creator('Lea')
  w.at('2026-11-25T12:00:00Z')
  await lea.run('unsubscribe', { what: 'nudge' })
  const said = await ana.run('nudge dry')
  expect(said).toMatch(/Mia +day-1 +admitted 1 day ago/)
  expect(said).toMatch(/Lea +day-1 +admitted 1 day ago +stopped/)
  expect(said).toContain('deadline: A claimed mission')
  expect(said).toMatch(/inactive +the last thing they did +\d+ +\d+ +\d+/)
  expect(await mia.sees()).not.toContain('Your link is ready')
})

test('at ten where they are it is said once, unless it became needless, and never more than the rules allow', async () => {
  w.at('2026-11-25T12:05:00Z')
  for (let n = 0; n < 2; n++) {
    await w.app.runJob('messages')
    await w.app.runJob('deliver')
  }
  expect((await mia.sees()).match(/Your link is ready/g)).toHaveLength(1)
  expect(await ana.run('nudge dry')).not.toMatch(/Mia +day-1/)
  w.at('2026-12-25T12:00:00Z')
  expect(await ana.run('nudge dry')).toMatch(/Mia +month-2 +admitted 31 days ago/)
})
