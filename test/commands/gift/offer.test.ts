import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { address, newestGift } from '../../gifts.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('an offer is taken or not, and what was sent is forgotten after its weeks', async () => {
  await ana.run('gift offer', { creator: mia.creatorId, product: 'Cream', worth: '25.00' })
  const { id: gift, valueMinor } = await newestGift(w)
  expect(valueMinor).toBe(25_00n)
  await w.tick()
  expect(await mia.sees()).toContain('A gift for you: Cream')
  expect(await ana.run('gift agree', { gift, worth: '25.00' })).toContain('Its creator says this.')
  const lea = await w.creator('Lea')
  expect(await lea.run('gift accept', { gift, ...address })).toContain('This gift does not exist.')
  await mia.run('gift accept', { gift, ...address })
  await ana.run('gift sent', { gift })
  w.at('2026-12-25T12:00:00Z')
  await w.tick()
  expect((await newestGift(w)).address).toBeNull()
  await ana.run('gift offer', { creator: mia.creatorId, product: 'Lamp', worth: '40' })
  const lamp = await w.within((ctx) => ctx.db.gift.findFirstOrThrow({ where: { product: 'Lamp' } }))
  expect(await mia.run('gift decline', { gift: lamp.id, why: 'No room' })).toContain('declined')
  expect(await ana.sees('managers')).toContain('No room')
  expect(await mia.run('gift list')).toContain('Cream')
  expect(await ana.run('gift list')).toContain('Mia: Cream')
})
