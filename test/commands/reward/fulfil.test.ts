import { expect, test } from 'vitest'
import { movePoints } from '../../../src/rewards/points.ts'
import { world } from '../../world.ts'

test('a manager hands it over once, and the creator reads the word', async () => {
  const w = await world()
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  await w.within((ctx) => movePoints(ctx, { creatorId: mia.creatorId, points: 9, kind: 'back', key: 'x' }))
  await ana.run('reward add', { kind: 'credit', title: 'Voucher', cost: '9', worth: '10.00', approval: 'no' })
  const reward = await w.within((ctx) => ctx.db.reward.findFirstOrThrow())
  await mia.run('reward redeem', { reward: reward.id })
  await ana.press('Mark as done')
  const { redemption } = ana.form?.given ?? {}
  const done = () => ana.run('reward fulfil', { redemption: redemption ?? '', note: 'GLOW-10' })
  expect(await done()).toContain('done')
  expect(await done()).toContain('fulfilled already')
  expect(await mia.sees()).toMatch(/Voucher: done[\s\S]*GLOW-10/)
  await w.close()
})
