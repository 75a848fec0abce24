import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
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

const address = { name: 'Mia Rossi', address: 'Rose Lane 4\n10115 Berlin', country: 'de' }
const newest = () => w.within((ctx) => ctx.db.gift.findFirstOrThrow({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }))
const ask = async () => {
  await mia.run('gift ask', { product: 'Serum', why: 'A morning routine.', ...address })
  return (await newest()).id
}

test('nothing is sent before it is agreed', async () => {
  const gift = await ask()
  expect(await ana.run('gift sent', { gift })).toContain('is asked for already')
  await ana.run('gift agree', { gift, worth: '25.00' })
  // The press asks for the tracking number, which its creator is told.
  expect((await ana.press('Mark as sent')).form?.fields.map(({ name }) => name)).toEqual(['tracking'])
  expect((await ana.fill({ tracking: 'DHL 4711' })).text).toContain('on its way')
  expect(await mia.sees()).toContain('DHL 4711')
})
