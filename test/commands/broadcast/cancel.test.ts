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

test('what was cancelled reaches nobody any more', async () => {
  const id = await written('News')
  await ana.run('broadcast send', { broadcast: id, day: '2026-11-25' })
  await w.app.runJob('messages')
  expect(await ana.run('broadcast cancel', { broadcast: id })).toContain('1 creator would still have got it.')
  w.at('2026-11-25T12:00:00Z')
  await w.app.runJob('messages')
  expect(await mia.sees()).not.toContain('News')
  expect(await ana.run('broadcast cancel', { broadcast: id })).toContain('This broadcast is cancelled already.')
})
