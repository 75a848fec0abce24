/** Long names and large sums on a phone, in a real browser, in the dark: no page is wider than the screen, and all of it can be read. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWebDoor } from '../../src/http/doors.ts'
import { stopPath } from '../../src/messages/stop.ts'
import { loginPath } from '../browser.ts'
import type { Persona } from '../chat.ts'
import { aPhone, executablePath, isAccessible, openBrowser, openPage } from '../chromium.ts'
import { freePort } from '../port.ts'
import { earn, enter, finance, german } from '../rooms/payees.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

const LONG = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(2).slice(0, 60)

describe.skipIf(executablePath === null)('a name of sixty letters and a sum of billions', () => {
  let browser: Browser
  let w: World
  let origin: string
  let mia: Member
  const wrong: string[] = []

  beforeAll(async () => {
    const port = await freePort()
    origin = `http://localhost:${port}`
    const program = { name: LONG, currency: 'KWD', zone: 'Asia/Kuwait' }
    w = await world({ now: '2026-11-10T10:00:00Z', port, program, mounts: (app) => openWebDoor(app, false) })
    mia = await enlist(w, 'Mia')
    await enter(w, mia, german(LONG, { line: 'Donaudampfschifffahrtsgesellschaftsstrasse'.repeat(2) }))
    await earn(w, mia.creatorId, 123_456_789_123)
    await rename(mia)
    const { server } = await w.serve()
    await server.listen({ port, host: 'localhost' })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await w?.close()
  })

  const rename = ({ personId, creatorId }: Persona) =>
    w.within(async ({ db }) => {
      await db.membership.updateMany({ where: { personId }, data: { name: LONG } })
      if (creatorId !== '') await db.creator.update({ where: { id: creatorId }, data: { name: LONG } })
    })
  const phone = (path: string): Promise<Page> =>
    openPage(browser, wrong, { ...aPhone, isMobile: false, colorScheme: 'dark', url: origin + path })
  const signedIn = async (person: Persona): Promise<Page> => {
    const page = await phone(await loginPath(person))
    await isFine(page)
    await Promise.all([page.waitForNavigation(), page.click('text=Continue')])
    return page
  }
  async function isFine(page: Page): Promise<void> {
    expect(await page.evaluate<number>('document.documentElement.scrollWidth'), page.url()).toBe(360)
    await isAccessible(page)
  }

  test('stay within the pages of who joins, stops a mail and looks at their money', async () => {
    const stop = await w.within(async (ctx) => stopPath(ctx, mia.personId, 'digest'))
    for (const path of [stop, `/join/${w.programId}`]) await isFine(await phone(path))
    const page = await signedIn(mia)
    for (const name of ['money', 'numbers', 'board']) {
      await page.goto(`${origin}/dashboard/${name}`)
      await isFine(page)
    }
    const stopped = await phone(stop)
    await Promise.all([stopped.waitForNavigation(), stopped.click('text=Stop everything')])
    await isFine(stopped)
    expect(wrong).toEqual([])
  })

  test('and in the table of payments each column keeps its part of the screen', async () => {
    w.at('2026-11-16T10:00:00Z')
    await (await finance(w, 'Fin')).run('payout prepare', {})
    const { id } = await w.within((ctx) => ctx.db.batch.findFirstOrThrow())
    const page = await signedIn(await w.admin('Ana'))
    await page.goto(`${origin}/payouts/${id}`)
    await isFine(page)
    const widths = await page.evaluate<number[]>("[...document.querySelectorAll('.payments th')].map((one) => one.offsetWidth)")
    expect(Math.max(...widths)).toBeLessThanOrEqual(260)
    expect(Math.min(...widths)).toBeGreaterThanOrEqual(100)
  })
})
