import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { address, askGift, newestGift } from '../../gifts.ts'
import { type World, world } from '../../world.ts'
import { opened } from '../campaign/stage.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('asked for, agreed, sent, arrived; the address is seen by managers alone and forgotten', async () => {
  expect(
    await mia.run('gift ask', { product: 'Serum', why: 'A morning routine.', ...address, address: 'Rose Lane 4' }),
  ).toContain('The address has a single line.')
  expect(await mia.run('gift ask', { product: 'Serum', why: 'A morning routine.', ...address, country: 'Germany' })).toContain(
    'Asked for'.toLowerCase(),
  )
  const { id: gift, address: sealed } = await newestGift(w)
  expect(sealed).not.toContain('Rose')
  expect(await ana.sees('managers')).toContain('Mia asks for Serum')
  expect(await ana.sees('managers')).not.toContain('Rose Lane')
  expect(await mia.run('gift agree', { gift, worth: '25.00' })).toContain('is for managers')
  await ana.run('gift agree', { gift, worth: '25.00' })
  expect(await mia.sees()).toContain('It is agreed and will be sent to you.')
  expect(await ana.run('gift address', { gift })).toMatch(/Rose Lane 4\n10115 Berlin\nDE/)
  expect(await ana.run('gift sent', { gift, tracking: 'DHL 123' })).toContain('on its way')
  expect(await mia.sees()).toContain('DHL 123')
  expect(await mia.sees()).toContain('a gift has to be disclosed')
  expect(await mia.run('gift received', { gift })).toContain('arrived')
  expect((await newestGift(w)).address).toBeNull()
  expect(await ana.run('gift address', { gift })).toContain('not known any more')
  expect(await ana.run('gift sent', { gift })).toContain('is arrived already')
})

test('five wishes at a time', async () => {
  for (let n = 0; n < 5; n++) await askGift(w, mia)
  expect(await mia.run('gift ask', { product: 'Serum', why: 'More.', ...address })).toContain('You have asked for 5 already.')
})

test('a gift for a mission says the words of the countries that its mission names', async () => {
  const lea = await w.creator('Lea')
  const mission = await opened(w, { territories: ['FR'] })
  await lea.run('gift ask', { product: 'Cream', why: 'For Paris.', ...address, mission })
  const { id: gift } = await w.within((ctx) => ctx.db.gift.findFirstOrThrow({ where: { missionId: mission } }))
  await ana.run('gift agree', { gift, worth: '25.00' })
  await ana.run('gift sent', { gift })
  expect(await lea.sees()).toContain('begin with Collaboration commerciale | #Werbung: a gift')
})
