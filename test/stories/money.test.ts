/** Money from the shop's webhook to the creator's bank, as people meet it: signed deliveries go in, chat and web say what became of them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, minutes } from '../../src/kernel/time.ts'
import { audit } from '../../src/ledger/audit.ts'
import { bookOpenings } from '../../src/ledger/opening.ts'
import { payFee } from '../../src/ledger/service.ts'
import { statementOf } from '../../src/ledger/statement.ts'
import { audit as auditOrders } from '../../src/orders/queries.ts'
import { audit as auditPayouts } from '../../src/payouts/audit.ts'
import type { Persona } from '../chat.ts'
import { enter, finance, german } from '../rooms/payees.ts'
import { enlist, type Member } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

const start = new Date('2026-11-20T12:00:00Z')
let w: World
let root: Persona
let ana: Persona
let mia: Member
let ben: Member
beforeAll(async () => {
  w = await world()
  root = await w.admin('Root')
  ana = await w.manager('Ana')
  mia = await enlist(w, 'Mia')
  ben = await enlist(w, 'Ben')
})
afterAll(async () => {
  const broken = (ctx: Parameters<typeof audit>[0]) =>
    Promise.all([audit(ctx), auditOrders(ctx), auditPayouts(ctx)]).then((all) => all.flat())
  expect(await w.within(broken)).toEqual([])
  await w.close()
})

const bought = (id: string, more: object = {}) =>
  w.hook('generic', {
    type: 'order.created',
    data: { id, number: `#${id}`, at: w.now, currency: 'EUR', total: '80.00', discount: '20.00', ...more },
  })
const gaveBack = (id: string, order: string, base: string) =>
  w.hook('generic', { type: 'order.refunded', data: { id, order_id: order, at: w.now, currency: 'EUR', base } })
const later = () => w.at(minutes(w.now, 1))

test('link of Mia and code of Ben: one commission, /why names the rule, and the setting touches later orders only', async () => {
  const cid = await w.click('mia')
  later()
  await bought('both', { cid, codes: [ben.code] })
  expect(await w.within((ctx) => ctx.db.line.count())).toBe(1)
  expect(await ben.run('why', { order: '#both' })).toMatch(/credited to you: €8\.00[\s\S]*The code decides/)
  expect(await mia.run('why', { order: '#both' })).toContain('This order is credited to another creator.')
  await root.ask('setup commission', { credit_order: 'click, code, customer' })
  await root.press('Confirm')
  later()
  await bought('both-2', { cid, codes: [ben.code] })
  expect(await mia.run('why', { order: '#both-2' })).toMatch(/credited to you: €8\.00[\s\S]*The last click decides/)
  expect(await ben.run('why', { order: '#both' })).toContain('credited to you: €8.00')
})

test('a sale, half of it back, the rest back, a third refund; and the same after the payout, carried below zero', async () => {
  const zoe = await enlist(w, 'Zoe')
  await bought('s1', { codes: [zoe.code] })
  const earns = async () => /#s1 [^\n]*?(-?€[\d.]+) +(?:payable|nothing)/.exec(await zoe.run('earnings'))?.[1]
  expect(await zoe.run('why', { order: '#s1' })).toMatch(/Discounts +€20\.00\nBase +€80\.00[\s\S]*€80\.00 × 10 % = €8\.00/)
  const seen = [await earns()]
  for (const [id, base] of [
    ['s1-1', '40.00'],
    ['s1-2', '40.00'],
    ['s1-3', '40.00'],
  ] as const) {
    later()
    await gaveBack(id, 's1', base)
    seen.push(await earns())
  }
  expect(seen).toEqual(['€8.00', '€4.00', '€0.00', '€0.00'])

  await root.ask('setup payouts', { minimum: '5.00' })
  const lea = await enlist(w, 'Lea')
  await enter(w, lea, german('Lea Lind'))
  const [fay, gus] = [await finance(w, 'Fay'), await finance(w, 'Gus')]
  await bought('s2', { codes: [lea.code] })
  w.at(days(start, 15))
  await w.tick()
  w.at('2026-12-15T12:00:00Z')
  await fay.run('payout prepare')
  const [payment] = await w.within((ctx) => ctx.db.payment.findMany({ where: { creatorId: lea.creatorId } }))
  await gus.ask('payout confirm', { batch: payment!.batchId })
  await gus.press('Confirm and release')
  await fay.run('payout sent', { batch: payment!.batchId })
  await fay.run('payout settle', { payment: payment!.reference, reference: 'bank 1' })
  expect(await lea.run('earnings')).toMatch(/Payable +€0\.00\nPaid +€8\.00/)
  later()
  await gaveBack('s2-1', 's2', '80.00')
  expect(await lea.run('earnings')).toMatch(/Payable +-€8\.00\nPaid +€8\.00[\s\S]*never collected from you/)
  later()
  await bought('s3', { codes: [lea.code], total: '200.00' })
  w.at(days(w.now, 15))
  await w.tick()
  expect(await lea.run('earnings')).toMatch(/Payable +€12\.00\nPaid +€8\.00/)
})

test('an own purchase, told by the shop with the address in the clear, is held, shown to managers and told to the creator', async () => {
  const eve = await enlist(w, 'Eve')
  await bought('own', { codes: [eve.code], customer: { email: ' Eve@Example.com' } })
  expect(await eve.run('earnings')).toMatch(/Order #own .* held by a case/)
  expect(await eve.sees()).toContain('because an order looks like your own purchase')
  expect(await ana.sees('managers')).toContain('Suspicion: Eve, 1 order')
})

test('every cent of a balance is in /earnings and in the statement, whatever it came from or went to', async () => {
  const ida = await enlist(w, 'Ida')
  const friend = await enlist(w, 'Friend')
  await root.ask('setup commission', { referral: '10 %' })
  await root.press('Confirm')
  await root.ask('tier set', { steps: 'Silver 150 15 %', measure: 'revenue', window: 'month', mode: 'retroactive' })
  await root.press('Confirm')
  await root.run('setup currency', { currency: 'USD', rate: '0.9213' })
  await w.within((ctx) =>
    ctx.db.creator.update({ where: { id: friend.creatorId }, data: { invitedBy: ida.personId, decidedAt: ctx.now } }),
  )
  later()
  const opening = { creatorId: ida.creatorId, money: { minor: -350n, currency: 'EUR' }, because: { rule: 'opening balance' } }
  await w.within((ctx) => bookOpenings(ctx, [opening]))
  await bought('i1', { codes: [ida.code] })
  await bought('i2', { codes: [ida.code], total: '120.00' })
  await bought('i3', { codes: [ida.code], currency: 'USD', total: '100.00' })
  await bought('i4', { codes: [ida.code], customer: { email: 'ida@example.com' } })
  await bought('f1', { codes: [friend.code] })
  later()
  await gaveBack('i1-1', 'i1', '33.33')
  await root.ask('bonus give', { creator: ida.creatorId, amount: '25.00', reason: 'A lovely video' })
  const fee = { minor: 5_000n, currency: 'EUR' }
  const because = { rule: 'content fee', mission: 'Autumn' }
  await w.within((ctx) => payFee(ctx, { submissionId: 'sub_i', creatorId: ida.creatorId, fee, because }))
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: ida.creatorId } }))
  await ana.run('case decide', { case: id, verdict: 'uphold', reason: 'It is your own order.' })
  w.at(days(w.now, 20))
  await w.tick()
  later()
  await gaveBack('f1-1', 'f1', '40.00')

  const text = await ida.run('earnings')
  const cents = (amount: string) => Math.round(Number(amount.replace('€', '').replaceAll(',', '')) * 100)
  const fact = (name: string) => cents(new RegExp(`^${name} +(-?€[\\d.,]+)`, 'm').exec(text)![1]!)
  const rows = [...text.matchAll(/ (-?€[\d.,]+) +(?:payable|nothing left|held)/g)].map((row) => cents(row[1]!))
  expect(rows).toHaveLength(9)
  expect(rows.reduce((sum, one) => sum + one, 0)).toBe(fact('Pending') + fact('Payable') + fact('Paid'))
  for (const said of [
    'your balance from before this program was here',
    'refunded',
    'of it by your tier',
    'less €12.00 taken back by a case',
    'A lovely video',
    'for “Autumn”',
    'what a sale of someone you invited earned',
    'what was taken back of such a sale',
  ])
    expect(text).toContain(said)
  expect(await ida.run('why', { order: '#i3' })).toContain('1 USD = 0.9213 EUR')

  const months = ['2026-12', '2027-01']
  const papers = []
  for (const month of months) papers.push((await w.within((ctx) => statementOf(ctx, ida.creatorId, month, null))).paper)
  for (const { opening: from, closing, rows: told } of papers) {
    expect(told.reduce((sum, one) => sum + one.minor, from.minor)).toBe(closing.minor)
    for (const one of told) expect([one.what, one.arithmetic]).not.toContain('')
    expect(told.map(({ what }) => what)).not.toContain('Booking')
  }
  expect(papers.at(-1)!.closing.minor).toBe(BigInt(fact('Pending') + fact('Payable')))
  // Whose sale it was that a referral came from is nobody's business.
  expect(JSON.stringify(papers.flatMap((paper) => paper.rows.map((one) => one.order)))).not.toContain('f1')
})
