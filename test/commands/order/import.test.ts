import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../../src/kernel/time.ts'
import { balances } from '../../../src/ledger/service.ts'
import { record } from '../../../src/orders/service.ts'
import { take } from '../../../src/orders/take.ts'
import type { Persona } from '../../chat.ts'
import { enlist, type Member, order } from '../../rooms/shop.ts'
import { csv, handOver } from '../../roster.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Member
beforeAll(async () => {
  w = await world()
  w.app.log.level = 'error'
  ana = await w.manager('Ana')
  mia = await enlist(w, 'Mia')
})
afterAll(() => w.close())

const amazon = (name: string) =>
  handOver(w, readFileSync(new URL(`../../fixtures/amazon/${name}.csv`, import.meta.url)), `${name}.csv`)

/** Upload, preview, press, and the job that takes it in; gives the card that is left. */
async function bring(file: Awaited<ReturnType<typeof handOver>>, given: Record<string, string> = {}): Promise<string> {
  const preview = await ana.run('order import', { file, ...given })
  const [, button = ''] = /\[(Import [\d,]+ rows?)\]/.exec(preview) ?? []
  const before = (await ana.sees()).length
  expect((await ana.press(button)).text).toContain('Importing')
  await w.app.runJob('import')
  const card = (await ana.sees()).slice(before)
  expect(card).toContain('is in')
  return card
}

/** The rows of the report that the last import left. */
async function report(): Promise<string> {
  const { text } = await ana.press('Get report')
  const name = /Report of (\S+)/.exec(text)![1]!
  return w.within(async (ctx) => {
    const one = await ctx.db.import.findFirstOrThrow({ where: { name } })
    return Buffer.from((await ctx.read(one.reportId!)).bytes).toString('utf8')
  })
}

const books = () =>
  w.within(async ({ db }) => ({
    orders: await db.order.findMany({
      orderBy: { externalId: 'asc' },
      select: { externalId: true, base: true, rule: true, creatorId: true },
    }),
    refunds: await db.refund.findMany({ orderBy: { externalId: 'asc' }, select: { externalId: true, base: true } }),
    lines: await db.line.findMany({
      orderBy: { orderId: 'asc' },
      select: { orderId: true, minor: true, leftMinor: true, leftBase: true },
    }),
    transfers: await db.transfer.count(),
  }))

