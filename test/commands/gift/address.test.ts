import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../../src/kernel/time.ts'
import type { Persona } from '../../chat.ts'
import { address, askGift } from '../../gifts.ts'
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

test('looking at an address is noted, and creators do not look', async () => {
  const gift = await askGift(w, mia)
  expect(await mia.run('gift address', { gift })).toContain('is for managers')
  expect(await ana.run('gift address', { gift })).toContain('10115 Berlin\nDE')
  const noted = await w.within((ctx) => ctx.db.audit.findMany({ where: { run: 'gift address' } }))
  expect(noted.map(({ personId }) => personId)).toContain(ana.personId)
})

test('the address of whoever has left is forgotten, nothing is sent to them, and managers read why', async () => {
  const [tim, uwe] = [await w.creator('Tim'), await w.creator('Uwe')]
  await tim.run('gift ask', { product: 'Balm', why: 'In winter.', ...address })
  await uwe.run('gift ask', { product: 'Mask', why: 'In summer.', ...address })
  const { id: gift } = await w.within((ctx) => ctx.db.gift.findFirstOrThrow({ where: { product: 'Balm' } }))
  const { id: packed } = await w.within((ctx) => ctx.db.gift.findFirstOrThrow({ where: { product: 'Mask' } }))
  await ana.run('gift agree', { gift: packed, worth: '20.00' })
  await tim.run('leave', { sure: 'yes' })
  await ana.run('creator ban', { creator: uwe.creatorId, why: 'Bought own traffic' })
  for (const id of [gift, packed])
    expect(await w.within((ctx) => ctx.db.gift.findUniqueOrThrow({ where: { id } }))).toMatchObject({
      state: 'declined',
      address: null,
    })
  expect(await ana.run('gift agree', { gift, worth: '20.00' })).toContain('This gift is declined already.')
  w.at(new Date(w.now.getTime() + 60_000))
  const posts = await ana.sees('managers')
  for (const what of ['Balm for Tim', 'Mask for Uwe'])
    expect(posts).toMatch(new RegExp(`${what}: declined[\\s\\S]*Why: Its creator is no longer in the program\\.`))
})

test('what nobody marks as sent is over after half a year, its address is forgotten, and both sides read why', async () => {
  const [liv, bea] = [await w.creator('Liv'), await w.creator('Bea')]
  await liv.run('gift ask', { product: 'Toner', why: 'At night.', ...address })
  await bea.run('gift ask', { product: 'Scrub', why: 'On Sundays.', ...address })
  const giftOf = (product: string) => w.within((ctx) => ctx.db.gift.findFirstOrThrow({ where: { product } }))
  for (const product of ['Toner', 'Scrub']) await ana.run('gift agree', { gift: (await giftOf(product)).id, worth: '9.00' })
  w.at(days(w.now, 170))
  // Whoever looks at the address is about to send it.
  expect(await ana.run('gift address', { gift: (await giftOf('Scrub')).id })).toContain('10115 Berlin')
  await w.tick()
  expect((await giftOf('Toner')).address).not.toBeNull()
  w.at(days(w.now, 11))
  await w.tick()
  expect(await giftOf('Toner')).toMatchObject({ state: 'declined', address: null })
  expect((await giftOf('Scrub')).state).toBe('agreed')
  for (const seen of [await liv.sees(), await ana.sees('managers')])
    expect(seen).toContain('Nobody marked it as sent in 180 days')
})

test('what was offered or asked for long ago has its half year from the day on which the other side agreed', async () => {
  const [kim, ned] = [await w.creator('Kim'), await w.creator('Ned')]
  await ana.run('gift offer', { creator: kim.creatorId, product: 'Cream', worth: '12.00' })
  await ned.run('gift ask', { product: 'Tonic', why: 'At noon.', ...address })
  const giftOf = (product: string) => w.within((ctx) => ctx.db.gift.findFirstOrThrow({ where: { product } }))
  w.at(days(w.now, 178))
  await kim.run('gift accept', { gift: (await giftOf('Cream')).id, ...address })
  await ana.run('gift agree', { gift: (await giftOf('Tonic')).id, worth: '9.00' })
  w.at(days(w.now, 10))
  await w.tick()
  for (const product of ['Cream', 'Tonic']) expect(await giftOf(product)).toMatchObject({ state: 'agreed' })
  w.at(days(w.now, 171))
  await w.tick()
  for (const product of ['Cream', 'Tonic']) expect(await giftOf(product)).toMatchObject({ state: 'declined', address: null })
})
