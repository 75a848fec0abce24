import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { drafted, opened } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('closes with a report to managers, and throws drafts away', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  const mission = await opened(w, { seats: 3 })
  await mia.run('mission claim', { mission })
  expect(await ana.run('campaign close', { mission })).toContain('a report is in #managers')
  expect(await ana.sees('managers')).toContain('Autumn glow: closed')
  expect(await ana.sees('managers')).toContain('Nobody handed anything in.')
  expect(await mia.sees('missions')).toContain('This mission is closed.')
  expect(await mia.run('mission claim', { mission })).toContain('The mission “Autumn glow” is closed.')
  expect(await ana.run('campaign close', { mission })).toContain('is closed already')
  await w.tick()
  expect(await ana.sees('managers')).toContain('Autumn glow: settled')
  const draft = await drafted(w, { title: 'Never mind' })
  expect(await ana.run('campaign close', { mission: draft })).toContain('The draft “Never mind” is gone.')
  expect(await ana.run('campaign show', { mission: draft })).toContain('does not exist')
})
