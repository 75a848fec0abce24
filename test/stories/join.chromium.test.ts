// biome-ignore-all lint/performance/useDomNodeTextContent: what a person reads has spaces between its parts.
/** Joining on a phone, in a real browser: form, terms, answer, with and without scripts, in both themes. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { aPhone, executablePath, fitsAThumb, isAccessible, openBrowser, openPage } from '../chromium.ts'
import { freePort } from '../port.ts'
import { named } from '../roster.ts'
import { type World, world } from '../world.ts'

describe.skipIf(executablePath === null)('joining on a phone', () => {
  let browser: Browser
  let w: World
  let origin: string
  const wrong: string[] = []

  beforeAll(async () => {
    const port = await freePort()
    origin = `http://localhost:${port}`
    w = await world({ port, mounts: (app) => openWebDoor(app, false) })
    const { server } = await w.serve()
    await server.listen({ port, host: 'localhost' })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await w?.close()
  })

  const phone = (options: BrowserContextOptions = {}): Promise<Page> =>
    openPage(browser, wrong, { ...aPhone, ...options, url: `${origin}/join/${w.programId}` })

  async function isFine(page: Page): Promise<void> {
    await isAccessible(page)
    await fitsAThumb(page, '.join .button, .join input:not([type=hidden], [type=radio]), .join select')
  }

  async function fill(page: Page, name: string): Promise<void> {
    await page.fill('[name="o.name"]', name)
    await page.fill('[name="o.handle"]', `@${name.toLowerCase()}.glow`)
    await page.selectOption('[name="o.niche"]', 'beauty')
    await page.fill('[name="o.country"]', 'Germany')
    await page.fill('[name="o.email"]', `${name.toLowerCase()}@localhost.example`)
    await page.check('[name="o.adult_and_consent"][value="yes"]')
  }
  const send = (page: Page, label: string) => Promise.all([page.waitForNavigation(), page.click(`button:has-text("${label}")`)])

  test('the form, a mistake at its field, the terms, waiting, and the way in', async () => {
    const page = await phone({ colorScheme: 'light' })
    await isFine(page)
    await fill(page, 'Noor')
    await page.fill('[name="o.country"]', 'Atlantis')
    await send(page, 'Go on to the terms')
    expect(await page.locator('#o-country-error').innerText()).toContain('We do not know that country.')
    expect(await page.inputValue('[name="o.handle"]')).toBe('@noor.glow')
    await isFine(page)
    await page.fill('[name="o.country"]', 'Germany')
    await send(page, 'Go on to the terms')
    await isFine(page)
    await send(page, 'Accept')
    expect(await page.locator('main').innerText()).toContain('bookmark this page')
    await isFine(page)
    const ana = await w.manager('Ana')
    const root = await w.admin('Root')
    await root.ask('setup program', { discord_invite: 'https://discord.gg/GlowCrew' })
    await ana.ask('creator approve', { creator: (await named(w, 'Noor')).id })
    await page.reload()
    expect(await page.locator('a.button:has-text("Discord")').getAttribute('href')).toBe('https://discord.gg/GlowCrew')
    await send(page, 'Show a connect code')
    expect(await page.locator('main').innerText()).toMatch(/[A-Z0-9]{5}-[A-Z0-9]{5}/)
    await isFine(page)
    expect(wrong).toEqual([])
  })

  test('all of it works without scripts, in the dark', async () => {
    const page = await phone({ javaScriptEnabled: false, colorScheme: 'dark' })
    await fill(page, 'Lea')
    await send(page, 'Go on to the terms')
    await send(page, 'Accept')
    expect(await page.locator('h1').innerText()).toBe('We have your application')
    expect(await named(w, 'Lea')).toMatchObject({ state: 'applied', handle: '@lea.glow' })
  })

  test('dark is as readable as light', async () => {
    const page = await phone({ colorScheme: 'dark' })
    await isFine(page)
    await fill(page, 'Ida')
    await send(page, 'Go on to the terms')
    await isFine(page)
  })
})
