import { afterAll, beforeAll, expect, test } from 'vitest'
import { dashboard } from '../../../src/http/dashboard.ts'
import { exports } from '../../../src/http/exports.ts'
import { papers } from '../../../src/http/papers.ts'
import { Browser } from '../../browser.ts'
import { buttonsOf, type Persona } from '../../chat.ts'
import { enlist, order, refund, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ mounts: (app) => [dashboard(app), papers(app), exports(app)] })
})
afterAll(() => w.close())

const opened = async (person: Persona, label: string) => {
  const button = buttonsOf(person.last!).find((one) => one.label === label)
  const one = new Browser((await w.serve()).server)
  await one.get(button && 'url' in button ? new URL(button.url).pathname : '')
  return { one, answer: await one.post(one.page.url, {}) }
}

test('a manager gets every figure with what it is made of; n/a is empty and never 0; creators do not open it', async () => {
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code], at: '2026-11-19T10:00:00Z' }))
  const ana = await w.manager('Ana')
  await ana.run('kpi', { by: 'creator' })
  await ana.press('Get the CSV')
  const { answer } = await opened(ana, 'Open the list')
  expect(answer.headers['content-type']).toContain('text/csv')
  expect(answer.html).toContain(`Mia,${mia.creatorId},aov,80.00,EUR,80.00,1,1,2026-10-22,2026-11-20,,net revenue / orders`)
  expect(answer.html).toContain(`Mia,${mia.creatorId},cvr,,percent,0,0,0,2026-10-22`)
  const { fileId } = await w.within((ctx) => ctx.db.paper.findFirstOrThrow())
  await mia.run('dashboard')
  const hers = await opened(mia, buttonsOf(mia.last!)[0]!.label)
  expect((await hers.one.get(`/papers/${fileId}`)).status).toBe(404)
})

test('a manager gets every order of the period as a list, refunds and formulas in it told truly; creators do not', async () => {
  const eve = await enlist(w, 'Eve')
  await w.within((ctx) => ctx.db.creator.update({ where: { id: eve.creatorId }, data: { name: '=Eve' } }))
  await tell(w, order('e1', { codes: [eve.code], at: '2026-11-19T10:00:00Z' }), refund('e1', 're1', 2_000))
  const ana = await w.manager('Bea')
  await ana.run('report csv', { period: '7d' })
  const { one, answer } = await opened(ana, 'Open every order')
  expect(answer.headers['content-type']).toContain('text/csv')
  expect(answer.html).toContain(`2026-11-19 11:00,#e1,generic,'=Eve,${eve.creatorId},code,EUR,80.00,60.00,`)
  const lines = answer.html.split('\r\n').filter((line) => line.includes('#e1'))
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/,order,program$/)
  expect((await one.get('/exports/orders-8d')).status).toBe(404)
  await eve.run('dashboard')
  const hers = await opened(eve, buttonsOf(eve.last!)[0]!.label)
  expect((await hers.one.get('/exports/orders-7d')).status).toBe(404)
})

test('of a creator of whom there is nothing yet the list says 0 and n/a, as the card does', async () => {
  const ada = await enlist(w, 'Ada')
  const ana = await w.manager('Cleo')
  await ana.run('report csv', { of: ada.creatorId })
  const { answer } = await opened(ana, 'Open the list')
  expect(answer.html).toContain(`Ada,${ada.creatorId},orders,0,count,`)
  expect(answer.html).toContain(`Ada,${ada.creatorId},aov,,EUR,0.00,0,0,`)
})
