import { expect, test } from 'vitest'
import * as c from '../../src/kernel/card.ts'
import { renderMail } from '../../src/platforms/email/render.ts'
import { executablePath, openBrowser } from '../chromium.ts'
import { gallery } from '../gallery.ts'

const reader = { zone: 'Europe/Berlin', locale: 'en' }

test('a table of a mail says what it is about, names its columns and keeps its sides', () => {
  const week = c.table(['', 'Orders'], [['Mia', '31']], { caption: 'Week 47, by orders', align: ['left', 'right'] })
  const { html, text } = renderMail(c.card('Your week', week, c.facts({ Payable: 'nothing yet' })), 'Glow', reader)
  expect(html).toMatch(/<caption [^>]*>Week 47, by orders<\/caption>/)
  expect(html).toMatch(/<th scope="col" dir="auto" style="[^"]*text-align:right">Orders<\/th>/)
  expect(html).toMatch(/<td dir="auto" style="[^"]*text-align:right">31<\/td>/)
  expect(html).toMatch(/<th scope="row" [^>]*>Payable<\/th>/)
  expect(html).not.toContain('<th></th>')
  expect(text).toContain('Week 47, by orders')
})

test.skipIf(executablePath === null)('on a phone no mail is wider than the screen, whatever it carries', async () => {
  const browser = await openBrowser()
  const page = await browser.newPage({ viewport: { width: 360, height: 740 } })
  for (const { name, card } of gallery) {
    await page.setContent(renderMail(card, 'Glow', reader).html)
    expect(await page.evaluate<number>('document.documentElement.scrollWidth'), name).toBe(360)
  }
  await browser.close()
})
