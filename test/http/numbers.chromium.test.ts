import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { loginPath } from '../browser.ts'
import { executablePath, openBrowser, openPage } from '../chromium.ts'
import { freePort } from '../port.ts'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
let origin: string
beforeAll(async () => {
  const port = await freePort()
  origin = `http://localhost:${port}`
  w = await world({ port, mounts: (app) => openWebDoor(app, false) })
  await (await w.serve()).server.listen({ port, host: 'localhost' })
})
afterAll(() => w.close())

test.skipIf(executablePath === null)(
  'numbers that move leave a reader where they are: in the table, and at the button',
  async () => {
    const browser = await openBrowser()
    const wrong: string[] = []
    const url = origin + (await loginPath(await w.manager('Ana')))
    const page = await openPage(browser, wrong, { viewport: { width: 360, height: 740 }, url })
    await Promise.all([page.waitForNavigation(), page.click('text=Continue')])
    await page.goto(`${origin}/dashboard/kpis`)
    await page.evaluate("document.querySelector('.table').scrollTo(120, 0)")
    await page.focus('text=Show 90 days')
    const mia = await enlist(w, 'Mia')
    await tell(w, order('1', { codes: [mia.code] }))
    await page.locator('[data-live]:not([hidden])').waitFor({ timeout: 12_000 })
    expect(await page.locator('main').textContent()).toContain('€80.00')
    expect(await page.evaluate<number>("document.querySelector('.table').scrollLeft")).toBe(120)
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Show 90 days')
    expect(wrong).toEqual([])
    await browser.close()
  },
)
