/** A gallery on the brand's own page, which allows next to nothing: with rights it is seen, without them it is not there. */
import { createServer, type Server } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { aShopper, executablePath, isAccessible, openBrowser, openPage } from '../chromium.ts'
import { film, png } from '../pictures.ts'
import { freePort } from '../port.ts'
import { lastGrant, pictured } from '../rights.ts'
import { type World, world } from '../world.ts'

describe.skipIf(executablePath === null)('a gallery on a page of the brand', () => {
  let browser: Browser
  let w: World
  let shop: Server
  let origin: string
  let shopOrigin: string
  let pass: string
  let shelf: string
  const wrong: string[] = []

  beforeAll(async () => {
    const port = await freePort()
    const shopPort = await freePort()
    origin = `http://localhost:${port}`
    shopOrigin = `http://127.0.0.1:${shopPort}`
    w = await world({ port, mounts: (app) => openWebDoor(app, false) })
    const mia = await w.creator('Mia')
    const ana = await w.manager('Ana')
    const asked = { channels: 'website', term: '90 days' }
    shelf = await pictured(w, ana, mia, { bytes: png(64, 48), asked, caption: 'My shelf <img src=x onerror=alert(1)> #ad' })
    const clip = await pictured(w, ana, mia, {
      bytes: film('isom', []),
      name: 'clip.mp4',
      asked,
      caption: 'A minute with it #ad',
    })
    const words = await pictured(w, ana, mia, { bytes: png(2, 2), asked, kind: 'review', caption: 'It stings a little. #gifted' })
    await w.within((ctx) => ctx.db.submission.update({ where: { id: words }, data: { fileId: null } }))
    await ana.run('gallery create', { name: 'Seen with it' })
    const gallery = await w.within((ctx) => ctx.db.gallery.findFirstOrThrow())
    for (const submission of [words, clip, shelf]) {
      w.at(new Date(w.now.getTime() + 1_000))
      await ana.run('gallery add', { gallery: gallery.id, submission })
    }
    pass = `${gallery.programId}.${gallery.token}`
    const { server } = await w.serve()
    await server.listen({ port, host: 'localhost' })
    shop = createServer((request, response) => {
      const frame = request.url === '/frame'
      const allowed = frame
        ? `frame-src ${origin}`
        : `script-src ${origin}; connect-src ${origin}; img-src ${origin}; media-src ${origin}`
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': `default-src 'none'; ${allowed}` })
      const inside = frame
        ? `<iframe src="${origin}/gallery/${pass}" title="Seen with it" width="100%" height="600"></iframe>`
        : `<script src="${origin}/gallery/embed.js" data-gallery="${pass}" defer></script>`
      response.end(`<!doctype html><html lang="en"><title>Dew Serum</title><main><h1>Dew Serum</h1>${inside}</main></html>`)
    })
    await new Promise<void>((resolve) => shop.listen(shopPort, '127.0.0.1', resolve))
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    shop?.close()
    await w?.close()
  })

  const open = (path: string): Promise<Page> =>
    openPage(browser, wrong, { ...aShopper, viewport: { width: 900, height: 700 }, url: `${shopOrigin}${path}` })

  const focused = (page: Page) =>
    page.evaluate<string>(
      '(() => { const at = document.activeElement.shadowRoot?.activeElement; return at ? at.localName + " " + (at.getAttribute("aria-label") ?? at.querySelector("img")?.alt ?? at.textContent) : "" })()',
    )

  test('the script shows what is licensed, is reached by keyboard, and is counted without a cookie', async () => {
    const page = await open('/')
    await page.waitForSelector('.gallery li')
    expect(await page.locator('.gallery li').count()).toBe(3)
    const picture = page.locator('.gallery li a img')
    expect(await picture.getAttribute('alt')).toBe('Picture by @mia.glow: My shelf <img src=x onerror=alert(1)> #ad')
    await expect
      .poll(() => page.evaluate('document.querySelector("main div").shadowRoot.querySelector("a img").naturalWidth'))
      .toBe(64)
    expect(await picture.getAttribute('loading')).toBe('lazy')
    expect(
      await page.evaluate('getComputedStyle(document.querySelector("main div").shadowRoot.querySelector("ul")).display'),
    ).toBe('grid')
    const seen: string[] = []
    for (let n = 0; n < 4; n++) {
      await page.keyboard.press('Tab')
      seen.push(await focused(page))
    }
    expect(seen).toEqual([
      'a Picture by @mia.glow: My shelf <img src=x onerror=alert(1)> #ad',
      'button Play: Video by @mia.glow: A minute with it #ad',
      'a See the product',
      'a See the product',
    ])
    await isAccessible(page)
    await page.waitForTimeout(1_500)
    const counts = await w.within((ctx) => ctx.db.placementDay.findMany())
    expect(counts.map(({ views, clicks }) => [views, clicks])).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
    ])
    expect(await page.context().cookies()).toEqual([])
    await page.locator('.gallery .play').focus()
    await page.keyboard.press('Enter')
    await page.waitForSelector('.gallery video')
    expect(await focused(page)).toBe('video Video by @mia.glow: A minute with it #ad')
    await page.context().close()
  })

  test('the frame shows the same, and needs no script', async () => {
    const page = await open('/frame')
    const frame = page.frameLocator('iframe')
    await frame.locator('li').first().waitFor()
    expect(await frame.locator('li').count()).toBe(3)
    expect(await frame.locator('a').first().getAttribute('href')).toContain('/mia-glow-')
    await page.goto(`${origin}/gallery/${pass}`)
    await isAccessible(page)
    await page.context().close()
  })

  test('once the licence is over the page has no gallery, and no error either', async () => {
    const { endsAt } = await lastGrant(w, shelf)
    w.at(endsAt!)
    const page = await open('/')
    await page.waitForLoadState('networkidle')
    expect(await page.locator('main div').count()).toBe(0)
    const frame = await open('/frame')
    await frame.frameLocator('iframe').getByText('There is nothing to see here just now.').waitFor()
    expect(await frame.frameLocator('iframe').locator('li').count()).toBe(0)
    await page.context().close()
    await frame.context().close()
  })

  test('no page complained', () => expect(wrong).toEqual([]))
})
