import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

test('a gallery is made for a page of the shop, and says how it gets onto a page', async () => {
  const shown = await ana.run('gallery create', { name: 'Seen "with" it', page: '/dew', tag: '#Dew Serum', country: 'Germany' })
  const row = await w.within((ctx) => ctx.db.gallery.findFirstOrThrow())
  expect(row).toMatchObject({
    tag: 'dewserum',
    country: 'DE',
    page: 'https://shop.example.com/dew',
    earns: true,
    channel: 'website',
  })
  expect(shown).toContain(
    `<script src="https://go.glow.example/gallery/embed.js" data-gallery="${w.programId}.${row.token}" defer></script>`,
  )
  expect(shown).toContain('title="Seen &#34;with&#34; it"')
  expect(shown).toContain('script-src, connect-src, img-src and media-src')
})

test('a page elsewhere, two countries and a tag without letters are refused', async () => {
  expect(await ana.run('gallery create', { name: 'x', page: 'https://evil.example/' })).toContain(
    'not one of the program’s shops',
  )
  expect(await ana.run('gallery create', { name: 'x', country: 'DE, FR' })).toContain('one country')
  expect(await ana.run('gallery create', { name: 'x', tag: '#!' })).toContain('no letters')
})
