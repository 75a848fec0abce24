import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { address, newestGift, offerGift } from '../../gifts.ts'
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

test('an offer needs an address a parcel can find, and is taken once', async () => {
  const gift = await offerGift(w, ana, mia)
  expect(await mia.run('gift accept', { gift, ...address, country: '12' })).toContain(
    'Write its name, such as Germany, or its two letters, such as DE.',
  )
  expect((await newestGift(w)).state).toBe('offered')
  // What was typed comes back into the form, and lies sealed until then.
  const drafts = JSON.stringify(await w.within((ctx) => ctx.db.draft.findMany()))
  expect(drafts).toContain('sealed')
  expect(drafts).not.toMatch(/Rossi|Rose Lane/)
  const { form } = await mia.press('Fix')
  expect(form?.fields.map(({ value }) => value)).toEqual(['Mia Rossi', 'Rose Lane 4\n10115 Berlin', '12'])
  expect(await mia.run('gift accept', { gift, ...address })).toContain('It is agreed')
  expect(await mia.run('gift accept', { gift, ...address })).toContain('is to be sent already')
})
