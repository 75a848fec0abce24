/** What creators buy for themselves is known by where it goes, too: the home they gave for being paid. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postalKey } from '../../src/kernel/postal.ts'
import { recordMany } from '../../src/orders/bulk.ts'
import { type World, world } from '../world.ts'
import { enter, german } from './payees.ts'
import { enlist, order, tell } from './shop.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const row = (externalId: string) => w.within((ctx) => ctx.db.order.findFirstOrThrow({ where: { externalId } }))

test('an order to the creator’s own home is held for a person to look at, and nothing of the address is kept', async () => {
  const ana = await w.manager('Ana')
  const [mia, leo] = [await enlist(w, 'Mia'), await enlist(w, 'Leo')]
  await enter(w, mia, german('Mia Lind'))
  await enter(w, leo, german('Leo Lind', { line: 'Nebenweg 2' }))
  const address = { street: 'HAUPTSTRASSE 1', postcode: '10115', country: 'de' }
  const data = { id: 'h', number: '#h', at: w.now.toISOString(), currency: 'EUR', total: '80.00', codes: [mia.code] }
  await w.hook('generic', { type: 'order.created', data: { ...data, customer: { email: 'sister@example.com', address } } })
  expect(await row('h')).toMatchObject({ creatorId: mia.creatorId, ownPurchase: true })
  expect(await ana.sees('managers')).toContain(
    'Order #h went to the address that the creator gave for being paid; usual is none.',
  )
  expect(await mia.sees()).toContain('because an order looks like your own purchase')
  const kept = await w.within(async (ctx) => [
    await ctx.db.order.findMany(),
    await ctx.db.payee.findMany(),
    await ctx.db.inbox.findMany(),
  ])
  expect(JSON.stringify(kept, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(
    /haupt|sister/i,
  )

  // Somebody else’s home is nobody’s business, and a shop account that ordered to the own home once is known by its number.
  const hash = await w.within(async (ctx) => ctx.hash(postalKey(address)!))
  await tell(w, order('l', { codes: [leo.code], shopper: { address: hash } }))
  expect(await row('l')).toMatchObject({ ownPurchase: false })
  await tell(w, order('a', { codes: [mia.code], shopper: { id: 'account', address: hash } }))
  await tell(w, order('b', { codes: [mia.code], shopper: { id: 'account' } }))
  expect(await row('b')).toMatchObject({ ownPurchase: true })
  // Many at once see it just so.
  await w.within((ctx) => recordMany(ctx, 'csv', [order('m', { codes: [mia.code], shopper: { address: hash } })]))
  expect(await row('m')).toMatchObject({ ownPurchase: true, shopperAddress: hash })

  // Moved, it is the new home that counts.
  await enter(w, mia, german('Mia Lind', { line: 'Am Ufer 9' }))
  await tell(w, order('after', { codes: [mia.code], shopper: { address: hash } }))
  expect(await row('after')).toMatchObject({ ownPurchase: false })

  const wish = { id: 'p', at: w.now.toISOString(), wish: 'forget', customer: { email: 'sister@example.com' }, order_ids: [] }
  await w.hook('generic', { type: 'shopper.asked', data: wish })
  expect(await row('h')).toMatchObject({ shopperEmail: null, shopperAddress: null })
  const facts = await w.within((ctx) =>
    ctx.db.inbox.findFirstOrThrow({ where: { facts: { path: ['0', 'orderId'], equals: 'h' } } }),
  )
  expect(facts.facts).toMatchObject([{ shopper: {} }])
})

test('whoever orders under an address with a plus sign is who orders without it: themselves, and no new customer', async () => {
  const [ida, ole] = [await enlist(w, 'Ida'), await enlist(w, 'Ole')]
  const placed = (id: string, code: string, email: string) => {
    const data = { id, number: `#${id}`, at: w.now.toISOString(), currency: 'EUR', total: '50.00', codes: [code] }
    return w.hook('generic', { type: 'order.created', data: { ...data, customer: { email } } })
  }
  const { email } = await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: ida.creatorId } }))
  await placed('plus', ida.code, email.replace('@', '+shop@').toUpperCase())
  expect(await row('plus')).toMatchObject({ creatorId: ida.creatorId, ownPurchase: true })
  await placed('first', ole.code, 'una@example.com')
  await placed('again', ole.code, 'una+2@example.com')
  expect((await row('again')).shopperEmail).toBe((await row('first')).shopperEmail)
  // What earlier versions kept of it is forgotten with the rest.
  const before = await w.within(async (ctx) => ctx.hash('una+2@example.com'))
  await w.within((ctx) => ctx.db.order.updateMany({ where: { externalId: 'first' }, data: { shopperEmail: before } }))
  const wish = { id: 'q', at: w.now.toISOString(), wish: 'forget', customer: { email: 'una+2@example.com' }, order_ids: [] }
  await w.hook('generic', { type: 'shopper.asked', data: wish })
  expect([(await row('first')).shopperEmail, (await row('again')).shopperEmail]).toEqual([null, null])
})

test('what an earlier version kept of an address with a plus sign is known again by the next order', async () => {
  const [pia, tom, kai] = [await enlist(w, 'Pia'), await enlist(w, 'Tom'), await enlist(w, 'Kai')]
  const placed = (id: string, code: string, email: string) => {
    const data = { id, number: `#${id}`, at: w.now.toISOString(), currency: 'EUR', total: '50.00', codes: [code] }
    return w.hook('generic', { type: 'order.created', data: { ...data, customer: { email } } })
  }
  const before = (email: string) => w.within(async (ctx) => ctx.hash(email))
  await placed('once', tom.code, 'eve+shop@example.com')
  const shopperEmail = await before('eve+shop@example.com')
  await w.within((ctx) => ctx.db.order.updateMany({ where: { externalId: 'once' }, data: { shopperEmail } }))
  w.at(new Date(w.now.getTime() + 1_000))
  await placed('twice', kai.code, 'eve+shop@example.com')
  expect((await row('once')).shopperEmail).toBe((await row('twice')).shopperEmail)
  const line = await w.within((ctx) => ctx.db.line.findFirstOrThrow({ where: { creatorId: kai.creatorId } }))
  expect(line.because).toMatchObject({ customer: 'returning' })

  await enter(w, pia, german('Pia Lind', { line: 'Seeweg 4' }))
  const emailHash = await before('pia+pay@example.com')
  await w.within((ctx) => ctx.db.payee.updateMany({ where: { creatorId: pia.creatorId }, data: { emailHash } }))
  const email = await before('pia@example.com')
  const own = order('own', { codes: [pia.code], shopper: { email, typed: emailHash } })
  await w.within((ctx) => recordMany(ctx, 'csv', [own]))
  expect(await row('own')).toMatchObject({ ownPurchase: true })
})
