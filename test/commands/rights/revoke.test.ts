import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { licensed } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let mia: Persona
let ana: Persona

beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
  ana = await w.manager('Ana')
}, 60_000)
afterAll(() => w.close())

test('a free right is taken back by its creator, with a list of what has to come down', async () => {
  const { grant, submission } = await licensed(w, ana, mia)
  await ana.run('rights place', { submission, channel: 'website', where: 'https://glow.example/serum' })
  expect(await mia.run('rights revoke', { grant, reason: 'I changed my mind' })).toContain('taken down by Dec 4, 2026')
  const list = await ana.sees('managers')
  expect(list).toContain('Take down: Mia')
  expect(list).toContain('glow.example/serum')
  const again = await ana.run('rights place', { submission, channel: 'website', where: 'Home page' })
  expect(again).toContain('Not covered (Revocation)')
  await ana.press('It is down')
  expect(await ana.sees('managers')).toContain('Everything is taken down')
  expect(await mia.run('rights revoke', { grant, reason: 'Once more' })).toContain('This licence is revoked')
})

test('a paid one is not, but the brand may give it back', async () => {
  const { grant } = await licensed(w, ana, mia, { channels: 'social', term: '30', fee: '50' })
  expect(await mia.run('rights revoke', { grant, reason: 'Not any more' })).toContain('This right was paid for')
  expect(await ana.run('rights revoke', { grant, reason: 'We do not need it' })).toContain('The licence is over')
  expect(await mia.sees()).toContain('We do not need it')
})
