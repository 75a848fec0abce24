import { afterAll, beforeAll, expect, test } from 'vitest'
import { dashboard } from '../../src/http/dashboard.ts'
import { queuePage } from '../../src/http/queue.ts'
import { createLog } from '../../src/log.ts'
import { openBell } from '../../src/queue.ts'
import { Browser } from '../browser.ts'
import { executablePath, openBrowser } from '../chromium.ts'
import { type World, world } from '../world.ts'

let w: World

beforeAll(async () => {
  w = await world({ program: { demo: true }, mounts: (app) => [dashboard(app), queuePage(app)] })
  w.app.bell = await openBell(w.url, w.app.jobs, createLog('silent'))
  await w.app.bell.ring('deliver', { of: 'somebody' }, 3_600_000)
})
afterAll(async () => {
  await w.app.bell?.close()
  await w.close()
})

test('the bells are shown to admins alone, and nobody can change them', async () => {
  const { server } = await w.serve()
  expect((await server.inject({ url: '/queue/' })).statusCode).toBe(403)
  const manager = new Browser(server)
  await manager.signIn(await w.manager('Ana'))
  expect((await manager.get('/queue/')).status).toBe(403)
  const admin = new Browser(server)
  await admin.signIn(await w.admin('Rosa'))
  const seen = await admin.get('/queue/api/queues?activeQueue=troupe-bells&status=delayed')
  expect(seen.status).toBe(200)
  expect(seen.html).toContain('deliver')
  const cookie = Object.entries(admin.cookies)
    .map((pair) => pair.join('='))
    .join('; ')
  for (const [method, url] of [
    ['PUT', '/queue/api/queues/troupe-bells/pause'],
    ['PUT', '/queue/api/queues/troupe-bells/clean/delayed'],
    ['POST', '/queue/api/queues/troupe-bells/add'],
  ] as const) {
    const answer = await server.inject({ method, url, headers: { cookie }, payload: {} })
    expect([404, 405], url).toContain(answer.statusCode)
  }
  expect(await w.app.bell!.counts()).toMatchObject({ delayed: 1 })
})

test.skipIf(executablePath === null)('the page draws itself within the strict policy of all pages', async () => {
  const { server } = await w.serve()
  const address = await server.listen({ port: 0, host: '127.0.0.1' })
  const admin = new Browser(server)
  await admin.signIn(await w.admin('Vera'))
  const browser = await openBrowser()
  const page = await browser.newPage()
  await page.context().addCookies(Object.entries(admin.cookies).map(([name, value]) => ({ name, value, url: address })))
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  await page.goto(`${address}/queue/`)
  await page.getByText('troupe-bells').first().waitFor({ timeout: 10_000 })
  expect(errors.filter((words) => !words.includes('fonts.googleapis.com'))).toEqual([])
  await browser.close()
})
