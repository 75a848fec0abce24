import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('what was planned is done once, within a day, by who planned it', async () => {
  const [ana, bob] = [await w.manager('Ana'), await w.manager('Bob')]
  await w.creator('Mia')
  await ana.ask('creator bulk tag', { who: 'all', add: 'vip' })
  const plans = () => w.within((ctx) => ctx.db.bulk.findMany({ orderBy: { id: 'asc' } }))
  const { id } = (await plans())[0]!
  expect(await bob.run('creator confirm', { bulk: id })).toContain('This was not planned by you.')
  const both = await Promise.all([ana.run('creator confirm', { bulk: id }), ana.run('creator confirm', { bulk: id })])
  expect(both.filter((text) => text.includes('1 creator tagged'))).toHaveLength(1)
  expect(both.filter((text) => text.includes('This was done already'))).toHaveLength(1)
  await ana.ask('creator bulk tag', { who: 'all', add: 'late' })
  w.at('2026-11-21T12:00:01Z')
  expect(await ana.run('creator confirm', { bulk: (await plans()).at(-1)!.id })).toContain('planned more than a day ago')
})
