import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../src/campaigns/plans.ts'
import { minutes } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'
import { enlist } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

/** Each a moment younger than the one before, so that it is known who stays. */
function member(name: string) {
  w.at(minutes(w.now, 1))
  return enlist(w, name)
}

test('of two seats in one mission the one that got further stays, and the other goes to whoever is first in line', async () => {
  const [one, other, third] = [await member('Seated'), await member('Twice'), await member('Next')]
  const plan = { title: 'Both', brief: 'Show it.', feeMinor: 0n, budgetMinor: 0n, seats: 2 }
  const { id: mission } = await w.within((ctx) => addMission(ctx, plan))
  const full = await w.within((ctx) => addMission(ctx, { ...plan, title: 'One seat', seats: 1 }))
  await one.ask('mission claim', { mission })
  expect(await other.run('submit', { mission, caption: '#Werbung Glow', url: 'https://www.instagram.com/p/b1/' })).toContain(
    'Both',
  )
  await third.ask('mission claim', { mission, wait: 'yes' })
  await other.ask('mission claim', { mission: full.id })
  await one.ask('mission claim', { mission: full.id, wait: 'yes' })
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await one.run('profile connect'))![0]
  expect(await other.run('profile connect', { code })).toMatch(/^You are one person now/)
  const seats = await w.within((ctx) =>
    ctx.db.seat.findMany({ where: { missionId: { in: [mission, full.id] } }, orderBy: { id: 'asc' } }),
  )
  const of = (missionId: string) => seats.filter((seat) => seat.missionId === missionId).map(({ state }) => state)
  expect(of(mission).toSorted()).toEqual(['claimed', 'handed_in'])
  expect(seats.find(({ state, missionId }) => state === 'claimed' && missionId === mission)?.creatorId).toBe(third.creatorId)
  expect(of(full.id)).toEqual(['claimed'])
})
