import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../../src/http/doors.ts'
import { Browser } from '../../browser.ts'
import type { Persona } from '../../chat.ts'
import { openShare, shared } from '../../customers.ts'
import { png } from '../../pictures.ts'
import { lastGrant, pictured } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => openWebDoor(app, false) })
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
}, 60_000)
afterAll(() => w.close())

test('a block of tables and inline styles, escaped, with pictures that are there while the licence covers mails', async () => {
  const submission = await pictured(w, ana, mia, {
    bytes: png(900, 300),
    asked: { channels: 'email', term: '30 days' },
    caption: 'Love "it" <script>alert(1)</script>',
  })
  expect((await ana.ask('export mail')).form?.title).toBe('Export for a mail')
  expect((await ana.fill({ submission })).text).toContain('Ready for your mail')
  const set = await w.within((ctx) => ctx.db.gallery.findFirstOrThrow())
  const { server } = await w.serve()
  const browser = new Browser(server)
  await browser.signIn(ana)
  const { html, headers } = await browser.get(`/exports/${set.id}`)
  expect(headers['content-disposition']).toBe('attachment; filename="mail-One-piece.html"')
  expect(html).toContain('<table role="presentation" width="600"')
  expect(html).toContain('width="568" height="189"')
  expect(html).toContain('alt="Picture by @mia.glow: Love &#34;it&#34; &#60;script&#62;alert(1)&#60;/script&#62;"')
  expect(html).not.toMatch(/<script|<style|class=|<div/)
  const link = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { galleryId: set.id } }))
  expect(html).toContain(`href="https://go.glow.example/${link.slug}"`)
  const picture = new URL(/src="([^"]+)"/.exec(html)![1]!).pathname
  const status = async () => (await server.inject(picture)).statusCode
  expect(await status()).toBe(200)
  // It is a block for a mail, and no gallery.
  expect((await server.inject(`/gallery/${set.programId}.${set.token}/feed.json`)).statusCode).toBe(404)
  w.at((await lastGrant(w, submission)).endsAt!)
  expect(await status()).toBe(404)
})

test('what a customer was thanked for says so in the mail too, apart from their words', async () => {
  await openShare(w, { code: 'GLAD10' })
  const { row } = await shared(w, { words: 'Soft skin.\nIn a week.', rating: '5' })
  await ana.run('share approve', { share: row.id })
  await ana.run('gallery create', { name: 'Said' })
  const { id: gallery } = await w.within((ctx) => ctx.db.gallery.findFirstOrThrow({ where: { name: 'Said' } }))
  await ana.run('gallery add', { gallery, share: row.id })
  expect(await ana.run('export mail', { gallery })).toContain('Ready for your mail')
  const set = await w.within((ctx) => ctx.db.gallery.findFirstOrThrow({ where: { name: 'Said', channel: 'email' } }))
  const browser = new Browser((await w.serve()).server)
  await browser.signIn(ana)
  const { html } = await browser.get(`/exports/${set.id}`)
  expect(html).toMatch(/“Soft skin\.”<\/p>[\s\S]*>Received a thank-you code</)
})
