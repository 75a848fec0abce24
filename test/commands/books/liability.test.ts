import { afterAll, beforeAll, expect, test } from 'vitest'
import { liabilityOf } from '../../../src/ledger/reports.ts'
import { payFee } from '../../../src/ledger/service.ts'
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
