import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist, order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('both sides of a suspicion write to one another until it is decided; nobody else does', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  const leo = await enlist(w, 'Leo')
  const email = await w.within(async (ctx) => ctx.hash('mia@example.com'))
  await tell(w, order('1', { codes: [mia.code], shopper: { email } }))
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow())
  expect(await leo.run('case say', { case: id, words: 'Hello' })).toContain('There is no such case of yours.')
  await ana.run('case say', { case: id, words: 'Who was it for?' })
  expect(await mia.sees()).toMatch(/Ana says about your case\nWho was it for\?/)
  await mia.press('Reply')
  await mia.fill({ words: 'For my mother.' })
  expect(await ana.sees('managers')).toContain('For my mother.')
  await ana.run('case decide', { case: id, verdict: 'release', reason: 'Mothers are shoppers too.' })
  expect(await mia.run('case say', { case: id, words: 'Thanks' })).toContain('This case is decided.')
  await expect(w.within((ctx) => ctx.db.caseEvent.deleteMany())).rejects.toThrow()
})
