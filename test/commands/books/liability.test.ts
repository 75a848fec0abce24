import { afterAll, beforeAll, expect, test } from 'vitest'
import { payFee } from '../../../src/ledger/service.ts'
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
