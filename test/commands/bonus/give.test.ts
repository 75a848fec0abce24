import { afterAll, beforeAll, expect, test } from 'vitest'
import { days } from '../../../src/kernel/time.ts'
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

test('a large one in small pieces waits for a second person too, also given all at once; a day later it is a small one again', async () => {
  const [bea, lea, kim] = [await w.manager('Bea'), await w.creator('Lea'), await w.creator('Kim')]
  const give = (creator: string, amount: string) => bea.run('bonus give', { creator, amount, reason: 'Good work' })
  const both = await Promise.all([give(lea.creatorId, '60'), give(lea.creatorId, '60')])
  expect(both.filter((text) => text.includes('The bonus waits'))).toHaveLength(1)
  expect(await give(lea.creatorId, '40')).toContain('Lea has €40.00 more')
  expect(await give(kim.creatorId, '60')).toContain('Kim has €60.00 more')
  const another = await w.manager('Cem')
  expect(await another.run('bonus give', { creator: lea.creatorId, amount: '60', reason: 'From me' })).toContain('Lea has')
  w.at(days(w.now, 1))
  expect(await give(lea.creatorId, '60')).toContain('Lea has €60.00 more')
})

test('what a manager gave by another account, which they have connected since, counts with it', async () => {
  const [nia, twin, leo] = [await w.manager('Nia'), await w.manager('Nia S'), await w.creator('Leo')]
  const plan = { creator: leo.creatorId, amount: '60', reason: 'Good work' }
  expect(await twin.run('bonus give', plan)).toContain('Leo has €60.00 more')
  const shown = await nia.run('profile connect')
  await twin.run('profile connect', { code: /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(shown)![0] })
  expect(await nia.run('bonus give', plan)).toContain('The bonus waits')
})
