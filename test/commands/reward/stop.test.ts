import { expect, test } from 'vitest'
import { world } from '../../world.ts'

test('a stopped rule pays nothing and can be started again', async () => {
  const w = await world()
  const root = await w.admin('Root')
  await root.run('reward rule', { kind: 'row', number: '3', each: '10.00', budget: '90.00' })
  await root.press('Start the rule')
  expect((await root.press('Stop the rule')).text).toContain('The rule is stopped')
  expect(await w.within((ctx) => ctx.db.rewardRule.findFirstOrThrow())).toMatchObject({ state: 'stopped' })
  expect((await root.press('Start the rule')).text).toContain('The rule runs')
  await w.close()
})
