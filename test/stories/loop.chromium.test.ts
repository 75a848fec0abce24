// biome-ignore-all lint/performance/useDomNodeTextContent: what a person reads has spaces between its parts.
/** The whole loop, walked by hand in a real browser: apply, approve, kit, link, sale, refund, content, fee, leaderboard. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addMission } from '../../src/campaigns/plans.ts'
import { openWebDoor } from '../../src/http/doors.ts'
import { aShopper, executablePath, isAccessible, openBrowser, openPage } from '../chromium.ts'
import { freePort } from '../port.ts'
import { type World, world } from '../world.ts'

describe.skipIf(executablePath === null)('the loop in a browser', () => {
  let browser: Browser
  let w: World
  let origin: string
  const wrong: string[] = []

  beforeAll(async () => {
    const port = await freePort()
    origin = `http://localhost:${port}`
    w = await world({ port, program: { demo: true }, mounts: (app) => openWebDoor(app, true) })
    await w.within(async (ctx) => {
      const policy = { shopUrl: `${origin}/shop/${ctx.program.id}`, allowedHosts: [`localhost:${port}`] }
      await ctx.db.program.update({
        where: { id: ctx.program.id },
        data: { policy: { ...(ctx.program.policy as object), ...policy } },
      })
      await addMission(ctx, {
        title: 'Morning routine',
        brief: 'Thirty seconds with the serum',
        feeMinor: 4_000n,
        budgetMinor: 40_000n,
      })
    })
    await w.manager('Ana')
    await w.admin('Root')
    const { server } = await w.serve()
    await server.listen({ port, host: 'localhost' })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await w?.close()
  })

  const open = (path: string, options: BrowserContextOptions = {}): Promise<Page> =>
    openPage(browser, wrong, { ...aShopper, viewport: { width: 1200, height: 800 }, ...options, url: `${origin}${path}` })

  const be = async (page: Page, name: string) => {
    await page.click('#persona-menu > summary')
    await Promise.all([page.waitForNavigation(), page.click(`#persona-menu .row:has-text("${name}")`)])
  }
  /** A minute goes by: what comes later also stands later. */
  const wait = () => w.at(new Date(w.now.getTime() + 60_000))
  const tick = () => {
    wait()
    return w.tick()
  }
  const say = async (page: Page, line: string) => {
    wait()
    await page.fill('#line', line)
    await page.press('#line', 'Escape')
    await page.press('#line', 'Enter')
  }
  const focused = (page: Page) => page.evaluate<string>('document.activeElement?.getAttribute("name")')
  const last = (page: Page) => page.locator('.message').last()
  const words = async (page: Page) => (await last(page).innerText()).replace(/\s+/g, ' ')

  let noor: Page
  let ana: Page
  let link = ''
  let code = ''

  test('a visitor finds /apply with the keyboard and fills one form', async () => {
    noor = await open('/simulator')
    await noor.click('#persona-menu > summary')
    await noor.fill('#visitor', 'Noor Haddad')
    await Promise.all([noor.waitForNavigation(), noor.press('#visitor', 'Enter')])
    await noor.keyboard.press('/')
    await noor.keyboard.type('ap')
    await noor.waitForSelector('#suggestions [aria-selected="true"] >> text=/apply')
    await noor.keyboard.press('Enter')
    expect(await noor.inputValue('#line')).toBe('/apply ')
    await noor.keyboard.press('Enter')
    await noor.waitForSelector('dialog:modal')
    expect(await focused(noor)).toBe('o.handle')
    expect(await noor.locator('dialog .field').count()).toBeLessThanOrEqual(5)
    await noor.keyboard.press('Escape')
    await noor.waitForSelector('dialog', { state: 'detached' })
    expect(await focused(noor)).toBe('line')
    // What was wrong comes as a sheet of its own, and closing that one leads back to the same place.
    await say(noor, '/apply')
    await noor.waitForSelector('dialog:modal')
    await noor.evaluate("document.querySelector('dialog form').noValidate = true")
    await noor.click('dialog [name="send"]')
    await noor.waitForSelector('#o-handle-error')
    await noor.keyboard.press('Escape')
    await noor.waitForSelector('dialog', { state: 'detached' })
    expect(await focused(noor)).toBe('line')
    await say(noor, '/apply')
    await noor.fill('[name="o.handle"]', '@noor.glow')
    await noor.selectOption('[name="o.niche"]', 'beauty')
    await noor.fill('[name="o.country"]', 'DE')
    await noor.fill('[name="o.email"]', 'noor@localhost')
    await noor.check('[name="o.adult_and_consent"][value="yes"]')
    // As the keyboard sends a form; what it would press is not the button that closes it.
    await noor.press('[name="o.email"]', 'Enter')
    await noor.waitForSelector('#o-email-error')
    expect(await focused(noor)).toBe('o.email')
    await noor.fill('[name="o.email"]', 'noor@example.com')
    await noor.click('dialog [name="send"]')
    await noor.waitForSelector('.message >> text=One step left')
    await last(noor).getByRole('button', { name: 'Accept' }).click()
    await noor.waitForSelector('.message >> text=Your application is in')
    await noor.waitForSelector('dialog', { state: 'detached' })
    // The side was drawn again meanwhile, and still knows where its reader lives.
    expect(await noor.inputValue('#start-zone')).toContain(
      await noor.evaluate('Intl.DateTimeFormat().resolvedOptions().timeZone'),
    )
  })

  test('a manager sees the application come in, and approves it', async () => {
    ana = await open('/simulator')
    await be(ana, 'Ana')
    await ana.click('#to-applications')
    await ana.waitForSelector('#quiet')
    // The page listens once its stream is open; what comes then needs no reload.
    await ana.waitForTimeout(300)
    await tick()
    await ana.waitForSelector('.message >> text=Noor Haddad would like to join')
    wait()
    await ana.getByRole('button', { name: 'Approve' }).click()
    await ana.waitForSelector('.message >> text=Noor Haddad is in')
    expect(await words(ana)).toContain('Only you can see this')
  })

  test('the kit comes into the private place, with a link and a code', async () => {
    await noor.click('#to-you')
    await noor.waitForSelector('.message >> text=We have your application')
    await noor.waitForTimeout(300)
    await tick()
    await noor.waitForSelector('.message >> text=Your kit')
    await noor.waitForSelector('#to-wins')
    // The page draws a post and its pin one after the other, and both anew when the post is edited.
    const found = (pattern: RegExp) => async () => {
      const kit = await noor.locator('.message:has-text("Your kit")').allInnerTexts()
      return pattern.exec(kit.join('\n'))?.[0] ?? ''
    }
    const [ownLink, ownCode] = [found(new RegExp(`${origin}/[a-z0-9-]+`)), found(/\b[A-Z]+10[A-Z]?\b/)]
    await expect.poll(ownLink).not.toBe('')
    await expect.poll(ownCode).not.toBe('')
    link = await ownLink()
    code = await ownCode()
    await expect.poll(() => noor.locator('#pins a').allInnerTexts()).toContain('Your kit, Noor Haddad')
    await expect.poll(() => noor.evaluate('document.querySelector(".message img")?.naturalWidth')).toBeGreaterThan(100)
  })

  test('a shopper follows the link and buys; half of it comes back', async () => {
    const shopper = await open(new URL(link).pathname)
    expect(shopper.url()).toContain('cid=')
    await shopper.waitForSelector("text=You came through a creator's link")
    await shopper.click('.product >> nth=0 >> text=Add to bag')
    await shopper.click('.product >> nth=2 >> text=Add to bag')
    await shopper.fill('#code', code.toLowerCase())
    await shopper.click('text=Apply')
    await shopper.waitForSelector('text=takes 10 % off')
    await shopper.click('.bag .button.wide')
    await shopper.waitForSelector('text=Order #1001 is placed')
    const { clicks } = await w.serve()
    await clicks.shipper.shipAll()
    await tick()
    await shopper.waitForSelector('#orders >> text=Paid')
    await say(noor, '/earnings')
    await noor.waitForSelector('.message:has-text("used /earnings") >> text=€5.04')
    await noor.click('#to-wins')
    await noor.waitForSelector('.message >> text=Noor')
    expect(await noor.locator('#messages').innerText()).not.toContain('€')
    await shopper.click('text=Refund half')
    await shopper.waitForSelector('text=On its way')
    await tick()
    await shopper.waitForSelector('text=€25.20 refunded')
    await noor.click('#to-you')
    await say(noor, '/earnings')
    await noor.waitForSelector('.message:last-child:has-text("used /earnings") >> text=€2.52')
    await say(noor, '/why #1001')
    await noor.waitForSelector('.message:last-child:has-text("used /why")')
    expect(await words(noor)).toContain('#1001')
  })

  test('content is handed in as a file, approved, and its fee is payable', async () => {
    await say(noor, '/submit')
    await noor.waitForSelector('dialog:modal')
    await noor.fill('[name="o.caption"]', '#ad My honest morning with the serum')
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    await noor.setInputFiles('[name="o.file"]', { name: 'morning.png', mimeType: 'image/png', buffer: png })
    await noor.selectOption('[name="o.mission"]', { index: 1 })
    await noor.click('dialog [name="send"]')
    await noor.waitForSelector('.message:last-child:has-text("used /submit")')
    await tick()
    await ana.click('#to-review')
    const review = ana.locator('.message:has-text("honest morning")')
    wait()
    await review.getByRole('button', { name: 'Approve' }).click()
    // Until its creator is told an approval can be taken back, and its fee is not shown to them.
    await ana.locator('.message.mine:last-child').getByRole('button', { name: 'Tell now' }).click()
    await tick()
    await say(noor, '/earnings')
    await noor.waitForSelector('.message:last-child:has-text("used /earnings") >> text=€40.00')
  })

  test('the leaderboard shows who brought sales, and a selection on its card is a press', async () => {
    await say(noor, '/leaderboard')
    await noor.waitForSelector('.message:last-child:has-text("used /leaderboard") >> text=Noor')
    const select = last(noor).locator('select').first()
    await select.selectOption({ label: 'orders' })
    await last(noor).getByRole('button', { name: 'Choose' }).first().click()
    await expect.poll(() => words(noor)).toContain('by orders')
  })

  test('a link that opens once opens on a double click too', async () => {
    await say(noor, '/details')
    const link = last(noor).locator('a[href*="/details/"]')
    await link.waitFor()
    const page = await open(new URL((await link.getAttribute('href')) ?? '').pathname)
    // The first click has reached us, and its answer is still on the line when the second one comes.
    const line = await page.context().newCDPSession(page)
    const slow = { offline: false, latency: 150, downloadThroughput: 1e6, uploadThroughput: 1e6 }
    await line.send('Network.emulateNetworkConditions', slow)
    await page.dblclick('main button', { delay: 40 })
    await page.waitForSelector('h1 >> text=How you are paid')
    await page.context().close()
  })

  test('works at the width of a phone and reads well in light and dark', async () => {
    for (const options of [{ viewport: { width: 360, height: 740 } }, { colorScheme: 'dark' as const }]) {
      const page = await open('/simulator', { bypassCSP: true, ...options })
      const phone = options.viewport !== undefined
      if (phone) await page.click('[data-open-side]')
      await be(page, 'Noor')
      await page.goto(`${origin}/simulator?in=you`)
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      await isAccessible(page)
      if (phone) {
        await page.click('[data-open-side]')
        await page.waitForTimeout(250)
        await isAccessible(page)
        await page.keyboard.press('Escape')
      }
      await say(page, '/submit')
      await page.waitForSelector('dialog:modal')
      await page.waitForTimeout(250)
      await isAccessible(page)
      await page.goto(`${origin}/shop/${w.programId}?bag=dew-serum.1&code=NOPE`)
      await isAccessible(page)
      await page.context().close()
    }
  }, 90_000)

  test('a visitor with a long name leaves every role in the menu in sight', async () => {
    const page = await open('/simulator')
    await page.click('#persona-menu > summary')
    await page.fill('#visitor', 'Maximiliana-Theodora of the very long family name Featherst')
    await Promise.all([page.waitForNavigation(), page.press('#visitor', 'Enter')])
    await page.click('#persona-menu > summary')
    const fits = '(([menu]) => menu.scrollWidth <= menu.clientWidth)(document.querySelectorAll("#persona-menu .sheet-menu"))'
    expect(await page.evaluate<boolean>(fits)).toBe(true)
    await page.context().close()
  })

  test('no page complained', () => expect(wrong).toEqual([]))
})
