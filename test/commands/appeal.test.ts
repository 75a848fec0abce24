import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a refused dispute is appealed once; with one manager alone, that one answers', async () => {
  const ana = await w.manager('Ana')
  const mia = await enlist(w, 'Mia')
  await mia.run('dispute', { order: '5', reason: 'Mine' })
  const { id } = await w.within((ctx) => ctx.db.case.findFirstOrThrow())
  expect(await mia.run('appeal', { case: id, words: 'Too early' })).toContain('no decision against you to appeal')
  await ana.run('case decide', { case: id, verdict: 'refuse', reason: 'No shop knows it.' })
  await mia.press('Appeal')
  expect((await mia.fill({ words: 'Here is the receipt.' })).text).toContain('refused, and appealed')
  expect(await ana.sees('managers')).toContain('Appeal: order #5 of Mia')
  await ana.run('case decide', { case: id, verdict: 'refuse', reason: 'The receipt is of another shop.' })
  expect(await mia.sees()).toMatch(/Your appeal was heard; the decision stays\nBecause: The receipt is of another shop\./)
  expect(await mia.run('appeal', { case: id, words: 'Again' })).toContain('an appeal is heard once')
  expect(await ana.run('case decide', { case: id, verdict: 'refuse', reason: 'Again' })).toContain(
    'Ana has decided this case already.',
  )
})