test('Amazon in three languages, imported twice: shown, never paid, and the same totals', async () => {
  const root = await w.admin('Root')
  await root.run('setup currency', { currency: 'USD', rate: '0.9', day: '2026-01-01' })
  for (const key of ['brandmaya-20', 'brandmaya-21'])
    await ana.run('creator network', { creator: mia.creatorId, network: 'amazon', key })
  const files = ['earnings-us', 'earnings-de', 'earnings-es']
  const preview = await ana.run('order import', { file: await amazon('earnings-es') })
  expect(preview).toMatch(/Nothing was written yet[\s\S]*Orders +2[\s\S]*Left out +1 row/)
  expect(preview).toMatch(/5 +date +“pronto” is no date\./)
  expect(preview).toMatch(/Nobody has these[\s\S]*nadie-21 +1/)
  expect(preview).toContain('never paid by us')
  for (const name of files) await bring(await amazon(name))
  expect(await report()).toMatch(
    /4,B000TEST05 Taza,waits,Nobody has the tracking id nadie-21\.,,"?Say whose it is[\s\S]*5,B000TEST05 Taza,left out/,
  )
  const before = await books()
  // America: 25.00 + 25.00 + 1,250.00 − 12.50 dollars at 0.9; Germany: 25.00 + 25.00 + 1,234.50 − 37.50; Spain: 12.50.
  expect(before.orders.map((order) => order.creatorId).filter(Boolean)).toHaveLength(7)
  const mirrored = await w.within((ctx) => ctx.db.line.findMany({ where: { mirror: true } }))
  expect(mirrored).toHaveLength(7)
  expect(mirrored.reduce((sum, line) => sum + (line.leftBase ?? line.base), 0n)).toBe(115875n + 124700n + 1250n)
  expect(before.transfers).toBe(0)
  expect((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor).toBe(0n)
  for (const name of files) {
    const again = await bring(await amazon(name))
    expect(again).not.toMatch(/Credited|Refunded/)
    expect(again).toContain('Here already')
  }
  expect(await books()).toEqual(before)
})

test('an id that somebody turns out to have counts from then on; what is only ordered waits', async () => {
  await ana.run('creator network', { creator: mia.creatorId, network: 'amazon', key: 'nadie-21' })
  await w.app.runJob('due')
  const lines = () => w.within((ctx) => ctx.db.line.count({ where: { mirror: true } }))
  expect(await lines()).toBe(8)
  expect(await bring(await amazon('orders-fr'))).toMatch(/Waiting +1/)
  expect(await lines()).toBe(8)
})

test('something sent back that was never bought is left out, until its purchase is here', async () => {
  const head =
    'Category,Name,ASIN,Seller,Tracking ID,Date Shipped,Price(€),Items Shipped,Returns,Revenue(€),Ad Fees(€),Device,Direct'
  const row = (date: string, sign: string) =>
    `x,Bowl,B000TEST09,x,brandmaya-21,${date},5.00,${sign}1,0,${sign}5.00,${sign}0.25,x,x`
  const back = await handOver(w, csv(head, row('2026-02-02', '-')), 'february.csv')
  expect(await bring(back)).toMatch(/Left out +1/)
  expect(await report()).toContain('Import the report with the purchase first')
  await bring(await handOver(w, csv(head, row('2026-01-30', '')), 'january.csv'))
  expect(await bring(back)).toMatch(/Refunded +1/)
})

const head = 'type,order,number,date,currency,total,base,codes,refund'

test('our own list: counted once, in batches, with a report of every row; sales of the past are no news', async () => {
  const many = Array.from({ length: 110 }, (_, i) => `order,bulk-${i},#B${i},2026-11-19,EUR,80,,${i < 3 ? mia.code : ''},`)
  const rows = [
    ...many,
    'refund,bulk-0,,2026-11-20,EUR,,40,,r0',
    'refund,nobody,,2026-11-20,EUR,,40,,r1',
    'lead,lead-1,,2026-11-20,,,,MIA10,',
    'order,bad,,2026-11-20,EUR,-1,,,',
  ]
  const file = await handOver(w, csv(head, ...rows), 'past.csv')
  const news = await mia.sees()
  const card = await bring(file)
  expect(card).toMatch(/past\.csv is in[\s\S]*Rows +113[\s\S]*Refunded +1[\s\S]*Left out +1/)
  expect(await mia.sees()).toBe(news)
  expect((await w.within((ctx) => balances(ctx, mia.creatorId))).pending.minor).toBeGreaterThanOrEqual(2000n)
  const lines = (await report()).trim().split('\r\n')
  expect(lines).toHaveLength(1 + 114)
  expect(lines[1]).toBe('2,#B0,credited,Mia: €8.00,,')
  expect(lines.at(-1)).toContain('left out,It is below zero.,total')
  expect(await w.within((ctx) => ctx.db.importPart.count())).toBe(0)
  const before = await books()
  expect(await bring(file)).toMatch(/Here already +11\d/)
  expect(await books()).toEqual(before)
})

test('orders that a shop told us of are found by their ids there; another amount is remarked and changes nothing', async () => {
  await w.hook('generic', {
    type: 'order.created',
    data: { id: '77', at: '2026-11-20T11:00:00Z', currency: 'EUR', total: '80.00', codes: [mia.code] },
  })
  const file = await handOver(w, csv(head, 'order,77,,2026-11-20,EUR,90,,,', 'refund,77,,2026-11-20,EUR,,40,,r77'), 'webhook.csv')
  const before = await books()
  const preview = await ana.run('order import', { file, shop: 'generic' })
  expect(preview).toMatch(/Here already +1[\s\S]*2 +base +It is here already with another amount\./)
  await bring(file, { shop: 'generic' })
  const after = await books()
  expect(after.orders).toEqual(before.orders)
  expect(after.refunds.length).toBe(before.refunds.length + 1)
})

test('orders of a second shop of a kind are found by their ids there', async () => {
  await w.within((ctx) => record(ctx, 'shopify-2', order('780', { codes: [], base: { minor: '8000', currency: 'EUR' } })))
  const file = await handOver(w, csv(head, 'order,780,,2026-11-20,EUR,80,,,'), 'outlet.csv')
  expect(await ana.run('order import', { file, shop: 'shopify-2' })).toMatch(/Orders of Shopify 2\.[\s\S]*Here already +1/)
})

test('what is no list, or nothing of it can be used, is said; only managers import', async () => {
  expect(await ana.run('order import', { file: await handOver(w, csv('a,b', '1,2'), 'x.csv') })).toMatch(
    /No heading says which columns hold the order/,
  )
  const useless = await handOver(w, csv(head, 'order,1,,2026-11-20,QQQ,1,,,'), 'y.csv')
  expect(await ana.run('order import', { file: useless })).not.toContain('[Import')
  expect(await ana.run('order adopt', { file: useless.ref })).toContain('No row of the file can be imported.')
  expect(await mia.run('order import', { file: useless })).toContain('is for managers')
})

test('an address that exists for minutes is known by its hash, as one of a webhook is', async () => {
  const file = await handOver(
    w,
    csv('order,date,currency,total,codes,email', `tw-1,2026-11-19,EUR,10,${mia.code},x1@mailinator.com`),
    'throwaway.csv',
  )
  await bring(file)
  const order = await w.within((ctx) => ctx.db.order.findFirstOrThrow({ where: { externalId: 'tw-1' } }))
  expect(await w.within((ctx) => ctx.db.throwaway.count({ where: { email: order.shopperEmail! } }))).toBe(1)
})

test('a list of Stripe’s with several ids for one order meets what its webhooks told', async () => {
  const placed = { ...order('in_77', { codes: [mia.code] }), number: 'GLOW-77' }
  await w.within((ctx) => take(ctx, 'stripe', [{ type: 'order.named', names: ['in_77', 'pi_77', 'ch_77'] }, placed]))
  const file = await handOver(
    w,
    csv(
      'type,id,payment intent,invoice,date,currency,base,codes,refund',
      `order,ch_77,pi_77,,2026-11-19,EUR,80,${mia.code},`,
      `order,ch_78,pi_78,in_78,2026-11-19,EUR,50,${mia.code},`,
      'refund,pi_78,,,2026-11-20,EUR,50,,re_78',
    ),
    'stripe.csv',
  )
  expect(await ana.run('order import', { file, shop: 'stripe' })).toMatch(/Orders +2[\s\S]*Here already +1/)
  await bring(file, { shop: 'stripe' })
  const orders = await w.within((ctx) => ctx.db.order.findMany({ where: { source: 'stripe' }, orderBy: { externalId: 'desc' } }))
  expect(orders.map((one) => one.externalId)).toEqual(['in_77', 'ch_78'])
  await bring(file, { shop: 'stripe' })
  expect(await w.within((ctx) => ctx.db.order.count({ where: { source: 'stripe' } }))).toBe(2)
})

test('a long list is read by the job, between two transactions: the card that says so becomes its preview, and its import', async () => {
  const wide = 'x'.repeat(1_500)
  const rows = Array.from({ length: 200 }, (_, i) => `order,long-${i},2026-11-19,EUR,80,${i < 2 ? mia.code : ''},${wide}`)
  const columns = 'type,order,date,currency,total,codes,remarks'
  const file = await handOver(
    w,
    csv(columns, ...rows, 'order,long-0,2026-11-19,EUR,80,,', 'order,77,2026-11-19,EUR,81,,'),
    'long.csv',
  )
  const before = (await ana.sees()).length
  const waits = await ana.run('order import', { file, shop: 'generic' })
  expect(waits).toMatch(/^Reading long\.csv\n.*private place/)
  await ana.run('order import', { file, shop: 'generic' })
  await w.app.runJob('import')
  const preview = (await ana.sees()).slice(before)
  expect(preview).toMatch(/Preview of long\.csv[\s\S]*Orders +201[\s\S]*Here already +1[\s\S]*Left out +1 row/)
  expect(preview).toMatch(/202 +order +It stands in line 2 too[\s\S]*203 +base +It is here already with another amount/)
  expect((await ana.press('Get row report')).text).toContain('Report of long.csv')
  expect(await ana.run('order adopt', { file: file.ref })).toContain('was not previewed')
  expect(await ana.run('order adopt', { file: file.ref, shop: 'generic' })).toContain('0 of 201 rows')
  await w.app.runJob('import')
  w.at(minutes(w.now, 1))
  expect((await ana.sees()).slice(before)).toMatch(/long\.csv is in[\s\S]*Credited +2[\s\S]*Here already +1[\s\S]*Left out +1/)
  const orders = () => w.within((ctx) => ctx.db.order.count({ where: { source: 'generic' } }))
  expect(await orders()).toBe(201)
  // What was taken in is known by then, and the same file again changes nothing.
  await ana.run('order adopt', { file: file.ref, shop: 'generic' })
  await w.app.runJob('import')
  expect(await orders()).toBe(201)
  const none = await handOver(w, csv('a,b', `1,${'x'.repeat(90_000)}`, ...Array(3).fill(`2,${'y'.repeat(90_000)}`)), 'none.csv')
  await ana.run('order import', { file: none })
  await w.app.runJob('import')
  expect(await ana.sees()).toMatch(/none\.csv cannot be read\nNo heading says which columns hold the order/)
})

test('a refund under the id of another order’s refund is left out and named, not taken for a repeat', async () => {
  const list = (name: string, ...rows: string[]) =>
    handOver(w, csv('type,order,date,currency,base,refund,codes', ...rows), `${name}.csv`)
  const sold = ['c71', 'c72'].map((id) => `order,${id},2026-11-18,EUR,80.00,,${mia.code}`)
  const first = 'refund,c71,2026-11-19,EUR,80.00,r71,'
  await bring(await list('first', ...sold, first))
  await bring(await list('again', first, 'refund,c72,2026-11-19,EUR,40.00,r72,'))
  const clash = await list('clash', 'refund,c72,2026-11-19,EUR,20.00,r71,', 'refund,c72,2026-11-19,EUR,20.00,r73,')
  expect(await ana.run('order import', { file: clash })).toContain('The refund of order c71 has this id.')
  await bring(clash)
  const [, one, two] = (await report()).split(/\r?\n/)
  expect(one).toMatch(/^2,c72,left out,.*refund of order c71/)
  expect(two).toMatch(/^3,c72,refunded,/)
})
