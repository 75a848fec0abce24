import { afterAll, beforeAll, expect, test } from 'vitest'
import { dashboard } from '../../src/http/dashboard.ts'
import { join } from '../../src/http/join.ts'
import { roster } from '../../src/http/roster.ts'
import { Browser, words } from '../browser.ts'
import { buttonsOf, type Persona } from '../chat.ts'
import { handOver, three } from '../roster.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => [dashboard(app), join(app), roster(app)] })
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const browser = async () => new Browser((await w.serve()).server)
const opened = async (url: string) => {
  const one = await browser()
  await one.get(new URL(url).pathname)
  await one.post(one.page.url, {})
  return one
}
const linkOf = (person: Persona) => {
  const button = buttonsOf(person.last!).find((one) => one.label === 'Get claim links')
  return button && 'url' in button ? button.url : ''
}

test('after an import one file of links, made and shown once; each link leads to its creator', async () => {
  await ana.ask('creator adopt', { file: (await handOver(w, three)).ref })
  const one = await opened(linkOf(ana))
  expect(words(one.page.html)).toContain('Claim links for 3 creators')
  expect(words(one.page.html)).not.toContain('ends when you make new ones')
  const path = one.page.url
  const fields = one.button('Make the file')
  const file = await one.post(path, fields)
  expect(file.headers['content-type']).toContain('text/csv')
  expect(file.headers['content-disposition']).toBe('attachment; filename="claim-links.csv"')
  const rows = file.html.trim().split('\r\n').slice(1)
  expect(rows).toHaveLength(3)
  expect(rows[2]).toMatch(/^Mia Lind,mia@example\.com,'@mia\.glow,https:\/\/go\.glow\.example\/join\/prg_\w+\?invite=[\w-]{22}$/)
  const link = new URL(rows[2]!.split(',')[3]!)
  const mia = await browser()
  await mia.get(`${link.pathname}${link.search}`)
  expect(words(mia.page.html)).toContain('Welcome, Mia Lind')

  expect((await one.post(path, fields)).status).toBe(410)
  expect((await one.get(path)).status).toBe(404)
  const kept = await w.within(async ({ db }) => JSON.stringify([await db.claim.findMany(), await db.bulk.findMany()]))
  expect(kept).not.toContain(link.searchParams.get('invite'))
})

test('new links end the old ones, and the page says so', async () => {
  await ana.ask('creator bulk invite', { who: 'tag=gold' })
  const one = await opened(linkOf(ana))
  expect(words(one.page.html)).toContain('1 creator has a link already. It ends when you make new ones.')
})

test('nobody but the manager who planned it, with a form of the page', async () => {
  await ana.ask('creator bulk invite', { who: 'all' })
  const url = linkOf(ana)
  const bulk = await w.within((ctx) => ctx.db.bulk.findFirstOrThrow({ where: { doneAt: null }, orderBy: { id: 'desc' } }))
  const path = `/roster/${bulk.id}`
  expect((await (await browser()).get(path)).status).toBe(401)
  const bob = await w.manager('Bob')
  const other = await browser()
  await other.signIn(bob)
  expect((await other.get(path)).status).toBe(404)
  const mia = await w.creator('Mia')
  const creator = await browser()
  await creator.signIn(mia)
  expect((await creator.get(path)).status).toBe(403)
  expect(words(creator.page.html)).toContain('These links are made by managers of the program. Ask one of them.')
  const one = await opened(url)
  const fields = one.button('Make the file')
  expect((await one.post(path, { token: 'x' })).status).toBe(403)
  expect((await one.post(path, fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
})
