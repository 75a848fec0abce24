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

test('of somebody who was banned meanwhile it can be refused, and not be confirmed', async () => {
  const [ana, ben, zoe] = [await w.manager('Ana'), await w.manager('Ben'), await w.creator('Zoe')]
  await ana.run('bonus give', { creator: zoe.creatorId, amount: '500', reason: 'The launch' })
  const { id } = await w.within((ctx) => ctx.db.bonus.findFirstOrThrow({ where: { state: 'waiting' } }))
  await w.within((ctx) => ctx.db.creator.update({ where: { id: zoe.creatorId }, data: { state: 'banned' } }))
  expect(await ben.run('bonus confirm', { bonus: id })).toContain('This is no creator of the program')
  expect(await ben.run('bonus refuse', { bonus: id })).toContain('The bonus is refused')
})
