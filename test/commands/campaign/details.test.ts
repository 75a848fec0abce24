import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { drafted } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('details are kept one by one, a dash takes one away, and what is wrong names its field', async () => {
  const ana = await w.manager('Ana')
  const mission = await drafted(w)
  await ana.run('campaign details', { mission, do: 'Daylight', do_not: 'Filters', links: 'https://shop.example.com/serum' })
  const text = await ana.run('campaign details', { mission, do_not: '-', hashtags: '#glow morning' })
  expect(text).toContain('Daylight')
  expect(text).toContain('https://shop.example.com/serum')
  expect(text).toContain('#glow #morning')
  expect(text).not.toContain('Filters')
  expect(await ana.run('campaign details', { mission, links: 'http://shop.example.com' })).toContain('does not belong here')
})
