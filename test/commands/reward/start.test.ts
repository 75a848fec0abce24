import { expect, test } from 'vitest'
import { sell } from '../../boards.ts'
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

test('a month that is ended and begun anew pays the first of it once', async () => {
  const w = await world({ now: '2026-11-10T12:00:00Z' })
  const [root, mia] = [await w.admin('Root'), await w.creator('Mia')]
  await root.run('reward rule', { kind: 'top', number: '1', each: '10.00', budget: '90.00', season: 'month' })
  await root.press('Start the rule')
  for (const day of ['10', '11', '12']) {
    w.at(`2026-11-${day}T13:00:00Z`)
    await root.run('season create', { kind: 'month' })
    await w.within((ctx) => sell(ctx, mia.creatorId, { at: `2026-11-${day}T14:00:00Z`, base: 500n }))
    w.at(`2026-11-${day}T15:00:00Z`)
    const { id } = await w.within((ctx) => ctx.db.season.findFirstOrThrow({ where: { kind: 'month', frozenAt: null } }))
    await root.run('season end', { season: id })
    await w.tick()
  }
  expect(await w.within((ctx) => ctx.db.season.count({ where: { kind: 'month' } }))).toBe(3)
  expect(await w.within((ctx) => ctx.db.ruleReward.count())).toBe(1)
  await w.close()
})
