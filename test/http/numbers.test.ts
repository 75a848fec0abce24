import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dashboard } from '../../src/http/dashboard.ts'
import { numbers } from '../../src/http/numbers.ts'
import { Browser } from '../browser.ts'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ mounts: (app) => [dashboard(app), numbers(app, 50)] })
})
afterAll(() => w.close())

test('an open page hears that the numbers moved; a stranger hears nothing', async () => {
  const { server } = await w.serve()
  const ana = await w.manager('Ana')
  const browser = new Browser(server)
  await browser.signIn(ana)
  expect((await browser.get('/dashboard/kpis')).html).toContain('/assets/numbers.js')
  expect((await browser.get('/dashboard/queue')).html).not.toContain('/assets/numbers.js')
  expect((await new Browser(server).get('/dashboard/events')).status).toBe(401)
  await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as AddressInfo
  const cookie = Object.entries(browser.cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
  const heard = await new Promise<string>((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path: '/dashboard/events', headers: { cookie } }, (answer) => {
      expect(answer.headers['content-type']).toBe('text/event-stream')
      answer.on('data', (bytes: Buffer) => {
        const words = bytes.toString()
        if (words.includes('retry'))
          enlist(w, 'Mia')
            .then((mia) => tell(w, order('1', { codes: [mia.code] })))
            .catch(reject)
        if (words.includes('event: numbers')) {
          resolve(words)
          asked.destroy()
        }
      })
    })
    asked.on('error', reject)
    asked.end()
  })
  expect(heard).toMatch(/event: numbers\ndata: \{"mark":"/)
})

test('when the program sells is told to those alone who have its numbers', async () => {
  const { server } = await w.serve()
  const leo = await w.creator('Leo')
  const browser = new Browser(server)
  await browser.signIn(leo)
  expect((await browser.get('/dashboard/events')).status).toBe(403)
})
