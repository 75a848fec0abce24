import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('says that the books balance and who did what', async () => {
  const root = await w.admin('Root')
  const mia = await enlist(w, 'Mia')
  await tell(w, order('1', { codes: [mia.code] }))
  await mia.run('audit show')
  const text = await root.run('audit show')
  expect(text).toContain('The books balance')
  expect(text).toMatch(/Mia +\/audit show +not_allowed/)
})

test('names the law that is broken', async () => {
  const root = await w.admin('Root')
  await w.within((ctx) => ctx.db.line.updateMany({ data: { minor: 1n } }))
  const text = await root.run('audit show')
  expect(text).toContain('The books do not balance')
  expect(text).toContain('1 lines whose commission was not booked as they say')
})

test('is for admins', async () => {
  expect(await (await w.manager('Ana')).run('audit show')).toContain('/audit show is for admins.')
})
