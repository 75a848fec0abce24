import { afterAll, beforeAll, expect, test } from 'vitest'
import { buttonsOf } from '../../../chat.ts'
import { type World, world } from '../../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the way to one file of links, for those without an account', async () => {
  const ana = await w.manager('Ana')
  await w.creator('Mia')
  expect(await ana.run('creator bulk invite', { who: 'all' })).toContain('Everybody is here already')
  await ana.ask('creator invite', { name: 'Lou' })
  const { text, card } = await ana.ask('creator bulk invite', { who: 'all' })
  expect(text).toMatch(/^Claim links for 1 creator\n[\s\S]*1 creator has an account and needs none\./)
  expect(buttonsOf(card!)).toMatchObject([{ label: 'Get claim links', url: expect.stringContaining('/login/prg_') }])
})
