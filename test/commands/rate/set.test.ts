import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a higher rate works at once and is named; a lower one waits for the notice and is told; sales before keep theirs', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  const sell = async (id: string, at: string) => {
    await tell(w, order(id, { codes: [mia.code], at, items: [{ sku: 'GLOW-1', quantity: 1 }] }))
    return mia.run('why', { order: `#${id}` })
  }
  expect(await ana.run('rate set', { name: 'Serum', pays: '15 %', skus: 'GLOW-*' })).toContain('The rate holds now')
  expect(await sell('a', '2026-11-20T12:30:00Z')).toMatch(/Rate +15 %, the rule “Serum”/)
  expect(await sell('b', '2026-11-20T11:30:00Z')).toMatch(/Rate +10 %, the rate of the program/)
  const lower = await ana.run('rate set', { name: 'serum', pays: '12 %', skus: 'GLOW-*' })
  expect(lower).toMatch(/From +Dec 4, 2026/)
  expect(await sell('c', '2026-12-03T12:00:00Z')).toContain('15 %')
  expect(await sell('d', '2026-12-05T12:00:00Z')).toContain('12 %')
  expect(await ana.run('rate list')).toMatch(/Serum +15 % +GLOW-\* +now, until Dec 4, 2026/)
  await w.app.runJob('announce', { program: w.programId })
  await w.app.runJob('announce', { program: w.programId })
  expect((await mia.sees()).split('a rate changes').length).toBe(2)
  expect(await mia.sees()).toContain('From Dec 4, 2026 it is 12 % for GLOW-*')
})

test('what is no rate is refused with the field', async () => {
  const ana = await w.manager('Ana')
  expect(await ana.run('rate set', { name: 'X', pays: '200 %' })).toContain('from 0 to 100')
  expect(await ana.run('rate set', { name: 'X', pays: '12.345 %' })).toMatch(/at most two decimals\.\s+Write it like 12\.34\./)
  expect(await ana.run('rate set', { name: 'X', pays: '0' })).toContain('A rate pays something')
  expect(await ana.run('rate set', { name: 'X', pays: '1', skus: 'A-*, B-*' })).toContain('one prefix')
})
