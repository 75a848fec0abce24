import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('only those who are approved are meant, and each is told', async () => {
  const ana = await w.manager('Ana')
  const [mia, bo] = [await w.creator('Mia'), await w.creator('Bo')]
  await ana.ask('creator pause', { creator: bo.creatorId })
  await ana.ask('creator list')
  expect((await ana.press('Pause all')).text).toMatch(/^Pause 1 creator\?/)
  expect((await ana.press('Pause them')).text).toContain('1 creator paused')
  expect(await mia.sees()).toContain('You are paused')
  expect(await w.within((ctx) => ctx.db.creator.count({ where: { state: 'paused' } }))).toBe(2)
})
