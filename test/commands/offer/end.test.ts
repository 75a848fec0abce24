import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('one that runs ends at once, one that has not begun is taken back, and one that is over stays so', async () => {
  const ana = await w.manager('Ana')
  await ana.run('offer create', { name: 'Now', ends: '2026-12-01', discount: '20 %' })
  await ana.run('offer create', { name: 'Later', starts: '2026-11-27', ends: '2026-12-01', discount: '30 %' })
  const idOf = async (name: string) => (await w.within((ctx) => ctx.db.offer.findFirstOrThrow({ where: { name } }))).id
  w.at('2026-11-21T12:00:00Z')
  expect(await ana.run('offer end', { offer: await idOf('Now') })).toMatch(/^“Now” is over/)
  expect(await ana.run('offer end', { offer: await idOf('Now') })).toContain('This offer is over.')
  expect(await ana.run('offer end', { offer: await idOf('Later') })).toMatch(/^“Later” was taken back/)
  expect(await (await w.creator('Mia')).run('code')).toMatch(/takes 10 % off/)
})
