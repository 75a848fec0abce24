import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('by another manager, once', async () => {
  const [ana, ben] = [await w.manager('Ana'), await w.manager('Ben')]
  const mia = await w.creator('Mia')
  await ana.run('bonus give', { creator: mia.creatorId, amount: '500', reason: 'The launch' })
  const { id } = await w.within((ctx) => ctx.db.bonus.findFirstOrThrow())
  expect(await ana.run('bonus confirm', { bonus: id })).toContain('Whoever gives a bonus does not confirm it')
  expect(await ben.run('bonus confirm', { bonus: id })).toContain('Mia has €500.00 more')
  expect(await ben.run('bonus confirm', { bonus: id })).toContain('This bonus is given already')
  expect(await mia.run('earnings')).toMatch(/Payable +€500\.00/)
})
