import { afterAll, beforeAll, expect, test } from 'vitest'
import { share } from '../../../src/http/share.ts'
import type { Persona } from '../../chat.ts'
import { openShare } from '../../customers.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
  await openShare(w)
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('the address and its picture, and whether the page is open', async () => {
  const { card, text } = await ana.ask('share qr')
  expect(text).toContain(`https://go.glow.example/share/${w.programId}`)
  expect(text).not.toContain('closed')
  const picture = card!.blocks.find((block) => block.block === 'image')
  const file = picture?.block === 'image' ? picture.file! : ''
  expect((await w.within((ctx) => ctx.read(file))).mime).toBe('image/png')
})
