import { afterAll, beforeAll, expect, test } from 'vitest'
import { due } from '../../src/ledger/mature.ts'
import { payFee } from '../../src/ledger/service.ts'
import { earn, enter, finance, german, payable } from '../rooms/payees.ts'
import { enlist, order, refund, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('nothing earned yet says what to do', async () => {
  const mia = await enlist(w, 'Mia')
  const text = await mia.run('earnings')
  expect(text).toMatch(/Pending +€0\.00 until each sale/)
  expect(text).toMatch(/Expected then +€0\.00\n• We do not know yet where to send your money\.\n\[Enter details\]/)
  expect(text).toContain('Nothing earned yet. Share your link or code')
})

test('balances, the next payday, and each sale’s arithmetic with the day it ripens', async () => {
  const ben = await enlist(w, 'Ben', { rateBps: 1_250 })
  await tell(w, order('1', { codes: [ben.code] }), order('2', { codes: [ben.code], at: '2026-11-01T11:00:00Z' }))
  await tell(w, order('3', { codes: [ben.code], at: '2026-11-18T11:00:00Z' }), refund('1', 'r1', 4_000), refund('3', 'r3', 8_000))
  await w.within(due)
  await w.within((ctx) =>
    payFee(ctx, { submissionId: 'sub_1', creatorId: ben.creatorId, fee: { minor: 5_000n, currency: 'EUR' }, because: {} }),
  )
  const text = await ben.run('earnings')
  expect(text).toMatch(/Pending +€5\.00/)
  expect(text).toMatch(/Payable +€60\.00/)
  expect(text).toMatch(/Next payday +Dec 15, 2026/)
  expect(text).toMatch(/Order #1 +Nov 20, 2026 +€80\.00 × 12\.5 % = €10\.00, less €5\.00 refunded +€5\.00 +payable Dec 4, 2026/)
  expect(text).toMatch(/Order #2 +Nov 1, 2026 +€80\.00 × 12\.5 % = €10\.00 +€10\.00 +payable\n/)
  expect(text).toMatch(/Order #3 .* less €10\.00 refunded +€0\.00 +nothing left/)
  expect(text).toMatch(/Content fee +Nov 20, 2026 +content fee +€50\.00 +payable/)
})

test('below zero is explained, not collected', async () => {
  const eve = await enlist(w, 'Eve')
  await tell(w, order('9', { codes: [eve.code], at: '2026-10-01T11:00:00Z' }))
  await w.within(due)
  await w.within((ctx) =>
    ctx.db.transfer.create({
      data: {
        id: ctx.id('transfer'),
        programId: ctx.program.id,
        from: `creator:${eve.creatorId}:payable`,
        to: `creator:${eve.creatorId}:paid`,
        minor: 800n,
        currency: 'EUR',
        key: 'payout',
        because: {},
        at: ctx.now,
      },
    }),
  )
  await tell(w, refund('9', 'r9', 8_000))
  const text = await eve.run('earnings')
  expect(text).toMatch(/Payable +-€8\.00/)
  expect(text).toMatch(/Paid +€8\.00/)
  expect(text).toContain('never collected from you')
})

test('is for creators', async () => {
  expect(await (await w.applicant('Guest')).run('earnings')).toContain('Not allowed')
})

test('what ripens before payday is expected; what is missing has its button; what networks pay stands apart', async () => {
  const zoe = await enlist(w, 'Zoe')
  await tell(
    w,
    order('z1', { codes: [zoe.code], at: '2026-11-18T11:00:00Z' }),
    order('z2', { codes: [zoe.code], at: '2026-11-20T11:00:00Z' }),
  )
  await tell(w, order('z3', { codes: [zoe.code], at: '2026-11-19T11:00:00Z', base: { minor: '9000', currency: 'EUR' } }))
  const before = await zoe.run('earnings')
  expect(before).toMatch(/Pending +€25\.00, the first payable from Dec 2, 2026, the last from Dec 4, 2026/)
  expect(before).toMatch(/Expected then +€25\.00, once nothing is missing:\n• We do not know yet/)
  await enter(w, zoe, german('Zoe Lind'))
  expect(await zoe.run('earnings')).toMatch(/Expected then +€25\.00, if nothing is refunded before/)
  await tell(w, refund('z3', 'rz3', 9_000))
  const text = await zoe.run('earnings')
  expect(text).toMatch(
    /Expected then +€16\.00, once nothing is missing:\n• €4\.00 more reach the minimum of €20\.00\.[^\n]*\n\[Get my link\]/,
  )
  const [held] = await w.within((ctx) =>
    ctx.db.hold.findMany({ where: { creatorId: zoe.creatorId }, orderBy: { availableAt: 'asc' } }),
  )
  await w.within((ctx) => ctx.db.hold.update({ where: { line: held!.line }, data: { caseId: 'cas_1' } }))
  const inCase = await zoe.run('earnings')
  expect(inCase).toMatch(/Expected then +€8\.00[\s\S]*• A case holds some of your sales until it is decided\./)
  expect(inCase).toMatch(/Order #z1 .* held by a case/)
})

test('sales that ripen on one day, and one that was given back whole, name that day alone', async () => {
  const ida = await enlist(w, 'Ida')
  await tell(
    w,
    order('i1', { codes: [ida.code], at: '2026-11-18T11:00:00Z' }),
    order('i2', { codes: [ida.code], at: '2026-11-18T16:00:00Z' }),
    order('i3', { codes: [ida.code], at: '2026-11-20T11:00:00Z' }),
  )
  await tell(w, refund('i3', 'ri3', 8_000))
  expect(await ida.run('earnings')).toMatch(/Pending +€16\.00, payable from Dec 2, 2026\n/)
})

test('an order that a network pays is shown, and in no balance', async () => {
  const amy = await enlist(w, 'Amy')
  await w.within(async (ctx) => {
    const orderId = ctx.id('order')
    const money = { base: 5_000n, currency: 'EUR', at: ctx.now }
    await ctx.db.order.create({
      data: {
        ...money,
        id: orderId,
        programId: w.programId,
        source: 'amazon',
        externalId: 'a1',
        number: 'A-1',
        components: {},
        codes: [],
        rule: 'mirror',
        createdAt: ctx.now,
      },
    })
    await ctx.db.line.create({
      data: {
        ...money,
        id: ctx.id('line'),
        programId: w.programId,
        orderId,
        creatorId: amy.creatorId,
        rateBps: 0,
        minor: 150n,
        mirror: true,
        because: {},
      },
    })
  })
  const text = await amy.run('earnings')
  expect(text).toMatch(/Pending +€0\.00/)
  expect(text).toMatch(/Paid by networks, not by us\n.*\nA-1 +Nov 20, 2026 +€1\.50 +paid by Amazon/)
})

test('between payday and a batch that comes late the creator reads of the day that waits, and of the next one after it', async () => {
  w.at('2026-12-10T10:00:00Z')
  const una = await payable(w, 'Una', 5_000)
  const kay = await payable(w, 'Kay', 1_000)
  expect(await una.run('earnings')).toMatch(/Next payday +Dec 15, 2026/)
  w.at('2026-12-17T10:00:00Z')
  const late =
    /Payday +Dec 15, 2026 is over, and its payments are still to be made\nExpected then +€50\.00, if nothing is refunded before/
  expect(await una.run('earnings')).toMatch(late)
  // Whose money could not be paid on that day is not waiting for it, and what came since is with the rest.
  await earn(w, kay.creatorId, 9_000)
  expect(await kay.run('earnings')).toMatch(/Next payday +Jan 15, 2027.*\nExpected then +€100\.00, if nothing/)
  await (await finance(w, 'Fin')).run('payout prepare')
  expect(await una.run('earnings')).toMatch(/In payment +€50\.00[\s\S]*Next payday +Jan 15, 2027/)
})
