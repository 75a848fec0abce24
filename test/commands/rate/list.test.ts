import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the standard and every rate with its conditions, for managers alone', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('rate list')).toContain('10 % is the rate of the program')
  await ana.run('rate set', { name: 'Serum', pays: '15 %', skus: 'GLOW-*, TOOL', via: 'code', customer: 'new' })
  expect(await ana.run('rate list')).toMatch(/Serum +15 % +TOOL, GLOW-\*, through a code, new customers +now/)
  expect(await (await w.creator('Mia')).run('rate list')).toContain('Not allowed')
})
