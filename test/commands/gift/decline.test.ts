import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { address, askGift, newestGift, offerGift } from '../../gifts.ts'
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

test('no forgets the address at once, and what is on its way is not declined', async () => {
  const gift = await askGift(w, mia)
  expect(await ana.run('gift decline', { gift, why: 'Sold out' })).toContain('Sold out')
  expect(await newestGift(w)).toMatchObject({ state: 'declined', address: null })
  expect(await mia.sees()).toContain('Sold out')
  const silent = await askGift(w, mia)
  expect(await ana.run('gift decline', { gift: silent })).not.toContain('Why')
  // What they would have shown is no reason of the brand's.
  expect((await mia.sees()).split('Sold out').at(-1)).not.toContain('A morning routine.')
  w.at('2026-11-21T12:00:00Z')
  const unwanted = await offerGift(w, ana, mia)
  expect(await mia.sees()).toContain('[No, thank you]')
  await mia.run('gift decline', { gift: unwanted })
  expect(await mia.sees()).toMatch(/A gift for you: Cream\nIt will not be sent\.\n/)
  w.at('2026-11-22T12:00:00Z')
  const other = await offerGift(w, ana, mia)
  await mia.run('gift accept', { gift: other, ...address })
  await ana.run('gift sent', { gift: other })
  expect(await mia.run('gift decline', { gift: other })).toContain('is on its way already')
})
