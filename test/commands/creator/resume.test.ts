import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a paused creator goes on and earns again; who was not paused cannot', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  const creator = mia.creatorId
  expect(await ana.run('creator resume', { creator })).toContain('Mia is approved and cannot go on.')
  await ana.ask('creator pause', { creator })
  await ana.ask('creator show', { creator })
  expect((await ana.press('Let go on')).text).toContain('Mia is back')
  expect(await mia.sees()).toContain('You are back')
  expect(await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: creator } }))).toMatchObject({
    state: 'approved',
  })
})
