/** A real browser: how it is started, how its pages are watched, and what holds for each of them. */
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { needs } from './database.ts'

/** Null where there is none; its tests are then skipped, and say so. */
export const executablePath = needs('chromium')

const quiet = ['no-first-run', 'disable-background-networking', 'disable-component-update', 'disable-sync']
const args = ['no-sandbox', 'disable-gpu', 'disable-quic', ...quiet].map((flag) => `--${flag}`)

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: executablePath!, args })

export const aPhone: BrowserContextOptions = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }
/** A shopper's browser does not call itself headless; one that does is taken for a machine and earns nothing. */
export const aShopper: BrowserContextOptions = {
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
}

/** A page of a visitor of its own, opened at an address; `wrong` is told what its scripts and its policy stumble over. */
export async function openPage(
  browser: Browser,
  wrong: string[],
  { url, ...options }: BrowserContextOptions & { url: string },
): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage()
  page.setDefaultTimeout(8_000)
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
  await page.goto(url)
  return page
}

// Expressions for the page are words: this project is compiled without the types of a browser.

/** WCAG A and AA. */
export async function isAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<axe.AxeResults>(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })",
  )
  expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ target }) => target.join(' '))])).toEqual([])
}

/** Nothing is wider than the screen, and everything to press, by its selectors, is big enough for a thumb. */
export async function fitsAThumb(page: Page, selectors: string): Promise<void> {
  expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  const small = await page.evaluate<string[]>(`[...document.querySelectorAll(${JSON.stringify(selectors)})]
    .filter((one) => one.offsetParent !== null && one.getBoundingClientRect().height < 40).map((one) => one.outerHTML)`)
  expect(small).toEqual([])
}
