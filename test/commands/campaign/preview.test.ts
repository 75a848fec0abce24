import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { drafted } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('shows the post without pressing anything', async () => {
  const ana = await w.manager('Ana')
  const mission = await drafted(w, { seats: 3, rights: 'web' })
  const { text, card } = await ana.ask('campaign preview', { mission })
  expect(text).toContain('3 of 3 left')
  expect(text).toContain('website, product pages and in mails')
  expect(JSON.stringify(card)).not.toContain('mission claim')
  expect(await w.within((ctx) => ctx.db.mission.findUniqueOrThrow({ where: { id: mission } }))).toMatchObject({ state: 'draft' })
})
