import { existsSync, rmSync, readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { test } from 'vitest'
import { openWebDoor } from '../src/http/doors.ts'
import { dashboardPath } from '../src/http/session.ts'
import { seedDemo } from '../prisma/seed.ts'
import { Browser } from './browser.ts'
import { world } from './world.ts'

const source = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
const axe = async (page: import('playwright-core').Page, what: string) => {
  const found = (await page.evaluate(`${source}; axe.run(document, {resultTypes:['violations']}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0,140)+' '+(n.any[0]?.message ?? '')).slice(0,3).join(' | ')))`)) as string[]
  if (found.length) console.log('AXE', what, found)
}
test('look', async () => {
  let t = performance.now()
  const w = await world({ now: '2026-11-20T12:00:00Z', mounts: (app) => openWebDoor(app, true) })
  const programId = await seedDemo(w.app)
  console.log('seeded', Math.round(performance.now() - t))
  const { server } = await w.serve()
  await server.listen({ port: 4555, host: '127.0.0.1' })
  const people = await w.app.within(programId, (ctx) => ctx.db.membership.findMany({ where: { programId }, orderBy: { id: 'asc' } }))
  console.log(people.map((p) => `${p.name} ${p.role}`).join(', '))
  const manager = people.find((p) => p.role === 'manager')!
  const creators = people.filter((p) => p.role === 'creator')
  const creator = creators[0]!
  const chrome = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
  const paths: [string, string][] = []
  for (const [who, person] of [['manager', manager], ['creator', creator]] as const) {
    const browser = new Browser(server)
    const path = await dashboardPath(w.app)(programId, person.personId)
    paths.push([`continue-${who}`, await dashboardPath(w.app)(programId, person.personId)])
    await browser.post(path, {})
    const keys = who === 'manager' ? ['queue', 'kpis', 'creators'] : ['numbers', 'money', 'board', 'content']
    for (const [width, scheme] of [[1280, 'light'], [360, 'light'], [1280, 'dark']] as const) {
      const context = await chrome.newContext({ viewport: { width, height: 800 }, colorScheme: scheme })
      await context.addCookies([{ name: 'troupe_session', value: browser.cookies.troupe_session!, url: 'http://127.0.0.1:4555' }])
      const page = await context.newPage()
      page.on('console', (m) => (m.type() === 'error' || m.type() === 'warning') && console.log(width, page.url(), m.text()))
      for (const key of keys) {
        t = performance.now()
        await page.goto(`http://127.0.0.1:4555/dashboard/${key}`)
        const ms = Math.round(performance.now() - t)
        const wide = await page.evaluate('document.documentElement.scrollWidth')
        console.log(who, key, width, `scrollWidth ${wide}`, `${ms} ms`)
        await page.screenshot({ path: `/tmp/look/${who}-${key}-${width}-${scheme}.png`, fullPage: true })
        await axe(page, `${who} ${key} ${width} ${scheme}`)
      }
      if (who === 'manager') {
        await page.goto('http://127.0.0.1:4555/dashboard/queue')
        const press = page.locator('button', { hasText: 'Open the oldest' })
        if (await press.count()) {
          await press.first().click()
          await page.screenshot({ path: `/tmp/look/answer-${width}-${scheme}.png`, fullPage: true })
          const decline = page.locator('button', { hasText: 'Decline' })
          if (await decline.count()) {
            await decline.first().click()
            await axe(page, 'form')
            await page.screenshot({ path: `/tmp/look/form-${width}-${scheme}.png`, fullPage: true })
          }
        }
      }
      await context.close()
    }
  }
  for (const width of [1280, 360]) {
    const page = await chrome.newPage({ viewport: { width, height: 700 } })
    for (const [name, path] of [...paths, ['stranger', '/dashboard'], ['over', '/login/x']] as const) {
      await page.goto(`http://127.0.0.1:4555${path}`)
      await page.screenshot({ path: `/tmp/look/${name}-${width}.png` })
      await axe(page, name)
    }
  }
  await chrome.close()
  await w.close()
  if (existsSync('/tmp/nothing')) rmSync('/tmp/nothing')
}, 600_000)
