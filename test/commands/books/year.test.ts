import { afterAll, beforeAll, expect, test } from 'vitest'
import { yearOf } from '../../../src/ledger/reports.ts'
import { usReporting } from '../../../src/ledger/rules-books.ts'
import { move, payFee } from '../../../src/ledger/service.ts'
import { act } from '../../../src/payouts/payments.ts'
import { rooms } from '../../../src/privacy/walk.ts'
import { enter, finance, german, payable } from '../../rooms/payees.ts'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ program: { currency: 'USD' } })
})
afterAll(() => w.close())

test('what each was paid in the year, and who is to be reported', async () => {
  const root = await w.admin('Root')
  const usd = (minor: number) => ({ minor: BigInt(minor), currency: 'USD' })
  for (const [name, minor, country] of [
    ['Mia', 200_000, 'US'],
    ['Ben', 199_999, 'US'],
    ['Eve', 900_000, 'DE'],
  ] as const) {
    const { creatorId } = await enlist(w, name)
    await w.within(async (ctx) => {
      await ctx.db.creator.update({ where: { id: creatorId }, data: { country } })
      await payFee(ctx, { submissionId: creatorId, creatorId, fee: usd(minor), because: {} })
      const [from, to] = [`creator:${creatorId}:payable`, `creator:${creatorId}:paid`]
      await move(ctx, { from, to, money: usd(minor), key: `settle:${creatorId}`, because: {} })
    })
  }
  const text = await root.run('books year')
  expect(text).toMatch(/Creators +3/)
  expect(text).toMatch(/Paid, USD +\$12,999\.99/)
  expect(text).toMatch(/To report in the US +1/)
  expect(await root.run('books year', { year: '2025' })).toMatch(/Creators +0/)
})

test('whoever was paid in the US that year is reported there, though their details are elsewhere by now or gone with them', async () => {
  const tax = { country: 'US', postcode: '10001', city: 'New York', tin: '1234', signed: 'Zoe Lind', certify: 'yes' }
  const account = { iban: '', number: '12345678', routing: '021000021' }
  const zoe = await payable(w, 'Zoe', 250_000, { ...tax, ...account })
  const kay = await payable(w, 'Kay', 250_000, { ...tax, ...account, signed: 'Kay Lind' })
  const [ada, bob] = [await finance(w, 'Ada'), await finance(w, 'Bob')]
  w.at('2026-12-15T12:00:00Z')
  await ada.run('payout prepare')
  const { id: batch } = await w.within((ctx) => ctx.db.batch.findFirstOrThrow())
  await bob.ask('payout confirm', { batch })
  await bob.press('Confirm and release')
  await w.within(async (ctx) => {
    for (const { id } of await ctx.db.payment.findMany()) await act(ctx, 'settle', [id])
    await ctx.db.creator.updateMany({ where: { id: { in: [zoe.creatorId, kay.creatorId] } }, data: { country: 'DE' } })
  })
  await enter(w, zoe, german('Zoe Lind', { signed: 'Zoe Lind', certify: 'yes' }))
  await w.within((ctx) => rooms.payouts!.forget(ctx, { personIds: [kay.personId], creatorIds: [kay.creatorId], words: [] }))
  const rows = await w.within((ctx) => yearOf(ctx, 2026))
  const reportOf = ({ creatorId }: { creatorId: string }) => rows.find((row) => row.creatorId === creatorId)
  expect(reportOf(zoe)).toMatchObject({ country: 'DE', report: 'yes' })
  expect(reportOf(kay)).toMatchObject({ country: 'US', report: 'yes' })
})

test('the threshold is 600 dollars before 2026, and other currencies are looked at', () => {
  const mia = { country: 'US', taxForm: 'none' }
  expect(usReporting(2025, { minor: 60_000n, currency: 'USD' }, mia)).toBe('yes')
  expect(usReporting(2026, { minor: 60_000n, currency: 'USD' }, mia)).toBe('no')
  expect(usReporting(2026, { minor: 1n, currency: 'EUR' }, { country: 'DE', taxForm: 'w9' })).toBe('look')
})
