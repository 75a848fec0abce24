import { afterAll, beforeAll, expect, test } from 'vitest'
import { written } from '../../broadcasts.ts'
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

test('whoever stopped news or paused is counted apart', async () => {
  const id = await written(w, ana, 'News')
  await mia.run('unsubscribe', { what: 'news' })
  expect(await ana.run('broadcast preview', { broadcast: id })).toMatch(
    /Fits +1 creator\nWould get it +0 in the chat, 0 by e-mail\nTake no news +1 creator/,
  )
  await mia.run('unsubscribe', { what: 'news', state: 'wanted' })
  await mia.run('settings', { pause: '2' })
  expect(await ana.run('broadcast preview', { broadcast: id })).toContain('0 in the chat, 0 by e-mail, 1 after their pause')
  expect((await ana.suggest('broadcast preview', 'broadcast', 'ne')).map((one) => one.label)).toEqual(['News'])
})
