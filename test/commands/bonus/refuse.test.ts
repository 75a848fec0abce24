import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('gives nothing and tells the creator nothing', async () => {
  const [ana, ben] = [await w.manager('Ana'), await w.manager('Ben')]
  const mia = await w.creator('Mia')
  await ana.run('bonus give', { creator: mia.creatorId, amount: '500', reason: 'The launch' })
  const { id } = await w.within((ctx) => ctx.db.bonus.findFirstOrThrow())
  expect(await ben.run('bonus refuse', { bonus: id })).toContain('The bonus is refused')
  expect(await ben.run('bonus confirm', { bonus: id })).toContain('This bonus is refused already')
  expect(await mia.run('earnings')).toMatch(/Payable +€0\.00/)
  expect(await mia.sees()).not.toContain('bonus')
})
