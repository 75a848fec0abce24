import { afterAll, beforeAll, expect, test } from 'vitest'
import { buttonsOf, type Persona } from '../../chat.ts'
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

test('whoever adds from a mission is led back to it', async () => {
  const mission = await opened(w, {})
  await ana.run('assets', { mission })
  await ana.press('Add an asset')
  expect((await ana.fill({ title: 'Moods', url: 'https://glow.example/moods' })).text).toMatch(/For +Autumn glow/)
  expect((await ana.press('Back to the mission')).text).toContain('Autumn glow')
  // What is for all belongs to no mission.
  await ana.run('asset add', { title: 'Fonts', url: 'https://glow.example/fonts' })
  expect(buttonsOf(ana.last!).map(({ label }) => label)).toEqual(['Show library'])
})

test('a file from somebody else’s program is no file', async () => {
  const file = { platform: 'web', ref: 'fil_01J00000000000000000000000', name: 'logo.png', bytes: 3, mime: 'image/png' }
  expect(await ana.run('asset add', { title: 'Logo', file: file as never })).toContain('The file did not arrive.')
  expect(await mia.run('asset add', { title: 'Logo', url: 'https://glow.example/x' })).toContain('is for managers')
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  const { id } = await w.within((ctx) => ctx.store(png, 'logo.png'))
  expect(await ana.run('asset add', { title: 'Logo', file: { ...file, ref: id } as never })).toContain('Added to the library')
  expect(await mia.run('assets')).toContain('Logo, version 1')
})
