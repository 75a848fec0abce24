import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../../src/kernel/time.ts'
import { click, enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('shows what each figure means, is for admins, and refuses with the field', async () => {
  const root = await w.admin('Root')
  const text = await root.run('setup trust')
  expect(text).toMatch(/A case opens at +a score of 30\nA line is held at +a score of 60\nTo be decided within +5 days/)
  expect(text).toMatch(/Paid ads +not allowed/)
  expect(text).toContain('two of 40 make 64')
  expect(await (await w.manager('Ana')).run('setup trust')).toContain('Not allowed')
  expect(await root.run('setup trust', { hold_score: '20' })).toContain('Lines would be held from 20 on')
  expect(await root.run('setup trust', { case_score: '0' })).toContain('must be at least 1')
  expect(await root.run('setup trust', { add_sites: 'deals' })).toContain('“deals” is no site.')
  expect(await root.run('setup trust', { add_sites: 'a.example', drop_sites: 'a.example' })).toContain(
    'added and dropped at once',
  )
})

test('a site that is watched too holds an order, one that is a partner does not', async () => {
  const root = await w.admin('Root')
  const mia = await enlist(w, 'Mia')
  const at = minutes(w.now, -90)
  const from = async (id: string, referer: string) => {
    const cid = await click(w, mia, at)
    await w.within((ctx) => ctx.db.click.updateMany({ where: { linkId: mia.linkId, referer: null }, data: { referer } }))
    await tell(w, order(id, { cid }))
    return w.within((ctx) => ctx.db.signal.count({ where: { rule: 'coupon_site' } }))
  }
  expect(await from('1', 'https://best.coupons.example/glow')).toBe(0)
  const saved = await root.run('setup trust', { add_sites: 'https://www.Coupons.example/, b.example', ads: 'allowed' })
  expect(saved).toMatch(/^Saved[\s\S]*Paid ads +allowed[\s\S]*watched too +b\.example, coupons\.example/)
  expect(await from('2', 'https://best.coupons.example/glow')).toBe(1)
  expect(await root.run('setup trust', { drop_sites: 'coupons.example, retailmenot.com' })).toMatch(
    /watched too +b\.example\n.* not watched +coupons\.example, retailmenot\.com/,
  )
  expect(await from('3', 'https://www.retailmenot.com/glow')).toBe(1)
})
