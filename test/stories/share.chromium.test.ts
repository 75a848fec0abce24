// biome-ignore-all lint/performance/useDomNodeTextContent: what a person reads has spaces between its parts.
/** A customer with a phone, in a real browser: the form, a mistake, the photo, the private page, taking it back; and all of it without scripts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { aPhone, executablePath, fitsAThumb, isAccessible, openBrowser, openPage } from '../chromium.ts'
import { openShare } from '../customers.ts'
import { freePort } from '../port.ts'
import { type World, world } from '../world.ts'

describe.skipIf(executablePath === null)('a customer with a phone', () => {
  let browser: Browser
  let w: World
  let origin: string
  let photo: Buffer
  const folder = mkdtempSync(join(tmpdir(), 'troupe-share-story-'))
  const wrong: string[] = []

  beforeAll(async () => {
    const port = await freePort()
    origin = `http://localhost:${port}`
    w = await world({ port, mounts: (app) => openWebDoor(app, false) })
    await openShare(w, { code: 'GLAD10', percent: 10 })
    photo = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#b58' } })
      .jpeg()
      .toBuffer()
    const { server } = await w.serve()
    await server.listen({ port, host: 'localhost' })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await w?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const phone = (options: BrowserContextOptions = {}): Promise<Page> =>
    openPage(browser, wrong, { ...aPhone, ...options, url: `${origin}/share/${w.programId}` })

  async function isFine(page: Page): Promise<void> {
    await isAccessible(page)
    await fitsAThumb(page, '.share .button, .share label:has(input[type=radio], input[type=checkbox]), .share .field > input')
  }
  const send = (page: Page, label: string) => Promise.all([page.waitForNavigation(), page.click(`button:has-text("${label}")`)])

  async function fill(page: Page): Promise<void> {
    await page.fill('[name=words]', 'My skin is calm again after a week.')
    await page.check('[name=rating][value="4"]')
    await page.fill('[name=name]', 'Kim')
    await page.check('[name=rights]')
    await page.check('[name=adult]')
  }

  test('the form, a mistake at its field with the photo kept, the thank-you, and taking it back', async () => {
    const page = await phone({ colorScheme: 'light' })
    await isFine(page)
    await fill(page)
    await page.setInputFiles('[name=file]', { name: 'me.jpg', mimeType: 'image/jpeg', buffer: photo })
    await page.fill('[name=email]', 'kim@localhost')
    await send(page, 'Send')
    expect(await page.locator('#s-email-error').innerText()).toContain('This is no e-mail address')
    expect(await page.locator('.kept').innerText()).toContain('me.jpg is here already')
    await page.click('summary')
    await isFine(page)
    await page.fill('[name=email]', '')
    await send(page, 'Send')
    expect(await page.locator('h1').innerText()).toBe('Thank you!')
    expect(await page.locator('main').innerText()).toMatch(/GLAD10[\s\S]*You sent: a photo, 4 stars, your words\./)
    await isFine(page)
    await page.click('summary')
    await send(page, 'Take it back now')
    expect(await page.locator('h1').innerText()).toBe('You took it back')
    await isFine(page)
    expect(wrong).toEqual([])
  })

  test('all of it works without scripts, in the dark', async () => {
    const page = await phone({ javaScriptEnabled: false, colorScheme: 'dark' })
    await fill(page)
    await send(page, 'Send')
    expect(await page.locator('h1').innerText()).toBe('Thank you!')
  })

  test('dark is as readable as light; a file that is too large is said at once, and its way is ticked', async () => {
    const page = await phone({ colorScheme: 'dark' })
    const long = join(folder, 'long.mp4')
    writeFileSync(long, Buffer.alloc(26 * 1024 * 1024))
    await page.setInputFiles('[name=file]', long)
    expect(await page.isVisible('[data-large]')).toBe(true)
    expect(await page.isChecked('[name=later]')).toBe(true)
    await isFine(page)
    await page.fill('[name=name]', 'Lo')
    await page.check('[name=rights]')
    await page.check('[name=adult]')
    await send(page, 'Send')
    await isFine(page)
    await send(page, 'Send the video')
    expect(await page.locator('main').innerText()).toContain('For what you sent. Videos up to 1 GB, pictures up to 25 MB.')
  })
})
