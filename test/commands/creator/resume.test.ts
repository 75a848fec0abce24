import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { opened } from '../campaign/stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a paused creator goes on and earns again; who was not paused cannot', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  const creator = mia.creatorId
  expect(await ana.run('creator resume', { creator })).toContain('Mia is approved and cannot go on.')
  await ana.ask('creator pause', { creator })
  await ana.ask('creator show', { creator })
  expect((await ana.press('Let go on')).text).toContain('Mia is back')
  expect(await mia.sees()).toContain('You are back')
  expect(await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: creator } }))).toMatchObject({
    state: 'approved',
  })
})

test('a seat that came free while the first in line was paused is theirs once they go on', async () => {
  const [ana, kim, lea] = [await w.manager('Ana'), await w.creator('Kim'), await w.creator('Lea')]
  const mission = await opened(w, { title: 'One seat', seats: 1 })
  await kim.run('mission claim', { mission })
  await lea.run('mission claim', { mission, wait: 'yes' })
  await ana.run('creator pause', { creator: lea.creatorId })
  await kim.run('mission leave', { mission })
  expect(await lea.sees()).not.toContain('A seat is yours')
  await ana.run('creator resume', { creator: lea.creatorId })
  expect(await lea.sees()).toContain('A seat is yours: One seat')
  w.at(new Date(w.now.getTime() + 60_000))
  expect(await kim.sees('missions')).toContain('All seats are taken.')
})
