import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

test('the newest version counts, the last day ends it, and the older versions stay', async () => {
  expect(await mia.run('assets')).toContain('There is nothing in the library yet.')
  expect(await ana.run('asset add', { title: 'Logo', url: 'https://glow.example/logo-1.svg', until: '2026-11-25' })).toContain(
    'Added',
  )
  const { id: asset } = await w.within((ctx) => ctx.db.asset.findFirstOrThrow())
  expect(await ana.run('asset replace', { asset, url: 'https://glow.example/logo-2.svg' })).toContain('A newer version')
  const seen = await mia.run('assets')
  expect(seen).toContain('logo-2.svg')
  expect(seen).not.toContain('logo-1.svg')
  expect(seen).not.toContain('[Take out]')
  const shown = await ana.run('asset show', { asset })
  expect(shown).toContain('logo-1.svg')
  expect(shown).toContain('logo-2.svg')
  w.at('2026-11-26T00:00:00Z')
  expect(await mia.run('assets')).toContain('There is nothing')
  expect(await ana.run('assets')).toContain('Over')
  await ana.run('asset replace', { asset, url: 'https://glow.example/logo-3.svg', until: '2026-12-31' })
  expect(await mia.run('assets')).toContain('logo-3.svg')
  await ana.run('asset retire', { asset })
  expect(await mia.run('assets')).toContain('There is nothing')
})

test('what belongs to a mission for others is not shown, and bad input is named', async () => {
  const { addMission } = await import('../../src/campaigns/plans.ts')
  const plan = { title: 'Gold only', brief: 'For the gold tier alone.', feeMinor: 0n, budgetMinor: 0n }
  const mission = await w.within((ctx) => addMission(ctx, plan))
  await w.within((ctx) => ctx.db.mission.update({ where: { id: mission.id }, data: { audience: { countries: ['FR'] } } }))
  await ana.run('asset add', { title: 'Gold guide', url: 'https://glow.example/gold.pdf', mission: mission.id })
  expect(await mia.run('assets')).not.toContain('Gold guide')
  expect(await ana.run('assets')).toContain('Gold guide')
  expect(await ana.run('assets', { mission: mission.id })).toContain('[Back to the mission]')
  expect((await ana.press('Back to the mission')).text).toContain('For the gold tier alone.')
  expect(await ana.run('asset add', { title: 'Nothing' })).toContain('An asset is a file or an address.')
  expect(await ana.run('asset add', { title: 'Old', url: 'https://glow.example/x', until: '2020-01-01' })).toContain(
    'no day to come',
  )
  expect(await ana.run('asset add', { title: 'Old', url: 'https://glow.example/x', until: '2027-02-31' })).toContain(
    'no day to come',
  )
})
