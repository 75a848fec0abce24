import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a higher own rate holds at once; a lower one when the notice is over, and a sale told late gets that of its day', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  const creator = mia.creatorId
  const sell = async (id: string, at: string) => {
    await tell(w, order(id, { codes: [mia.code], at }))
    return mia.run('why', { order: `#${id}` })
  }
  expect(await ana.run('creator rate', { creator, rate: '15 %' })).toMatch(
    /The rate of Mia holds now[\s\S]*15 %, a rate of their own/,
  )
  expect(await mia.sees()).toContain('Your own rate is 15 % of each order you bring. It was 10 %.')
  expect(await sell('a', '2026-11-20T12:30:00Z')).toMatch(/Rate +15 %, an own rate/)
  expect(await sell('b', '2026-11-20T11:30:00Z')).toMatch(/Rate +10 %, the rate of the program/)

  w.at('2026-11-20T12:00:01Z')
  expect(await ana.run('creator rate', { creator, rate: '12' })).toMatch(/The rate of Mia changes[\s\S]*From +Dec 4, 2026/)
  expect(await mia.sees()).toContain('It is 15 % now. From Dec 4, 2026 your own rate is 12 % of each order you bring.')
  expect(await ana.run('creator show', { creator })).toContain('15 %, own rate 12 % from Dec 4, 2026')
  expect(await sell('c', '2026-12-03T12:00:00Z')).toContain('15 %, an own rate')
  expect(await sell('d', '2026-12-05T12:00:00Z')).toContain('12 %, an own rate')

  w.at('2026-11-20T12:00:02Z')
  expect(await ana.run('creator rate', { creator, rate: '15' })).toContain('What was announced of it does not come')
  expect(await mia.sees()).toContain('What was announced of it for Dec 4, 2026 does not come.')
  expect(await sell('e', '2026-12-05T12:00:00Z')).toContain('15 %, an own rate')
  expect(await ana.run('creator rate', { creator, rate: 'program' })).toContain('10 %, the rate of the program')
  expect(await sell('f', '2026-12-05T12:00:00Z')).toContain('10 %, the rate of the program')
})

test('what was agreed with either of two accounts of one person stays agreed', async () => {
  const ana = await w.manager('Ana')
  const [pia, rae] = [await w.creator('Pia'), await w.creator('Rae')]
  await ana.run('creator rate', { creator: rae.creatorId, rate: '20' })
  await ana.run('creator rate', { creator: rae.creatorId, rate: '14' })
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await pia.run('profile connect'))![0]
  await rae.run('profile connect', { code })
  expect(await ana.run('creator show', { creator: pia.creatorId })).toContain('20 %, own rate 14 % from Dec 4, 2026')
})

test('refused: the same rate, what is no percentage, oneself, and whoever is not here', async () => {
  const ana = await w.manager('Ana')
  const zoe = await w.creator('Zoe')
  const creator = zoe.creatorId
  expect(await ana.run('creator rate', { creator, rate: 'lots' })).toContain('from 0 to 100')
  expect(await ana.run('creator rate', { creator, rate: 'program' })).toContain('Zoe has this rate already')
  expect(await zoe.run('creator rate', { creator, rate: '50' })).toContain('managers')
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: zoe.personId }, data: { role: 'manager' } }))
  expect(await zoe.run('creator rate', { creator, rate: '50' })).toContain('This is your own rate.')
  await ana.ask('creator ban', { creator, why: 'Bought own traffic' })
  expect(await ana.run('creator rate', { creator, rate: '50' })).toContain('Zoe is banned')
})
