import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { licensed } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
}, 60_000)
afterAll(() => w.close())

test('each piece stands with its licence, and what falls out says the clause', async () => {
  const { submission, grant } = await licensed(w, ana, mia)
  await ana.run('gallery create', { name: 'Shelf' })
  const { id: gallery } = await w.within((ctx) => ctx.db.gallery.findFirstOrThrow())
  await ana.run('gallery add', { gallery, submission })
  const { card, text } = await ana.ask('gallery show', { gallery })
  expect(text).toContain('1 piece')
  expect(text).toContain('Picture by @mia.glow')
  const picks = card!.blocks.find((block) => block.block === 'choice')
  expect(picks).toMatchObject({ run: 'rights show', option: 'grant', choices: [{ value: grant }] })
  await mia.run('rights revoke', { grant, reason: 'I changed my mind' })
  expect(await ana.run('gallery show', { gallery })).toContain('Not shown, Mia: Not covered (Revocation)')
})
