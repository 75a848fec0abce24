import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('managers are told of a broken law with its rows, once, and again only of other rows', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code] }), order('2', { codes: [mia.code] }))
  const night = async () => {
    await w.app.runJob('audit')
    return (await ana.sees('managers')).split('The books do not balance').length - 1
  }
  expect(await night()).toBe(0)
  const [one, two] = await w.within((ctx) => ctx.db.line.findMany({ orderBy: { id: 'asc' } }))
  await w.within((ctx) => ctx.db.line.update({ where: { id: one!.id }, data: { minor: 1n } }))
  expect([await night(), await night()]).toEqual([1, 1])
  expect(await ana.sees('managers')).toContain(`1 lines whose commission was not booked as they say.`)
  expect(await ana.sees('managers')).toContain(one!.id)
  await w.within((ctx) => ctx.db.line.update({ where: { id: two!.id }, data: { minor: 1n } }))
  expect(await night()).toBe(2)
})
