import { afterAll, beforeAll, expect, test } from 'vitest'
import { due } from '../../src/ledger/mature.ts'
import { payFee } from '../../src/ledger/service.ts'
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
  expect(text).toContain('Pending      €0.00 until each sale')
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
  expect(text).toMatch(/Content fee +Nov 20, 2026 +fee +€50\.00 +payable/)
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
