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
  w.at('2026-11-20T12:01:00Z')
  expect(await mia.sees()).toMatch(/A gift for you: Cream[^[]*\[Say where it may go\]/)
  expect(await mia.run('gift accept', { gift, ...address })).toContain('It is agreed')
  expect(await mia.sees()).toContain('A gift for you: Cream\nIt is agreed and will be sent to you.')
  expect(await mia.sees()).not.toContain('[Say where it may go]')
  expect(await mia.run('gift accept', { gift, ...address })).toContain('is to be sent already')
})

test('an offer of the night that was taken before the morning does not ring then', async () => {
  w.at('2026-11-22T22:30:00Z')
  const gift = await offerGift(w, ana, mia)
  const shown = (await mia.sees()).split('A gift for you').length
  expect(await mia.run('gift accept', { gift, ...address })).toContain('It is agreed')
  w.at('2026-11-23T12:00:00Z')
  expect((await mia.sees()).split('A gift for you')).toHaveLength(shown)
})
