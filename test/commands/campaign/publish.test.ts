import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { drafted } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('what is missing has its button, and nobody publishes twice', async () => {
  const ana = await w.manager('Ana')
  const mission = await drafted(w, { budgetMinor: 0n, closesAt: new Date('2026-11-20T11:00:00Z') })
  expect(await ana.run('campaign publish', { mission })).toContain('The deadline of “Autumn glow” is over.')
  expect((await ana.press('Change the basics')).form!.run).toBe('campaign edit')
  await ana.fill({ deadline: '7 days' })
  expect(await ana.run('campaign publish', { mission })).toContain('has no budget for it')
  expect((await ana.press('Set the budget')).form!.fields[0]!.name).toBe('budget')
  await ana.fill({ budget: '100' })
  expect(await ana.suggest('campaign publish', 'mission', 'glow')).toHaveLength(1)
  expect((await ana.press('Publish')).text).toContain('Mission opened.')
  expect(await ana.run('campaign publish', { mission })).toContain('is published already')
  expect(await ana.suggest('campaign publish', 'mission', 'glow')).toEqual([])
})
