import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../../src/kernel/time.ts'
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

test('whoever gave it and connected an older account is no second person', async () => {
  const older = await w.applicant('Older')
  w.at(minutes(w.now, 1))
  const [cleo, leo] = [await w.manager('Cleo'), await w.creator('Leo')]
  await cleo.run('bonus give', { creator: leo.creatorId, amount: '5000', reason: 'The launch' })
  const { id } = await w.within((ctx) => ctx.db.bonus.findFirstOrThrow({ where: { creatorId: leo.creatorId } }))
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await older.run('profile connect'))![0]
  expect(await cleo.run('profile connect', { code })).toMatch(/^You are one person now/)
  expect(await cleo.run('bonus confirm', { bonus: id })).toContain('Whoever gives a bonus does not confirm it')
  expect(await leo.run('earnings')).not.toContain('5,000')
  expect(await cleo.run('bonus refuse', { bonus: id })).not.toContain('Not allowed')
})
