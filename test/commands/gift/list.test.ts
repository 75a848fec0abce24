import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../../src/kernel/time.ts'
import type { Persona } from '../../chat.ts'
import { address, askGift, offerGift } from '../../gifts.ts'
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

test('everyone sees what is theirs to do', async () => {
  const [asked, offered] = [await askGift(w, mia), await offerGift(w, ana, mia)]
  expect([asked, offered].every((id) => id.startsWith('gft_'))).toBe(true)
  expect(await ana.run('gift list')).toContain('[Agree]')
  expect(await mia.run('gift list')).toContain('[Say where it may go]')
  const lea = await w.creator('Lea')
  expect(await lea.run('gift list')).toContain('You have no gifts yet.')
  expect(await (await w.applicant('Tom')).run('gift list')).toContain('Join first with /apply.')
})

test('what a manager has to do stands before what is on its way, however much of that there is', async () => {
  for (let n = 0; n < 11; n++) {
    const gift = await offerGift(w, ana, mia)
    await mia.run('gift accept', { gift, ...address })
    await ana.run('gift sent', { gift, tracking: `T${n}` })
  }
  w.at(minutes(w.now, 1))
  await mia.run('gift ask', { product: 'Lip balm', why: 'For the winter.', ...address })
  expect(await ana.run('gift list')).toMatch(/Lip balm\nAsked for\n\[Agree\]/)
})
