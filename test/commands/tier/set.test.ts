import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('shown before it is confirmed; a stricter ladder waits for the notice', async () => {
  const root = await w.admin('Root')
  await w.creator('Mia')
  expect((await root.ask('tier set', { steps: 'Silver 500 12 %' })).text).toMatch(
    /Tiers +none +By net sales in a calendar month, Silver from €500\.00: 12 %.*at once/,
  )
  expect((await root.press('Confirm')).text).toContain('The change is made')
  const stricter = await root.ask('tier set', { steps: 'Silver 600 12 %' })
  expect(stricter.text).toContain('holds from Dec 4, 2026')
  await root.press('Confirm')
  expect(await root.run('tier list')).toContain('from €500.00')
  w.at('2026-12-04T12:00:01Z')
  await w.app.runJob('due')
  expect(await root.run('tier list')).toContain('from €600.00')
})

test('what is no ladder is refused', async () => {
  const root = await w.admin('Root')
  expect(await root.run('tier set', { steps: 'Silver' })).toContain('is no step')
  expect(await root.run('tier set', { steps: 'A 1 10 %; A 2 12 %' })).toContain('Two steps have the same name')
  expect(await root.run('tier set', { steps: 'Silver 50000 12 %; Gold 20000 15 %' })).toContain(
    'Silver begins higher than Gold and would pay less.',
  )
  expect(await root.run('tier set', { steps: 'A 1 10 %', window: 'rolling' })).toContain('needs its length')
})
