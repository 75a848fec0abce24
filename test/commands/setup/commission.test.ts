import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('shows all that is set, and changes nothing before it is confirmed', async () => {
  const root = await w.admin('Root')
  expect(await root.run('setup commission')).toMatch(/Credit order +code, then click, then customer/)
  const given = {
    customers: 'months',
    months: '6',
    creator_limit: '1000',
    milestones: 'first = 10',
    referral: '5 % for 6 months',
  }
  expect((await root.ask('setup commission', given)).text).toContain('Please confirm the change')
  expect(await root.run('setup commission')).toMatch(/Milestones +none/)
  await root.ask('setup commission', given)
  await root.press('Confirm')
  const set = await root.run('setup commission')
  expect(set).toMatch(/Milestones +the first sale: €10\.00/)
  expect(set).toMatch(/Limit of a creator and month +€1,000\.00/)
  expect(await root.run('setup commission', given)).toContain('Nothing would change')
  // New terms say it, and only then.
  const terms = await w.within((ctx) => ctx.db.termsVersion.findMany({ orderBy: { version: 'asc' } }))
  expect(terms.map(({ text }) => text.includes('Commission is at most €1,000.00'))).toEqual([false, true])
})

test('is for admins, and refuses with the field what it can not read', async () => {
  const root = await w.admin('Root')
  expect(await (await w.manager('Ana')).run('setup commission')).toContain('Not allowed')
  expect(await root.run('setup commission', { credit_order: 'luck' })).toContain('each once at most')
  expect(await root.run('setup commission', { order_limit: '-5' })).toContain('A limit is above zero')
})
