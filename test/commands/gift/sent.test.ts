import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { askGift } from '../../gifts.ts'
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

test('nothing is sent before it is agreed', async () => {
  const gift = await askGift(w, mia)
  expect(await ana.run('gift sent', { gift })).toContain('is asked for already')
  await ana.run('gift agree', { gift, worth: '25.00' })
  // The press asks for the tracking number, which its creator is told.
  expect((await ana.press('Mark as sent')).form?.fields.map(({ name }) => name)).toEqual(['tracking'])
  expect((await ana.fill({ tracking: 'DHL 4711' })).text).toContain('on its way')
  expect(await mia.sees()).toContain('DHL 4711')
})
