import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dashboard } from '../../src/http/dashboard.ts'
import { numbers } from '../../src/http/numbers.ts'
import { minutes } from '../../src/kernel/time.ts'
import { bonus } from '../../src/ledger/service.ts'
import { Browser } from '../browser.ts'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ mounts: (app) => [dashboard(app), numbers(app, 50)] })
})
afterAll(() => w.close())

/** What an open page hears first once this was done. */
async function hear(browser: Browser, act: () => Promise<unknown>): Promise<string> {
  const { server } = await w.serve()
  if (!server.server.listening) await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as AddressInfo
  const cookie = Object.entries(browser.cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
  return new Promise<string>((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path: '/dashboard/events', headers: { cookie } }, (answer) => {
      expect(answer.headers['content-type']).toBe('text/event-stream')
      answer.on('data', (bytes: Buffer) => {
        const words = bytes.toString()
        if (words.includes('retry')) act().catch(reject)
        if (words.includes('event: numbers')) {
          resolve(words)
          asked.destroy()
        }
      })
    })
    asked.on('error', reject)
    asked.end()
  })
}

test('an open page hears that the numbers moved; a stranger hears nothing', async () => {
  const { server } = await w.serve()
  const ana = await w.manager('Ana')
  const browser = new Browser(server)
  await browser.signIn(ana)
  expect((await browser.get('/dashboard/kpis')).html).toContain('/assets/numbers.js')
  expect((await browser.get('/dashboard/queue')).html).not.toContain('/assets/numbers.js')
  expect((await new Browser(server).get('/dashboard/events')).status).toBe(401)
  const heard = await hear(browser, async () => {
    const mia = await enlist(w, 'Mia')
    await tell(w, order('1', { codes: [mia.code] }))
  })
  expect(heard).toMatch(/event: numbers\ndata: \{"mark":"/)
})

test('an order that is heard late moves the numbers as well, and so does a bonus', async () => {
  const browser = new Browser((await w.serve()).server)
  await browser.signIn(await w.manager('Bea'))
  const zoe = await enlist(w, 'Zoe')
  w.at(minutes(w.now, 1))
  await tell(w, order('2', { codes: [zoe.code], at: w.now.toISOString() }))
  w.at(minutes(w.now, 1))
  const late = order('3', { codes: [zoe.code], at: '2026-11-20T08:00:00.000Z' })
  expect(await hear(browser, () => tell(w, late))).toContain('event: numbers')
  w.at(minutes(w.now, 1))
  const thanks = { creatorId: zoe.creatorId, money: { minor: 500n, currency: 'EUR' }, key: 'thanks', because: {} }
  expect(await hear(browser, () => w.within((ctx) => bonus(ctx, thanks)))).toContain('event: numbers')
})

test('when the program sells is told to those alone who have its numbers', async () => {
  const { server } = await w.serve()
  const leo = await w.creator('Leo')
  const browser = new Browser(server)
  await browser.signIn(leo)
  expect((await browser.get('/dashboard/events')).status).toBe(403)
})
