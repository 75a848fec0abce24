import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { drafted, opened } from '../campaign/stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('what it pays stands there before one claims: fee, own rate, and no guess', async () => {
  const mia = await w.creator('Mia')
  await w.within((ctx) => ctx.db.creator.update({ where: { id: mia.creatorId }, data: { rateBps: 1_500 } }))
  const mission = await opened(w, { seats: 2 })
  const text = await mia.run('mission show', { mission })
  for (const words of [
    '€50.00 for each approved submission',
    '15 % of each order you bring (an own rate)',
    'Not enough data yet',
    '[Claim a seat]',
  ])
    expect(text).toContain(words)
  await mia.press('Claim a seat')
  expect(await mia.run('mission show', { mission })).toContain('You have a seat.')
  const hidden = await drafted(w, { title: 'Secret' })
  expect(await mia.run('mission show', { mission: hidden })).toContain('This mission does not exist.')
  const guest = await w.applicant('Guest')
  expect(await guest.run('mission show', { mission })).toContain('Missions are for creators of the program.')
  expect(await mia.suggest('mission show', 'mission')).toHaveLength(1)
  for (const name of ['mission show', 'assets']) expect(await guest.suggest(name, 'mission')).toEqual([])
})
