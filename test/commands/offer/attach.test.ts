import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../../src/kernel/time.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('an offer is put on more, from now on and once; the creators see it, and its end, on /link', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await ana.run('offer create', { name: 'Sale', ends: '2026-12-01', destination: '/sale', tag: 'vip', on: 'links' })
  const offer = (await w.within((ctx) => ctx.db.offer.findFirstOrThrow())).id
  expect(await mia.run('link')).not.toContain('Sale')
  w.at(minutes(w.now, 1))
  const more = { offer, creator: mia.creatorId, on: 'links' }
  expect(await ana.run('offer attach', more)).toMatch(/^The offer is on more now[\s\S]*tag vip; links of Mia/)
  expect(await ana.run('offer attach', more)).toContain('The offer is on these already.')
  expect(await mia.run('link')).toMatch(/“Sale” is on\. It leads to shop\.example\.com\/sale .*until Tue, Dec 1/)
  expect(await ana.suggest('offer attach', 'offer', 'sal')).toEqual([{ label: 'Sale', value: offer }])
})
