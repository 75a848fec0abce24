import { afterAll, beforeAll, expect, test } from 'vitest'
import { liabilityOf } from '../../../src/ledger/reports.ts'
import { move, payFee } from '../../../src/ledger/service.ts'
import { bare, owedLong } from '../../rooms/owed-long.ts'
import { earn, finance, ibans, payable } from '../../rooms/payees.ts'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('what is owed, by currency and age', async () => {
  const root = await w.admin('Root')
  expect(await root.run('books liability')).toContain('Nothing is owed.')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code] }))
  await w.within((ctx) =>
    payFee(ctx, { submissionId: 's', creatorId: mia.creatorId, fee: { minor: 5_000n, currency: 'EUR' }, because: {} }),
  )
  w.at('2027-01-01T12:00:00Z')
  const text = await root.run('books liability')
  expect(text).toMatch(/EUR +€8\.00 +€50\.00 +€0\.00 +€0\.00/)
  expect(text).toMatch(/31–60 days +€50\.00/)
  expect(await root.run('books liability', { month: '2026-10' })).toContain('Nothing is owed.')
})

test('a payment that was taken back, failed or bounced makes no debt younger', async () => {
  const [fay, gus] = [await finance(w, 'Fay'), await finance(w, 'Gus')]
  const zoe = await payable(w, 'Zoe', 5_000, { iban: ibans[1]! })
  const ages = async (month: string | null = null) => {
    const { owed } = await w.within((ctx) => liabilityOf(ctx, month))
    expect(bare(owed)).toEqual(bare(await w.within((ctx) => owedLong(ctx, month))))
    return owed.find(({ creatorId }) => creatorId === zoe.creatorId)?.ages.map(Number)
  }
  w.at('2027-02-20T12:00:00Z')
  await earn(w, zoe.creatorId, 700)
  w.at('2027-03-15T12:00:00Z')
  const ofOld = [700, 0, 5_000, 0]
  expect(await ages()).toEqual(ofOld)
  const prepared = async () => {
    await fay.run('payout prepare')
    return w.within((ctx) => ctx.db.payment.findFirstOrThrow({ where: { creatorId: zoe.creatorId, state: 'prepared' } }))
  }
  const released = async () => {
    const { batchId, reference } = await prepared()
    await gus.ask('payout confirm', { batch: batchId })
    await gus.press('Confirm and release')
    return reference
  }
  await fay.run('payout cancel', { batch: (await prepared()).batchId })
  expect(await ages()).toEqual(ofOld)
  await fay.run('payout fail', { payment: await released(), reason: 'The bank does not know this account.' })
  expect(await ages()).toEqual(ofOld)
  const payment = await released()
  expect(await ages()).toEqual([0, 0, 0, 0])
  await fay.run('payout settle', { payment })
  w.at('2027-04-02T12:00:00Z')
  await earn(w, zoe.creatorId, 300)
  await fay.run('payout bounce', { payment, reason: 'Your bank closed this account.' })
  expect([await ages('2027-03'), await ages()]).toEqual([undefined, [300, 700, 0, 5_000]])
})

test('what is left of money of every age is the youngest of it', async () => {
  const kim = await enlist(w, 'Kim')
  const owed = async () => {
    const { owed } = await w.within((ctx) => liabilityOf(ctx, null))
    expect(bare(owed)).toEqual(bare(await w.within((ctx) => owedLong(ctx, null))))
    return owed.find(({ creatorId }) => creatorId === kim.creatorId)?.ages.map(Number)
  }
  for (const [day, minor] of [
    ['2027-05-01', 40],
    ['2027-06-15', 30],
    ['2027-07-08', 20],
    ['2027-08-07', 10],
    ['2027-08-25', 5],
  ] as const) {
    w.at(`${day}T12:00:00Z`)
    await earn(w, kim.creatorId, minor)
  }
  // The third came sixty days ago to the minute, the fourth thirty.
  w.at('2027-09-06T12:00:00Z')
  const lefts: unknown[] = []
  for (const minor of [35, 10, 25, 30]) {
    const key = `took:${minor}`
    const taken = {
      from: `creator:${kim.creatorId}:payable`,
      to: 'program:bonus',
      money: { minor: BigInt(minor), currency: 'EUR' },
    }
    await w.within((ctx) => move(ctx, { ...taken, key, because: {} }))
    lefts.push(await owed())
  }
  expect(lefts).toEqual([
    [15, 20, 30, 5],
    [15, 20, 25, 0],
    [15, 20, 0, 0],
    [5, 0, 0, 0],
  ])
})
