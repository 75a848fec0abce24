// Takes the pictures of docs/tour.md anew: `npm start` on an empty folder in one terminal, `node docs/pictures.mjs` in another. It walks
// the tour in the demo as a new visitor, so each run leaves one creator more there. TROUPE is the address that was printed at start,
// CHROMIUM the browser. Do it by day as the demo has it, for in its quiet hours (22:00 to 8:00 in Berlin) no manager gets a brief.
// biome-ignore-all lint/performance/useDomNodeTextContent: what a person reads has spaces between its parts.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const origin = process.env.TROUPE ?? 'http://localhost:3000'
const folder = join(dirname(fileURLToPath(import.meta.url)), 'pictures')
const screen = { width: 1280, height: 760 }
// Before a card is cut out, so that it stands on the page whole.
const tall = { width: 1280, height: 1700 }

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
// One that calls itself headless is taken for a machine, and its clicks earn nothing.
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

async function open(path, persona) {
  const context = await browser.newContext({ userAgent, viewport: screen, colorScheme: 'light' })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto(origin + path)
  if (persona) {
    await page.click('#persona-menu > summary')
    await Promise.all([page.waitForNavigation(), page.click(`#persona-menu .row:has-text("${persona}")`)])
  }
  return page
}

async function type(page, line) {
  await page.fill('#line', line)
  await page.press('#line', 'Escape')
  await page.press('#line', 'Enter')
}

/** Types a command that needs no form, and gives the message that answers it. */
async function say(page, line) {
  await type(page, line)
  const answer = page.locator(`.message:has-text("used ${/^\/\w+( show| run)?/.exec(line)[0]}")`).last()
  await answer.waitFor()
  return answer
}

async function take(page, name, clip) {
  // Pictures inside of cards, and what slides in.
  await page.waitForTimeout(800)
  await page.screenshot({ path: join(folder, `tour-${name}.png`), ...(clip ? { clip } : {}) })
  console.log(`docs/pictures/tour-${name}.png`)
}

/** One message, cut out of the page. */
async function cut(page, name, message) {
  await page.setViewportSize(tall)
  await message.scrollIntoViewIfNeeded()
  // A picture that comes late moves everything.
  await message.evaluate((shown) => Promise.all([...shown.querySelectorAll('img')].map((image) => image.decode())))
  await page.waitForTimeout(800)
  const { x, y, height } = await message.boundingBox()
  await take(page, name, { x: x + 8, y: y - 4, width: 640, height: height + 12 })
  await page.setViewportSize(screen)
}

// The first screen, and whom one can be.
const noor = await open('/simulator')
await noor.click('#to-missions')
await noor.click('#persona-menu > summary')
await take(noor, 'start')

// Join.
await noor.fill('#visitor', 'Noor Haddad')
await Promise.all([noor.waitForNavigation(), noor.press('#visitor', 'Enter')])
await type(noor, '/apply')
await noor.fill('[name="o.handle"]', '@noor.glow')
await noor.selectOption('[name="o.niche"]', 'beauty')
await noor.fill('[name="o.country"]', 'DE')
await noor.fill('[name="o.email"]', 'noor@example.com')
await noor.check('[name="o.adult_and_consent"][value="yes"]')
await noor.click('dialog [name="send"]')
await noor.waitForSelector('.message >> text=One step left')
await noor.locator('.message').last().getByRole('button', { name: 'Accept' }).click()
await noor.waitForSelector('.message >> text=Your application is in')

// A manager lets them in.
const ana = await open('/simulator', 'Ana')
await ana.click('#to-applications')
await ana.locator('.message:has-text("Noor Haddad would like to join")').last().getByRole('button', { name: 'Approve' }).click()
await ana.waitForSelector('.message >> text=Noor Haddad is in')

// The kit.
await noor.click('#to-you')
const kit = noor.locator('#messages .message:has-text("Your kit")').last()
await kit.waitFor()
await cut(noor, 'kit', kit)
const words = await kit.innerText()
const link = new RegExp(`${origin}/[a-z0-9-]+`).exec(words)[0]
const code = /\b[A-Z]+10[A-Z]?\b/.exec(words)[0]

// A sale.
const shopper = await open(new URL(link).pathname)
const product = await shopper.locator('.product :is(img, svg)').first().screenshot()
await shopper.click('.product >> nth=0 >> text=Add to bag')
await shopper.click('.product >> nth=2 >> text=Add to bag')
await shopper.fill('#code', code.toLowerCase())
await shopper.click('text=Apply')
await shopper.waitForSelector('text=takes 10 % off')
await shopper.click('.bag .button.wide')
await shopper.waitForSelector('#orders >> text=Paid')
const sold = noor.locator('.message:has-text("You sold")').last()
await sold.waitFor()
await cut(noor, 'sold', sold)
const number = /#\d+/.exec(await sold.innerText())[0]
await cut(noor, 'why', await say(noor, `/why ${number}`))

// Content.
await type(noor, '/submit')
await noor.waitForSelector('dialog:modal')
await noor.fill('[name="o.caption"]', '#Werbung Thirty seconds of my morning with the Dew Serum')
await noor.setInputFiles('[name="o.file"]', { name: 'morning.png', mimeType: 'image/png', buffer: product })
await noor.selectOption('[name="o.mission"]', { index: 1 })
await noor.click('dialog [name="send"]')
await noor.locator('.message:has-text("used /submit")').last().waitFor()
await ana.click('#to-review')
const review = ana.locator('#messages .message:has-text("Thirty seconds of my morning")').last()
await review.waitFor()
await cut(ana, 'review', review)
await review.getByRole('button', { name: 'Approve' }).click()
await ana.locator('.message.mine:last-child').getByRole('button', { name: 'Tell now' }).click()
await noor.waitForSelector('.message >> text=Great work')
await cut(noor, 'earnings', await say(noor, '/earnings'))

// What goes out by itself: the brief of a manager, and the board.
const rosa = await open('/simulator', 'Rosa')
await rosa.click('#to-you')
// In the evening nobody has had one today.
await say(rosa, '/schedule run brief')
await ana.click('#to-you')
await cut(ana, 'brief', ana.locator('.message:has-text("Your morning")').last())
await say(rosa, '/schedule run leaderboard')
await rosa.click('#to-leaderboard')
const board = rosa.locator('#messages .message:has-text("Leaderboard so far")').last()
await board.waitFor()
await cut(rosa, 'leaderboard', board)

// Money leaves, and the books.
await rosa.click('#to-you')
const payouts = await say(rosa, '/payout show')
await payouts.getByRole('button', { name: 'Show newest' }).click()
await rosa.getByRole('button', { name: 'Review batch' }).last().click()
const batch = rosa.locator('.message:has-text("Confirm these payments?")').last()
await batch.waitFor()
await cut(rosa, 'payout', batch)
await cut(rosa, 'audit', await say(rosa, '/audit show'))
await browser.close()
