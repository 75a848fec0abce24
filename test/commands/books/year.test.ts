import { afterAll, beforeAll, expect, test } from 'vitest'
import { usReporting } from '../../../src/ledger/rules-books.ts'
import { move, payFee } from '../../../src/ledger/service.ts'
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

test('the threshold is 600 dollars before 2026, and other currencies are looked at', () => {
  const mia = { country: 'US', taxForm: 'none' }
  expect(usReporting(2025, { minor: 60_000n, currency: 'USD' }, mia)).toBe('yes')
  expect(usReporting(2026, { minor: 60_000n, currency: 'USD' }, mia)).toBe('no')
  expect(usReporting(2026, { minor: 1n, currency: 'EUR' }, { country: 'DE', taxForm: 'w9' })).toBe('look')
})
