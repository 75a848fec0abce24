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

const written = async (title: string): Promise<string> => {
  await ana.run('broadcast write', { title, words: 'We have a new serum.' })
  return w.within(async (ctx) => (await ctx.db.broadcast.findFirstOrThrow({ where: { title } })).id)
}

test('how many got it by which way, and who was left out for what', async () => {
  const lea = await w.creator('Lea')
  const id = await written('News')
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
