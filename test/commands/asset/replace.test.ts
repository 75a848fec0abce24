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

test('a newer version brings back what was taken out', async () => {
  await ana.run('asset add', { title: 'Logo', url: 'https://glow.example/1' })
  const { id: asset } = await w.within((ctx) => ctx.db.asset.findFirstOrThrow())
  await ana.run('asset retire', { asset })
  await Promise.all([1, 2].map((n) => ana.run('asset replace', { asset, url: `https://glow.example/n${n}` })))
  expect(await w.within((ctx) => ctx.db.assetVersion.count({ where: { assetId: asset } }))).toBe(3)
  expect(await mia.run('assets')).toContain('version 3')
})
