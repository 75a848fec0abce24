import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('it takes three pieces to say what works', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  expect(await ana.run('metrics best', { by: 'kind' })).toContain('Not enough data')
  for (const n of [1, 2, 3]) await mia.run('submit', { url: `https://site.example/${n}`, caption: `#ad Glow ${n}` })
  const pieces = await w.within((ctx) => ctx.db.submission.findMany({ orderBy: { id: 'asc' } }))
  for (const [i, { id: submission }] of pieces.entries()) {
    await ana.run('review approve', { submission })
    await ana.run('metrics add', { submission, views: String(1_000 * (i + 1)), likes: '50', comments: '0' })
  }
  const said = await ana.run('metrics best', { by: 'niche' })
  expect(said).toMatch(/3\D+2,000\D+2\.50 %/)
  expect(await mia.run('metrics best')).toContain('is for managers')
})
