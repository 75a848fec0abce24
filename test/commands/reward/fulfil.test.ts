import { expect, test } from 'vitest'
import { movePoints } from '../../../src/rewards/points.ts'
import { world } from '../../world.ts'

test('a manager hands it over once, and the creator reads the word; the code of store credit is for the creator alone', async () => {
  const w = await world()
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  await w.within((ctx) => movePoints(ctx, { creatorId: mia.creatorId, points: 9, kind: 'back', key: 'x' }))
  await ana.run('reward add', { kind: 'credit', title: 'Voucher', cost: '9', worth: '10.00', approval: 'no' })
  const reward = await w.within((ctx) => ctx.db.reward.findFirstOrThrow())
  await mia.run('reward redeem', { reward: reward.id })
  await ana.press('Mark as done')
  const { redemption } = ana.form?.given ?? {}
  const done = (given: Record<string, string>) =>
    ana.run('reward fulfil', { redemption: redemption ?? '', note: 'Enjoy it', ...given })
  expect(await done({})).toContain('Store credit is handed over with a gift code.')
  expect(await done({ code: 'GLOW-10' })).toContain('done')
  expect(await done({ code: 'GLOW-10' })).toContain('fulfilled already')
  expect(await mia.sees()).toMatch(/Voucher: done[\s\S]*Enjoy it/)
  expect((await mia.press('Show the code')).text).toMatch(/GLOW-10[\s\S]*€10\.00/)
  expect(await ana.sees('managers')).toMatch(/Mia: Voucher[\s\S]*Enjoy it/)
  expect((await ana.sees('managers')) + (await mia.sees())).not.toContain('GLOW-10')
  await w.close()
})
