import { afterAll, beforeAll, expect, test } from 'vitest'
import { audienceOf } from '../../../src/programs/rules-territories.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('shows the rules that count, changes them, and refuses with the field', async () => {
  const root = await w.admin('Root')
  expect(await root.run('setup territories')).toMatch(/Germany \(by the program’s clock and language\)[\s\S]*#Werbung first/)
  expect(await (await w.manager('Ana')).run('setup territories')).toContain('Not allowed')
  const saved = await root.run('setup territories', { where: 'us, UK; fr', words: '#TeamGlow, paid by Glow' })
  expect(saved).toMatch(
    /^Saved[\s\S]*United States, United Kingdom, France\n[\s\S]*Collaboration commerciale first[\s\S]*#TeamGlow, paid by Glow/,
  )
  expect(await root.run('setup territories', { words: 'none' })).toContain('nothing else')
  expect(await root.run('setup territories', { where: 'US, Atlantis' })).toContain('“ATLANTIS” is no place')
  expect(await root.run('setup territories', { where: 'US GB IE CA AU DE FR ES IT' })).toContain('at most 8')
  expect(await root.run('setup territories', { where: ' , ' })).toContain('No place was named')
  expect(await root.run('setup territories', { words: '#' })).toContain('no wording')
})

test.each([
  ['Europe/Berlin', 'en', 'DE'],
  ['America/Los_Angeles', 'en', 'US'],
  ['America/Indiana/Knox', 'en', 'US'],
  ['America/Toronto', 'en', 'CA'],
  ['America/Sao_Paulo', 'pt', 'EU'],
  ['Australia/Sydney', 'en', 'AU'],
  ['Europe/Berlin', 'en-GB', 'GB'],
  ['Asia/Tokyo', 'ja', 'EU'],
])('by the clock of %s and the language %s: %s', (zone, locale, where) => {
  expect(audienceOf([], { zone, locale })).toEqual([where])
  expect(audienceOf(['FR'], { zone, locale })).toEqual(['FR'])
})
