import { expect, test } from 'vitest'
import { movePoints } from '../../../src/rewards/points.ts'
import { world } from '../../world.ts'

test('what was put in by mistake is taken out, once; who had asked for it is still answered', async () => {
  const w = await world()
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  await ana.run('reward add', { kind: 'cash', title: 'Too cheap', cost: '1', worth: '90.00', approval: 'yes' })
  const { id: reward } = await w.within((ctx) => ctx.db.reward.findFirstOrThrow())
  await w.within((ctx) => movePoints(ctx, { creatorId: mia.creatorId, points: 2, kind: 'back', key: 'x' }))
  await mia.run('reward redeem', { reward })
  expect(await mia.run('reward close', { reward })).toMatch(/is for managers/)
  expect((await ana.press('Take it out')).text).toContain('Taken out: Too cheap')
  expect(await ana.run('reward close', { reward })).toContain('This is not in the catalog.')
  expect(await mia.run('reward redeem', { reward })).toContain('no longer to be had')
  expect(await mia.run('reward list')).toContain('Nothing is in the catalog yet.')
  const { id } = await w.within((ctx) => ctx.db.redemption.findFirstOrThrow())
  expect(await ana.run('reward decide', { redemption: id, answer: 'decline' })).toContain('declined')
  await w.close()
})
