import { expect, test } from 'vitest'
import { movePoints } from '../../../src/rewards/points.ts'
import { world } from '../../world.ts'

test('an empty catalog is friendly; applicants see none', async () => {
  const w = await world()
  const mia = await w.creator('Mia')
  expect(await mia.run('reward list')).toMatch(/Your points +0[\s\S]*Nothing is in the catalog yet\./)
  expect(await (await w.manager('Ana')).run('reward list')).toContain('[Add a reward]')
  expect(await (await w.applicant('Al')).run('reward list')).toMatch(/^Not allowed/)
  await w.close()
})

test('a wish to decide stands before all that is agreed, and what goes on as a gift is not on the list', async () => {
  const w = await world()
  const [ana, mia] = [await w.manager('Ana'), await w.creator('Mia')]
  await ana.run('reward add', { kind: 'product', title: 'Serum', cost: '10' })
  await ana.run('reward add', { kind: 'feature', title: 'An hour with us', cost: '10' })
  const rewards = await w.within((ctx) => ctx.db.reward.findMany())
  const of = (title: string) => rewards.find((reward) => reward.title === title)!.id
  await w.within((ctx) => movePoints(ctx, { creatorId: mia.creatorId, points: 1_000, kind: 'back', key: 'for the test' }))
  const wish = async (title: string) => {
    await mia.run('reward redeem', { reward: of(title) })
    return w.within((ctx) => ctx.db.redemption.findFirstOrThrow({ where: { rewardId: of(title), state: 'asked' } }))
  }
  for (let n = 0; n < 21; n++) await ana.run('reward decide', { redemption: (await wish('Serum')).id, answer: 'approve' })
  const { id } = await wish('An hour with us')
  const list = await ana.run('reward list')
  expect(list).toMatch(/Mia +An hour with us/)
  expect(list).not.toMatch(/Mia +Serum/)
  expect((await ana.suggest('reward decide', 'redemption')).map(({ value }) => value)).toEqual([id])
  // Declined as a gift, the points are a manager's to give back.
  const gift = await w.within((ctx) => ctx.db.gift.findFirstOrThrow())
  await mia.run('gift decline', { gift: gift.id })
  expect(await ana.run('reward list')).toMatch(/Mia +Serum/)
  await w.close()
})

test('an admin finds the rules that run, to stop them, and nobody else reads of them', async () => {
  const w = await world()
  const [root, ana] = [await w.admin('Root'), await w.manager('Ana')]
  await root.run('reward rule', { kind: 'top', number: '3', each: '10.00', budget: '90.00' })
  await root.press('Start the rule')
  const list = await root.ask('reward list')
  expect(list.text).toMatch(/Top 3 of each week season +€10\.00 +€0\.00 +€90\.00 +runs/)
  expect(list.card?.blocks).toContainEqual(expect.objectContaining({ block: 'choice', run: 'reward stop', option: 'rule' }))
  const { id: rule } = await w.within((ctx) => ctx.db.rewardRule.findFirstOrThrow())
  await root.run('reward stop', { rule })
  const stopped = await root.ask('reward list')
  expect(stopped.card?.blocks).toContainEqual(expect.objectContaining({ block: 'choice', run: 'reward start' }))
  expect(await ana.run('reward list')).not.toMatch(/Top 3|Set a rule/)
  await w.close()
})
