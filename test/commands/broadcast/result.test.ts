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

test('how many got it by which way, and who was left out for what', async () => {
  const lea = await w.creator('Lea')
  const id = await written(w, ana, 'News')
  await ana.run('broadcast send', { broadcast: id, day: '2026-11-25', at: '10:00' })
  await w.app.runJob('messages')
  expect(await ana.run('broadcast result', { broadcast: id })).toMatch(/Planned +2 creators[\s\S]*Still to come +2/)
  await lea.run('unsubscribe', { what: 'news' })
  w.at('2026-11-25T12:00:00Z')
  for (let n = 0; n < 2; n++) await w.app.runJob('messages')
  const said = await ana.run('broadcast result', { broadcast: id })
  expect(said).toMatch(/State +sent/)
  expect(said).toMatch(/In the chat +1/)
  expect(said).toMatch(/Left out: stopped +1/)
  expect(await mia.sees()).toContain('News')
})
