import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('without tiers it says so; with them how far the next is, in numbers and a bar', async () => {
  const mia = await enlist(w, 'Mia')
  expect(await mia.run('tier show')).toContain('There are no tiers here')
  const root = await w.admin('Root')
  await root.ask('tier set', { steps: 'Silver 200 12 %' })
  await root.press('Confirm')
  await tell(w, order('one', { codes: [mia.code], at: '2026-11-20T12:30:00Z' }))
  expect(await mia.run('tier show')).toMatch(/Still missing +€120\.00\nWay +████░░░░░░ 40 %/)
})
