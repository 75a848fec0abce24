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

test('what was not sent has not arrived, and only its creator says so', async () => {
  const gift = await askGift(w, mia)
  expect(await mia.run('gift received', { gift })).toContain('is asked for already')
  await ana.run('gift agree', { gift, worth: '25.00' })
  await ana.run('gift sent', { gift })
  const lea = await w.creator('Lea')
  expect(await lea.run('gift received', { gift })).toContain('This gift does not exist.')
  expect(await mia.run('gift received', { gift })).toContain('Good that it arrived.')
})
