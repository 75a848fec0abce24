import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { approvedContent, licensed } from '../../rights.ts'
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

test('managers filter all licences by state and end, creators see their own', async () => {
  const { submission: shown } = await licensed(w, ana, mia)
  await ana.run('rights place', { submission: shown, channel: 'website', where: 'Home page' })
  await licensed(w, ana, mia, { channels: 'social', term: '10 days' })
  const { id: submission } = await approvedContent(w, mia)
  await ana.run('rights request', { submission, channels: 'press', term: '5' })
  const all = await ana.run('rights list')
  expect(all).toContain('Licences: 3')
  expect(all).toContain('Rights coverage: 1 of 1 placement that stand now')
  expect(await ana.run('rights list', { state: 'open' })).toMatch(/Asked for[\s\S]*press/)
  const soon = await ana.run('rights list', { days: '30' })
  expect(soon).toContain('Licences: 1')
  expect(soon).toContain('social')
  expect(await mia.run('rights list', { state: 'granted' })).toContain('Licences: 2')
  const zoe = await w.creator('Zoe')
  expect(await zoe.run('rights list', { creator: mia.creatorId })).toContain('Nobody has a right to your content')
  const eve = await w.applicant('Eve')
  expect(await eve.run('rights list')).toContain('Only creators and managers')
})
