// biome-ignore-all lint/performance/useDomNodeTextContent: what a person reads has spaces between its parts.
/** Joining on a phone, in a real browser: form, terms, answer, with and without scripts, in both themes. */
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { freePort } from '../browse.ts'
import { needs } from '../database.ts'
import { named } from '../roster.ts'
import { type World, world } from '../world.ts'

const executablePath = needs('chromium')

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
    const quiet = ['no-first-run', 'disable-background-networking', 'disable-component-update', 'disable-sync']
    const args = ['no-sandbox', 'disable-gpu', 'disable-quic', ...quiet].map((flag) => `--${flag}`)
    browser = await chromium.launch({ executablePath: executablePath!, args })
  })
  afterAll(async () => {
    await browser?.close()
    await w?.close()
  })

  async function phone(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
      ...options,
    })
    const page = await context.newPage()
    page.setDefaultTimeout(8_000)
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
    await page.goto(`${origin}/join/${w.programId}`)
    return page
  }

  /** WCAG A and AA, nothing wider than the screen, and everything to press big enough for a thumb. */
  async function isFine(page: Page): Promise<void> {
    await page.evaluate(axe.source)
    const found = await page.evaluate<
      { id: string; targets: string[] }[]
    >(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
      .then((result) => result.violations.map((v) => ({ id: v.id, targets: v.nodes.map((n) => n.target.join(' ')) })))`)
    expect(found).toEqual([])
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    const small = await page.evaluate<
      string[]
    >(`[...document.querySelectorAll('.join .button, .join input:not([type=hidden], [type=radio]), .join select')]
      .filter((one) => one.getBoundingClientRect().height < 40).map((one) => one.outerHTML)`)
    expect(small).toEqual([])
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
