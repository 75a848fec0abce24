import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('is payable at once with its reason; a large one waits for a second person', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  expect(await ana.run('bonus give', { creator: mia.creatorId, amount: '25', reason: 'Great story' })).toContain(
    'Mia has €25.00 more',
  )
  expect(await mia.sees()).toMatch(/You got a bonus\nBonus +€25\.00\nFor +Great story/)
  expect(await mia.run('earnings')).toMatch(/Payable +€25\.00/)
  expect(await ana.run('bonus give', { creator: mia.creatorId, amount: '100.01', reason: 'The launch' })).toContain(
    'The bonus waits',
  )
  expect(await mia.run('earnings')).toMatch(/Payable +€25\.00/)
  expect(await ana.sees('managers')).toContain('Ana gives Mia €100.01: The launch')
  expect(await ana.run('bonus give', { creator: mia.creatorId, amount: '0', reason: 'Nothing' })).toContain('above zero')
})
