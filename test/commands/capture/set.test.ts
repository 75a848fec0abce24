import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('other rights are asked for on the same card; an unknown intent is refused with those there are', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await ana.ask('save', { creator: 'account:mia', url: 'https://discord.com/channels/1/2/3' })
  const { id } = await w.within((ctx) => ctx.db.capture.findFirstOrThrow())
  expect(await mia.sees()).toContain('Social, 90 days')
  expect(await ana.run('capture set', { capture: id, rights: 'web', intent: 'buy' })).toMatch(/mail, 180 days[\s\S]*Buy:/)
  w.at(new Date(w.now.getTime() + 60_000))
  const asked = await mia.sees()
  expect(asked).toContain('mail, 180 days')
  expect(asked.match(/May we use/g)).toHaveLength(1)
  expect(await ana.run('capture set', { capture: id, intent: 'dream' })).toContain('must be one of discover, compare, buy, use')
  await mia.press('No, delete it')
  expect(await ana.run('capture set', { capture: id, intent: 'use' })).toContain('Its author has answered already.')
})
