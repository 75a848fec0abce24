import { afterAll, beforeAll, expect, test } from 'vitest'
import { share } from '../../../src/http/share.ts'
import { openShare, shared } from '../../customers.ts'
import { licensed } from '../../rights.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
})
afterAll(() => w.close())

test('numbers of a place are whole counts, at least one of them, by managers', async () => {
  const mia = await w.creator('Mia')
  const ana = await w.manager('Ana')
  const { submission } = await licensed(w, ana, mia)
  await ana.run('rights place', { submission, channel: 'website', where: 'https://glow.example' })
  await ana.press('Give its numbers')
  expect((await ana.fill({ views: 'many' })).text).toContain('no whole count')
  const { id: placement } = await w.within((ctx) => ctx.db.placement.findFirstOrThrow())
  expect(await ana.run('metrics place', { placement })).toContain('There is no number at all')
  expect(await ana.run('metrics place', { placement, views: '0' })).toMatch(/Views\s+0\nClicks\s+n\/a/)
  expect(await mia.run('metrics place', { placement, views: '5' })).toContain('for managers')
})

test('a place of something that a customer sent has numbers as well', async () => {
  const ana = await w.manager('Bea')
  await openShare(w)
  const { row } = await shared(w, { words: 'Lovely' })
  await ana.run('share approve', { share: row.id })
  await ana.run('share place', { share: row.id, channel: 'email', where: 'Newsletter of May' })
  const { id: placement } = await w.within((ctx) => ctx.db.placement.findFirstOrThrow({ where: { submissionId: row.id } }))
  expect(await ana.run('metrics place', { placement, views: '900' })).toMatch(/Views\s+900/)
})
