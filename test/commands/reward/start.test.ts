import { expect, test } from 'vitest'
import { world } from '../../world.ts'

test('an admin starts a rule by its button; a manager can’t', async () => {
  const w = await world()
  const root = await w.admin('Root')
  expect(await root.run('reward rule', { kind: 'top', number: '3', each: '10.00', budget: '90.00' })).toMatch(
    /Top 3 of each week season[\s\S]*3 reached it, which costs €30\.00[\s\S]*9 more/,
  )
  const { id } = await w.within((ctx) => ctx.db.rewardRule.findFirstOrThrow())
  expect(await (await w.manager('Ana')).run('reward start', { rule: id })).toMatch(/^Not allowed/)
  expect((await root.press('Start the rule')).text).toContain('The rule runs')
  expect(await root.run('reward start', { rule: id })).toContain('The rule runs')
  await w.close()
})
